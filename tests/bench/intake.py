"""Mails and chats taken in per second by one process, and by two, beside their floors."""

import itertools
import os
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, connections
from mailparser_reply import EmailReplyParser

from inquiries.channels.mailbox import work
from inquiries.models import InboundMail, Inquiry
from inquiries.operations import inbound, intake
from sellers.models import Order
from tests.bench import data, floors, mails
from tests.bench.report import compare, median, progress, say, seconds

ROUNDS = 5
MAILS = 120
_numbers = itertools.count(1)


def measure(size: int) -> dict[str, float]:
    """Mail against parse + ORM intake; chat against ORM intake and plain SQL."""
    parse, orm, mail, chat, raw = [], [], [], [], []
    for round_ in range(ROUNDS):
        progress(f"intake {round_ + 1}/{ROUNDS}")
        batch = [_next(size) for _ in range(MAILS)]
        parse.append(seconds(_each, _parse, [raw_mail for _n, raw_mail in batch]) / MAILS)
        orm.append(seconds(_each, floors.orm_intake, [size] * MAILS) / MAILS)
        raw.append(seconds(_each, _raw_intake, [size] * MAILS) / MAILS)
        mail.append(seconds(_take_in, batch) / MAILS)
        chat.append(seconds(_each, _chat, [size] * MAILS) / MAILS)
    both = [one + other for one, other in zip(parse, orm, strict=True)]
    compare(
        "intake.mail",
        "s",
        mail,
        both,
        goal=2.0,
        stretch=1.4,
        size=size,
        per_second=1 / median(mail),
        parse=median(parse),
        orm=median(orm),
    )
    compare(
        "intake.chat", "s", chat, orm, goal=2.0, stretch=1.3, size=size, per_second=1 / median(chat)
    )
    share = median(raw) / median(chat)
    say(
        "intake.chat_against_sql",
        ours_per_second=1 / median(chat),
        sql_per_second=1 / median(raw),
        share=share,
        goal=1 / 6,
        stretch=1 / 3,
        reached="stretch" if share >= 1 / 3 else "goal" if share >= 1 / 6 else "missed",
        size=size,
    )
    alone, together = _rate(size, 1), _rate(size, 2)
    say(
        "intake.two_processes", one=alone, two=together, ratio=together / alone, goal=1.6, size=size
    )
    return {"intake.mail": median(mail), "intake.chat": median(chat)}


def _each(act: Callable[[Any], None], given: Iterable[Any]) -> None:
    for one in given:
        act(one)


def _next(size: int) -> tuple[int, bytes]:
    n = next(_numbers) * 7919 % size + 1
    return n, mails.about(n, unique=uuid.uuid4().hex)


def _parse(raw: bytes) -> None:
    text = floors.parse(raw)
    EmailReplyParser(languages=["de", "en"]).read(text)


def _take_in(batch: list[tuple[int, bytes]]) -> None:
    """Both commits of each mail: kept, then everything it causes."""
    for n, raw in batch:
        inbound.keep(
            raw,
            via="SMTP",
            envelope_from=data.buyer(n),
            envelope_to=["service@csba.example"],
        )
    work.handle_waiting()
    left = InboundMail.objects.exclude(status="HANDLED")
    assert not left.exists(), left.values_list("status", "error", "result")[:3]


def _chat(size: int) -> None:
    n = next(_numbers) * 7919 % size + 1
    order = Order.objects.select_related("seller").get(number=data.order_number(n))
    list(Inquiry.objects.filter(buyer_email=data.buyer(n)).order_by("-id")[:1])
    intake.receive(
        intake.Incoming(
            channel="CHAT", body="Wo bleibt mein Paket?", buyer_email=data.buyer(n), order=order
        )
    )


def _raw_intake(size: int) -> None:
    n = next(_numbers) * 7919 % size + 1
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(
            "SELECT id, seller_id FROM sellers_order WHERE number = %s", [data.order_number(n)]
        )
        order, seller = cursor.fetchone()
        cursor.execute(
            "SELECT id FROM inquiries_inquiry WHERE buyer_email = %s ORDER BY id DESC LIMIT 1",
            [data.buyer(n)],
        )
        cursor.execute(
            """
            INSERT INTO inquiries_inquiry (status, channel, order_id, seller_id, buyer_email,
                buyer_name, language, subject, topic, topic_words, signal, verdict, verdict_facts,
                opened_at,
                last_buyer_at, waiting_since,
                promise_due_at, next_due_at, outcome, reopened, last_seq, preview, preview_by)
            VALUES ('OPEN', 'API', %s, %s, %s, '', 'de', '', 'OTHER', '', '', 'COVERED', '{}',
                now(), now(), now(), now() + interval '48 hours', now() + interval '12 hours', '',
                0, 1, '', '') RETURNING id
            """,
            [order, seller, data.buyer(n)],
        )
        (inquiry,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO inquiries_message (inquiry_id, seq, author, channel, sender, body, "
            "created_at)"
            " VALUES (%s, 1, 'BUYER', 'API', '', 'Wo?', now())",
            [inquiry],
        )
        cursor.execute(
            "INSERT INTO journal_line (at, actor, subject_type, subject_id, verb, facts)"
            " VALUES (now(), 'buyer', 'inquiries.inquiry', %s, 'opened', '{}')",
            [inquiry],
        )
        cursor.execute("COMMIT")


def _rate(size: int, processes: int) -> float:
    """Chats a second by this many processes, each for the same number of chats."""
    each = 250
    connections.close_all()
    began = time.perf_counter()
    children = []
    for child in range(processes):
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                # Each child walks its own way through the orders.
                for _ in range(child * 1000):
                    next(_numbers)
                for _ in range(each):
                    _chat(size)
                status = 0
            finally:
                os._exit(status)
        children.append(pid)
    for pid in children:
        _pid, status = os.waitpid(pid, 0)
        assert status == 0, "a measuring process failed"
    return processes * each / (time.perf_counter() - began)
