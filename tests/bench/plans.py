"""What the database would do for every statement of an act: no act may read one of the tables that
grow from end to end (`performance.md` 7 A5).
"""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from caselog.models import Question
from csba.schedule import PERIODS
from inquiries.channels.mailbox import work
from inquiries.desk.queue import VIEWS, write_place
from inquiries.models import Inquiry
from inquiries.operations import assignment, conversation, inbound, intake
from sellers.models import Order
from tests.bench import data, mails
from tests.bench.claims import agent
from tests.bench.counting import counted
from tests.bench.report import say

GROWING: Final = {
    "inquiries_inquiry": "inquiry",
    "inquiries_message": "message",
    "inquiries_inboundmail": "mail",
    "caselog_question": "question",
    "caselog_entry": "entry",
    "caselog_case": "case",
    "journal_line": "journal",
    "outbox_outgoingmail": "letter",
    "sellers_order": "order",
    "sellers_orderline": "order line",
}
LARGE: Final = 50_000
"""A table of fewer rows may be read whole: with all of it due, that is the quickest. So at 10,000
inquiries there is nothing to find; the goal is one of the large size.
"""
NOT_TICKED: Final = ("csba.outbox.tasks.deliver_due", "inquiries.tasks.handle_received_mail")
"""The first would connect to a mail server; the second is the intake of mail."""

PLANNED: Final = ("SELECT", "(", "INSERT", "UPDATE", "DELETE", "WITH")
"""What has a plan; settings of the connection have none."""

Act = Callable[[], object]


def measure(size: int) -> dict[str, float]:
    """One line per statement that scans, and one per act with how many of its statements do."""
    _journal(size)
    rows = _rows()
    for name, act in _acts(size):
        with counted() as done:
            act()
        seen: set[str] = set()
        scans = 0
        for sql in done.statements:
            for table, cost in _scanned(sql, rows):
                scans += 1
                if f"{table} {_shape(sql)}" in seen:
                    continue
                seen.add(f"{table} {_shape(sql)}")
                say("plan.scan", act=name, table=GROWING[table], cost=cost, sql=sql[:600])
        say(
            "plan.act",
            act=name,
            statements=done.count,
            scans=scans,
            goal=0,
            reached="goal" if not scans else "missed",
            size=size,
        )
    return {}


def _acts(size: int) -> Iterator[tuple[str, Act]]:
    """Each act a little before it is explained, so that it finds what the others have left."""
    me = agent(0)
    client = Client()
    client.force_login(me)
    waiting = list(Inquiry.objects.waiting().filter(assignee__isnull=True).due_first()[:3])
    first, second = waiting[0], waiting[1]
    yield "intake of a mail", lambda: _mail(size - 1)
    yield "intake of a chat", lambda: _chat(size - 2)
    for slug in VIEWS:
        yield f"queue {slug}", _get(client, reverse("admin:queue", args=[slug]))
    assert second.next_due_at is not None
    place = write_place(second.next_due_at, second.pk)
    yield "queue turn, deep", _get(client, f"{reverse('admin:queue')}?after={place}")
    yield "queue of threads", _get(client, reverse("admin:cases"))
    yield "inquiry page", _get(client, reverse("admin:inquiry", args=[first.number]))
    yield "claim", lambda: assignment.take(first, by=me)
    yield "reply", lambda: conversation.agent_replied(first, body="Ja.", by=me, then="HOLD")
    find = reverse("admin:find")
    yield "find an inquiry", _get(client, f"{find}?q={first.number}")
    yield "find an order", _get(client, f"{find}?q={data.order_number(size // 2)}")
    records = reverse("admin:inquiries_inquiry_changelist")
    yield "search in the records", _get(client, f"{records}?q={data.buyer(size // 2)}")
    _due(20)
    for name in PERIODS:
        if name not in NOT_TICKED:
            yield f"tick {name}", import_string(name)


def _get(client: Client, path: str) -> Act:
    def get() -> None:
        # The second time, so that nothing is explained that only a new process asks for.
        for _ in range(2):
            answer = client.get(path)
            assert answer.status_code in {200, 302}, f"{path} answered {answer.status_code}"

    return get


def _mail(n: int) -> None:
    inbound.keep(
        mails.about(n, unique=uuid.uuid4().hex),
        via="SMTP",
        envelope_from=data.buyer(n),
        envelope_to=["service@csba.example"],
    )
    work.handle_waiting()


def _chat(n: int) -> None:
    order = Order.objects.select_related("seller").get(number=data.order_number(n))
    intake.receive(
        intake.Incoming(channel="CHAT", body="Wo?", buyer_email=data.buyer(n), order=order)
    )


def _due(count: int) -> None:
    """So many questions are over their time now, and as many are to be reminded of."""
    at = timezone.now()
    lapsed = list(Question.objects.order_by("-pk").values_list("pk", flat=True)[: 2 * count])
    asked = {"status": "OPEN", "settled_at": None, "asked_at": at - timedelta(hours=23)}
    Question.objects.filter(pk__in=lapsed[:count]).update(
        **asked, reply_due_at=at - timedelta(hours=1)
    )
    Question.objects.filter(pk__in=lapsed[count:]).update(
        **asked, reply_due_at=at + timedelta(hours=1), remind_due_at=at - timedelta(minutes=1)
    )


def _journal(size: int) -> None:
    """The journal as long as the other tables, and every table's statistics of now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_line (at, actor, subject_type, subject_id, verb, facts)"
            " SELECT opened_at, 'buyer', 'inquiries.inquiry', id, 'opened', '{}'"
            " FROM inquiries_inquiry WHERE id <= %s",
            [size],
        )
        cursor.execute("ANALYZE")


def _rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reltuples::bigint FROM pg_class WHERE relname = ANY(%s)",
            [list(GROWING)],
        )
        return dict(cursor.fetchall())


def _scanned(sql: str, rows: dict[str, int]) -> Iterator[tuple[str, float]]:
    if not sql.startswith(PLANNED):
        return
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (answer,) = cursor.fetchone()
    (plan,) = json.loads(answer) if isinstance(answer, str) else answer
    for node in _nodes(plan["Plan"]):
        table = node.get("Relation Name", "")
        if "Seq Scan" in node["Node Type"] and table in GROWING and rows.get(table, 0) >= LARGE:
            yield table, node["Total Cost"]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _shape(sql: str) -> str:
    """The statement without its values: said once, however often it is asked."""
    return sql.split(" WHERE ")[0][:400]
