"""A database of any size, filled by COPY: orders, inquiries, messages, cases, questions in lawful
states.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import connection
from django.utils import timezone

SELLERS = 200
OPEN_EVERY = 100
"""One inquiry in a hundred is on the queue; the others are resolved."""
DUE_QUESTIONS = 10_000
DE = "A1PA6795UKMFR9"
TABLES = (
    "sellers_order",
    "sellers_orderline",
    "caselog_case",
    "caselog_entry",
    "caselog_question",
    "inquiries_inquiry",
    "inquiries_message",
)


def fill(size: int) -> None:
    """`size` orders, inquiries, messages and questions; of the questions DUE_QUESTIONS are
    overdue.
    """
    at = timezone.now()
    _sellers(at)
    with connection.cursor() as cursor:
        raw: psycopg.Cursor[Any] = cursor.cursor
        for table, columns, rows in _tables(size, at):
            _copy(raw, table, columns, rows)
        cursor.execute("SELECT setval(pg_get_serial_sequence('sellers_seller', 'id'), 10000)")
        for table in TABLES:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {size + 1})")
        # What autovacuum does within a minute of so many new rows; until then the planner believes
        # that no index can answer alone.
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")


def _sellers(at: datetime) -> None:
    from csba.accounts.models import User
    from sellers.models import Enrolment, Plan, Seller, Service

    owner = User.objects.create_user("owner@bench.test", "x" * 20)
    Seller.objects.bulk_create(
        Seller(
            pk=n,
            merchant_id=f"A1BENCH{n:06d}",
            name=f"Händler {n}",
            short_name=f"Händler {n}",
            country="CN" if n % 3 == 0 else "DE",
            language="zh-hans" if n % 3 == 0 else "de",
            default_email=f"seller{n}@bench.test",
            created_at=at,
        )
        for n in range(1, SELLERS + 1)
    )
    service = Service.objects.get(code=Service.CSBA)
    plan = Plan.objects.get(service=service, code="trial")
    began = at - timedelta(days=400)
    Enrolment.objects.bulk_create(
        Enrolment(
            seller_id=n,
            service=service,
            plan=plan,
            status="ACTIVE",
            opted_in_at=began,
            opted_in_by=owner,
            active_due_at=began,
            active_from=began,
        )
        for n in range(1, SELLERS + 1)
    )


def order_number(n: int) -> str:
    """The order number of row n."""
    return f"303-{n // 10_000_000:07d}-{n % 10_000_000:07d}"


def buyer(n: int) -> str:
    """The buyer's address of row n."""
    return f"buyer{n}@bench.test"


def _copy(
    raw: "psycopg.Cursor[Any]", table: str, columns: str, rows: Iterable[tuple[Any, ...]]
) -> None:
    with raw.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _tables(size: int, at: datetime) -> Iterator[tuple[str, str, Iterator[tuple[Any, ...]]]]:
    every = range(1, size + 1)
    seller = [0, *(n % SELLERS + 1 for n in every)]
    step = timedelta(days=300) / size

    def placed(n: int) -> datetime:
        return at - timedelta(days=301) + step * n

    yield (
        "sellers_order",
        "id, seller_id, number, marketplace_id, channel, status, programmes, business, "
        "placed_at, changed_at,"
        " deliver_by_to, ship_from_country, ship_service, currency, total, buyer_name, "
        "buyer_email, ship_name,"
        " ship_lines, ship_postcode, ship_city, ship_state, ship_country, ship_phone, source, raw",
        (
            (
                n,
                seller[n],
                order_number(n),
                DE,
                "MFN",
                "SHIPPED",
                "{}",
                False,
                placed(n),
                placed(n),
                placed(n) + timedelta(days=4),
                "DE",
                "Standard",
                "EUR",
                "18.90",
                f"Käufer {n}",
                buyer(n),
                f"Käufer {n}",
                "{Hauptstraße 1}",
                "04229",
                "Leipzig",
                "",
                "DE",
                "",
                "bench",
                "{}",
            )
            for n in every
        ),
    )
    yield (
        "sellers_orderline",
        "id, order_id, item_id, asin, sku, title, quantity, quantity_shipped, currency, price, "
        "condition,"
        " customised, gift, programmes, raw",
        (
            (
                n,
                n,
                f"{n:014d}",
                f"B0BENCH{n % 5000:04d}",
                "SKU",
                "Teekanne aus Glas, 1 Liter",
                1,
                1,
                "EUR",
                "15.00",
                "New",
                False,
                False,
                "{}",
                "{}",
            )
            for n in every
        ),
    )
    yield (
        "caselog_case",
        "id, seller_id, kind, topic, subject, language, reference, order_id, status, opened_at, "
        "last_seq,"
        " last_entry_at",
        (
            (
                n,
                seller[n],
                "INQUIRY",
                "PRODUCT",
                "Teekanne",
                "de",
                "",
                n,
                "OPEN",
                placed(n),
                1,
                placed(n),
            )
            for n in every
        ),
    )
    yield (
        "caselog_entry",
        "id, case_id, seq, author, via, body, late, created_at",
        ((n, n, 1, "DESK", "DESK", "Welche Teilenummer?", False, placed(n)) for n in every),
    )
    yield (
        "caselog_question",
        "id, case_id, entry_id, topic, status, asked_at, reply_due_at, settled_at",
        (_question(n, size, placed(n), at) for n in every),
    )
    yield (
        "inquiries_inquiry",
        "id, status, channel, order_id, seller_id, case_id, buyer_email, buyer_name, language, "
        "subject, topic,"
        " topic_words, signal, verdict, verdict_facts, opened_at, last_buyer_at, waiting_since,"
        " first_response_due_at, promise_due_at, next_due_at, resolved_at, outcome, reopened, "
        "last_seq,"
        " preview, preview_by",
        (_inquiry(n, seller[n], placed(n), at) for n in every),
    )
    yield (
        "inquiries_message",
        "id, inquiry_id, seq, author, channel, sender, body, created_at",
        (
            (n, n, 1, "BUYER", "EMAIL", buyer(n), "Wo bleibt meine Teekanne?", placed(n))
            for n in every
        ),
    )


def _question(n: int, size: int, asked: datetime, at: datetime) -> tuple[Any, ...]:
    every = max(1, size // DUE_QUESTIONS)
    due = n % every == 0
    asked = at - timedelta(hours=25) if due else asked
    return (
        n,
        n,
        n,
        "PRODUCT",
        "OPEN" if due else "LAPSED",
        asked,
        asked + timedelta(hours=24),
        None if due else asked + timedelta(hours=24),
    )


def _inquiry(n: int, seller: int, opened: datetime, at: datetime) -> tuple[Any, ...]:
    waits = n % OPEN_EVERY == 0
    # Open ones came in over the last two days, so that some are due and most are not.
    since = at - timedelta(seconds=(n * 7919) % 200_000) if waits else None
    promise = since + timedelta(hours=48) if since else None
    first = since + timedelta(hours=12) if since else None
    return (
        n,
        "OPEN" if waits else "RESOLVED",
        "EMAIL",
        n,
        seller,
        None,
        buyer(n),
        f"Käufer {n}",
        "de",
        "Teekanne",
        "WHERE_IS_IT",
        "wo bleibt",
        "",
        "COVERED",
        "{}",
        opened,
        since or opened,
        since,
        first,
        promise,
        first,
        None if waits else opened + timedelta(hours=5),
        "" if waits else "ANSWERED",
        0,
        1,
        "Wo bleibt meine Teekanne?",
        "B",
    )
