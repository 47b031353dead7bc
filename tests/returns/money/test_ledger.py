"""The seller's ledger: booked once, shown to its seller only, filtered, downloaded."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from csba.errors import Conflict, Refused
from csba.journal import read as journal
from sellers.models import LedgerLine, Seller
from sellers.operations import ledger
from tests.conftest import Travel
from tests.factories.sellers import MembershipFactory, OrderFactory, UserFactory
from tests.returns.money.asking import ask, bought, debit, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("travel")]

LEDGER = "/portal/ledger/"


def shown(page: Client, **query: str) -> str:
    answer = page.get(LEDGER, query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_line_is_booked_once_for_its_key(blume: Seller) -> None:
    first = debit(blume, key="one")
    assert debit(blume, key="one") == first
    assert [line.verb for line in journal.of(first)] == ["ledger_booked"]


def test_a_key_used_for_another_line_is_a_conflict(blume: Seller, longmen: Seller) -> None:
    debit(blume, key="one")
    for again in (lambda: debit(blume, "-1.00", key="one"), lambda: debit(longmen, key="one")):
        with pytest.raises(Conflict):
            again()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"amount": Decimal("0.00")}, "amount"),
        ({"amount": Decimal("-1.005")}, "amount"),
        ({"amount": Decimal("1.00")}, "amount"),
        ({"amount": Decimal("-1.00"), "kind": "REIMBURSEMENT"}, "amount"),
        ({"currency": ""}, "currency"),
        ({"reason": " "}, "empty"),
    ],
)
def test_what_is_no_line_is_refused(blume: Seller, fields: dict[str, Any], code: str) -> None:
    line: dict[str, Any] = {
        "key": "x",
        "kind": "FEE",
        "amount": Decimal("-1.00"),
        "currency": "EUR",
        "reason": "Gebühr.",
    }
    with pytest.raises(Refused) as refused:
        ledger.book(blume, **{**line, **fields})
    assert refused.value.code == code


def test_another_sellers_order_is_refused(blume: Seller, longmen: Seller) -> None:
    with pytest.raises(Refused, match="another seller"):
        debit(blume, order=OrderFactory(seller=longmen))


def test_an_empty_ledger_says_what_will_stand_here(portal: Client) -> None:
    found = shown(portal)
    assert "Nothing here yet" in found
    assert "€0.00" in found


def test_the_page_shows_balance_reason_rule_and_state(portal: Client, blume: Seller) -> None:
    settle(ask(bought(blume), "12.90", reason="Die Kanne kam zerbrochen an.", clause="FAULT"))
    ledger.book(
        blume,
        key="c",
        kind="CORRECTION",
        amount=Decimal("2.90"),
        currency="EUR",
        reason="Irrtum.",
    )
    found = shown(portal)
    for words in (
        "−€10.00",
        "is what you owe",
        "−€12.90",
        "+€2.90",
        "Die Kanne kam zerbrochen an.",
        "The seller&#x27;s fault, within the return window",
        "Claim until",
    ):
        assert words in found, words


def test_filters_by_kind_and_by_month_in_the_readers_zone(
    portal: Client, blume: Seller, travel: Travel
) -> None:
    # In Berlin the first is November already, in UTC both are October.
    travel.to("2026-10-31T23:30:00+00:00")
    debit(blume, "-1.00", reason="November in Berlin")
    travel.to("2026-10-31T22:30:00+00:00")
    debit(blume, "-2.00", reason="Oktober in Berlin", kind="FEE")
    travel.to("2026-11-04T09:00:00+00:00")
    november = shown(portal, month="2026-11")
    assert "November in Berlin" in november
    assert "Oktober in Berlin" not in november
    assert "Oktober in Berlin" in shown(portal, month="2026-10")
    assert "November in Berlin" not in shown(portal, kind="FEE")
    assert "Nothing in this choice" in shown(portal, kind="FEE", month="2026-11")


@pytest.mark.parametrize(
    "query",
    [
        {"month": "2026-13"},
        {"month": "xxxx-yy"},
        {"month": "0000-01"},
        {"month": "２０２６-01"},
        {"kind": "NONE"},
        {"after": "1-2-3"},
        {"after": "99999999999999999-1"},
        {"after": "\x00"},
    ],
)
def test_an_address_that_means_nothing_shows_everything(
    portal: Client, blume: Seller, query: dict[str, str]
) -> None:
    debit(blume, reason="Da ist sie.")
    assert "Da ist sie." in shown(portal, **query)


def test_page_by_page_every_line_is_shown_once_also_with_the_same_moment(
    portal: Client, blume: Seller, travel: Travel
) -> None:
    for number in range(120):
        if number % 40 == 0:
            travel(minutes=1)
        debit(blume, "-1.00", reason=f"Zeile {number:03d}.", key=f"n{number}")
    seen: list[str] = []
    address = LEDGER
    for _page in range(4):
        answer = portal.get(address)
        seen += [row.reason for row in answer.context["rows"]]
        if not answer.context["after"]:
            break
        address = f"{LEDGER}?{answer.context['after']}"
    assert seen == [f"Zeile {number:03d}." for number in reversed(range(120))]


def test_the_download_holds_every_line_and_no_formula(portal: Client, blume: Seller) -> None:
    debit(blume, "-1.00", reason="=HYPERLINK(1)")
    debit(blume, "-2.00", reason="Zweite, mit Komma", kind="FEE")
    answer = portal.get(reverse("returns:ledger-csv"))
    assert answer["Content-Disposition"] == 'attachment; filename="ledger.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert (rows[1][4], rows[1][6]) == ("-2.00", "Zweite, mit Komma")
    assert rows[2][6] == "'=HYPERLINK(1)"
    only = portal.get(reverse("returns:ledger-csv"), {"kind": "FEE"}).content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(only)))) == 2


def test_nobody_sees_another_sellers_line(portal: Client, longmen: Seller) -> None:
    line = debit(longmen, reason="深圳")
    assert "深圳" not in shown(portal)
    assert "深圳" not in portal.get(reverse("returns:ledger-csv")).content.decode()
    assert portal.get(reverse("returns:ledger-line", args=[line.pk])).status_code == 404
    assert portal.post(reverse("returns:file-claim", args=[line.pk])).status_code == 404


def test_one_line_shows_its_refund_and_the_form_to_claim(portal: Client, blume: Seller) -> None:
    refund = settle(ask(bought(blume, title="Kanne <b>blau</b>"), "12.90"))
    line = LedgerLine.objects.get()
    found = portal.get(reverse("returns:ledger-line", args=[line.pk])).content.decode()
    assert refund.number in found
    assert "Kanne &lt;b&gt;blau" in found
    assert "File the claim" in found


def test_a_reader_sees_the_line_without_the_form(client: Client, blume: Seller) -> None:
    reader = UserFactory(language="en")
    MembershipFactory(seller=blume, user=reader, role="READER")
    client.force_login(reader)
    line = debit(blume)
    found = client.get(reverse("returns:ledger-line", args=[line.pk])).content.decode()
    assert "File the claim" not in found
    assert client.post(reverse("returns:file-claim", args=[line.pk])).status_code == 403


@pytest.mark.parametrize("count", [1, 20])
def test_the_ledger_asks_the_same_number_of_times(
    portal: Client, blume: Seller, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        debit(blume, order=OrderFactory(seller=blume), key=f"q{number}")
    portal.get(LEDGER)
    with django_assert_max_num_queries(11):
        portal.get(LEDGER)
