"""manage.py import_orders: what it says, what it keeps, and that killing it costs nothing."""

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from sellers.models import Order, OrderLine, Parcel, Seller
from tests.factories.sellers import SellerFactory
from tests.sellers.feeds.reading import DATA

MERCHANT = "A1BLUME000001"


def imported(*files: Path, seller: str = MERCHANT, **options: Any) -> str:
    """What the command says when every file could be read."""
    said = StringIO()
    call_command("import_orders", *map(str, files), seller=seller, stdout=said, **options)
    return said.getvalue().replace(f"{DATA}/", "")


def refused(*files: Path, seller: str = MERCHANT) -> tuple[str, str, str]:
    """What it says, what it complains of, and its last sentence, when some could not be read."""
    said, complained = StringIO(), StringIO()
    with pytest.raises(CommandError) as problem:
        call_command(
            "import_orders", *map(str, files), seller=seller, stdout=said, stderr=complained
        )
    assert problem.value.returncode == 1
    return said.getvalue(), complained.getvalue(), str(problem.value)


@pytest.mark.django_db
def test_every_format_is_known_by_its_content(blume: Seller, tmp_path: Path) -> None:
    files = (
        "v0_get_orders.json",
        "v0_get_order_items.json",
        "v0_get_order.json",
        "2026_search_orders.json",
        "2026_get_order.json",
        "report_actionable.txt",
        "report_all_orders.txt",
    )
    nameless = []
    for number, name in enumerate(files):
        nameless.append(tmp_path / f"{number}.dat")
        nameless[-1].write_bytes((DATA / name).read_bytes())
    said = imported(*nameless).replace(f"{tmp_path}/", "")
    assert said.splitlines() == [
        "0.dat: Orders API v0: 3 new, 0 updated, 0 unchanged, 0 older, 0 bad",
        "1.dat: Orders API v0: 0 new, 1 updated, 0 unchanged, 0 older, 0 bad",
        "2.dat: Orders API v0: 0 new, 1 updated, 0 unchanged, 0 older, 0 bad",
        "3.dat: Orders API 2026-01-01: 2 new, 0 updated, 0 unchanged, 0 older, 0 bad",
        "4.dat: Orders API 2026-01-01: 0 new, 1 updated, 0 unchanged, 0 older, 0 bad",
        "5.dat: report of orders to be shipped: 2 new, 1 updated, 0 unchanged, 0 older, 1 bad",
        "  line 5: 303-1000001-2000003: “eins” is no number (quantity-purchased).",
        "6.dat: report of all orders: 1 new, 2 updated, 0 unchanged, 0 older, 0 bad",
    ]
    kanne = Order.objects.get(number="302-7310042-1184503")
    assert (kanne.status, kanne.source) == ("SHIPPED", "report_all_orders")
    assert (kanne.buyer_email, kanne.lines.count()) == ("h7k2qpz9@buyers.example", 2)
    lade = Order.objects.get(number="303-5566778-9900112")
    assert (lade.buyer_name, lade.ship_from_country) == ("Emre Yıldız", "CN")
    assert [parcel.delivered_at for parcel in lade.parcels.all()] == [
        datetime(2026, 10, 13, 11, 40, tzinfo=UTC),
        datetime(2026, 10, 20, 8, tzinfo=UTC),
    ]


@pytest.mark.django_db
def test_the_same_files_again_change_nothing(blume: Seller) -> None:
    files = [DATA / "v0_orders.ndjson", DATA / "2026_search_orders.json"]
    imported(*files)
    before = everything()
    assert imported(*files).splitlines() == [
        "v0_orders.ndjson: Orders API v0: 0 new, 0 updated, 3 unchanged, 0 older, 0 bad",
        "2026_search_orders.json: Orders API 2026-01-01: "
        "0 new, 0 updated, 2 unchanged, 0 older, 0 bad",
    ]
    assert everything() == before


@pytest.mark.django_db
def test_an_older_answer_is_counted_and_changes_nothing(blume: Seller) -> None:
    imported(DATA / "2026_get_order.json")
    before = everything()
    said = imported(DATA / "2026_search_orders.json")
    assert "1 new, 0 updated, 0 unchanged, 1 older, 0 bad" in said
    assert [row for row in everything() if row in before] == before


@pytest.mark.django_db
def test_the_files_own_date_counts_where_orders_have_none(blume: Seller, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_bytes((DATA / "report_actionable.txt").read_bytes())
    moment = datetime(2026, 10, 6, 7, tzinfo=UTC)
    os.utime(file, (moment.timestamp(), moment.timestamp()))
    imported(file)
    assert set(Order.objects.values_list("changed_at", flat=True)) == {moment}
    assert set(Order.objects.values_list("marketplace_id", flat=True)) == {"A1PA6795UKMFR9"}


@pytest.mark.django_db
def test_other_answers_are_named_and_skipped(blume: Seller) -> None:
    said = imported(DATA / "v0_error.json", DATA / "v0_address.json")
    assert said.splitlines() == [
        "v0_error.json: line 1: skipped: An error answer of the marketplace: "
        "InvalidInput: CreatedAfter is in the future.",
        "v0_address.json: line 2: skipped: An answer of getOrderAddress, which holds no orders.",
    ]


@pytest.mark.django_db
def test_a_dry_run_keeps_nothing_and_says_so(blume: Seller) -> None:
    said = imported(DATA / "v0_orders.ndjson", dry_run=True)
    assert "3 new, 0 updated, 0 unchanged, 0 older, 0 bad (dry run: nothing was kept)" in said
    assert not Order.objects.exists()


@pytest.mark.django_db
def test_a_packed_file_cut_off_is_taken_in_as_far_as_it_goes(blume: Seller, tmp_path: Path) -> None:
    file = tmp_path / "orders.gz"
    file.write_bytes(gzip.compress((DATA / "v0_get_orders.json").read_bytes())[:-6])
    assert imported(file).splitlines() == [
        f"{file}: Orders API v0: 3 new, 0 updated, 0 unchanged, 0 older, 1 bad",
        "  line 81: The packed file is cut off: it ends before its own end mark.",
    ]


@pytest.mark.django_db
def test_a_file_cut_in_the_middle_keeps_what_came_before(blume: Seller, tmp_path: Path) -> None:
    file = tmp_path / "cut.json"
    text = (DATA / "v0_get_orders.json").read_text()
    file.write_text(text[: text.index("305-4410029")])
    first, second = imported(file).splitlines()
    assert first.endswith("2 new, 0 updated, 0 unchanged, 0 older, 1 bad")
    assert re.fullmatch(r"  line \d+: The file is cut off here: .* was read\.", second)
    assert Order.objects.count() == 2


@pytest.mark.django_db
def test_a_heading_without_rows_is_no_error(blume: Seller, tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.write_bytes((DATA / "report_all_orders.txt").read_bytes().split(b"\n")[0])
    said = imported(file)
    assert said == f"{file}: report of all orders: no orders in it, nothing to take in.\n"


@pytest.mark.django_db
def test_files_that_cannot_be_read_are_told_and_stop_no_other(
    blume: Seller, tmp_path: Path
) -> None:
    empty, foreign, gone = tmp_path / "empty", tmp_path / "letter.txt", tmp_path / "gone"
    empty.touch()
    foreign.write_text("Dear customer")
    said, complained, last = refused(empty, foreign, gone, tmp_path, DATA / "v0_orders.ndjson")
    assert complained.splitlines() == [
        f"{empty}: The file is empty.",
        f"{foreign}: This file is not known: expected orders of the marketplace's API as JSON, or "
        "one of its order reports with a tab-separated heading.",
        f"{gone}: No such file or directory",
        f"{tmp_path}: Is a directory",
    ]
    assert "3 new" in said
    assert last == "4 of 5 files could not be read."


@pytest.mark.django_db
def test_without_seller_a_file_that_names_none_is_refused(blume: Seller) -> None:
    _said, complained, _last = refused(DATA / "v0_orders.ndjson", seller="")
    assert complained.endswith(
        "The file does not say whose orders these are. Name the seller. Use --seller MERCHANT_ID.\n"
    )
    assert not Order.objects.exists()


@pytest.mark.django_db
def test_an_unknown_seller_is_refused_before_anything_is_read(blume: Seller) -> None:
    with pytest.raises(CommandError, match="No seller has the merchant id A9NOBODY"):
        imported(DATA / "v0_orders.ndjson", seller="A9NOBODY")


@pytest.mark.django_db
def test_pages_of_products_are_taken_in_by_their_own_command() -> None:
    said = StringIO()
    call_command("import_products", str(DATA / "products.json"), stdout=said)
    first, second = said.getvalue().splitlines()
    assert first.endswith("product pages: 2 new, 0 updated, 0 unchanged, 0 older, 1 bad")
    assert second.endswith("B0OHNE0001: A new page needs its title.")


# --- killed in the middle ------------------------------------------------------------------------


def everything() -> list[Any]:
    """All that an import writes, without the numbers that the database deals out."""
    names = {
        Order: ("number", "seller__merchant_id", "status", "changed_at", "total", "raw"),
        OrderLine: ("order__number", "item_id", "price", "quantity", "raw"),
        Parcel: ("order__number", "reference", "status", "delivered_at"),
    }
    return [
        row
        for model, columns in names.items()
        for row in model._default_manager.order_by(*columns[:2]).values_list(*columns)
    ]


def many_orders(count: int) -> Iterator[str]:
    """So many orders, one a line, each with one or two items."""
    order = json.loads((DATA / "v0_orders.ndjson").read_text().splitlines()[0])
    for n in range(count):
        order["AmazonOrderId"] = f"303-{n:07d}-{n * 7 % 10_000_000:07d}"
        for place, item in enumerate(order["OrderItems"]):
            item["OrderItemId"] = f"{n:012d}{place}"
        yield json.dumps({**order, "OrderItems": order["OrderItems"][: 1 + n % 2]})


def database_url() -> str:
    """The database of this test, for another process."""
    told = connection.settings_dict
    login = f"{quote(told['USER'])}:{quote(told['PASSWORD'] or '')}"
    return f"postgres://{login}@{told['HOST']}:{told['PORT']}/{told['NAME']}"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_import_that_is_killed_is_repeated_and_nothing_is_lost_or_doubled(
    tmp_path: Path,
) -> None:
    SellerFactory(merchant_id=MERCHANT)
    file = tmp_path / "orders.ndjson"
    file.write_text("\n".join(many_orders(2_000)))
    command = [sys.executable, "manage.py", "import_orders", "--seller", MERCHANT, "-v2", str(file)]
    process = subprocess.Popen(
        command,
        cwd=settings.ROOT,
        env={**os.environ, "DATABASE_URL": database_url(), "CSBA_DEMO": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        for _batch in range(2):
            assert "orders so far" in process.stdout.readline()
        process.kill()
    assert process.returncode == -9
    begun = Order.objects.count()
    assert 1_000 <= begun < 2_000
    assert begun % 500 == 0
    assert not Order.objects.filter(lines=None).exists()

    said = imported(file)
    assert f"{2_000 - begun} new, 0 updated, {begun} unchanged, 0 older, 0 bad" in said
    repeated = everything()
    Order.objects.all().delete()
    imported(file)
    assert repeated == everything()
    assert Order.objects.count() == 2_000
    assert OrderLine.objects.count() == 3_000
