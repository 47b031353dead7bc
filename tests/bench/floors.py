"""The floors: the least that the database, the ORM, the parser and a bare view can need for the
same work.
"""

import email
import email.policy
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from inquiries.models import Inquiry, Message
from sellers.models import Order
from tests.bench import data

_counter = itertools.count(1)


def orm_intake(size: int) -> None:
    """2 selects by index, 3 inserts, 1 commit through the ORM: what any intake in Django costs."""
    n = next(_counter) * 7919 % size + 1
    at = timezone.now()
    with transaction.atomic():
        order = Order.objects.get(number=data.order_number(n))
        list(Inquiry.objects.filter(buyer_email=data.buyer(n))[:1])
        inquiry = Inquiry.objects.create(
            channel="API",
            order=order,
            seller_id=order.seller_id,
            buyer_email=data.buyer(n),
            verdict="COVERED",
            opened_at=at,
            last_buyer_at=at,
            last_seq=1,
            waiting_since=at,
            promise_due_at=at + timedelta(hours=48),
            next_due_at=at + timedelta(hours=12),
        )
        Message.objects.create(
            inquiry=inquiry, seq=1, author="BUYER", channel="API", body="Wo?", created_at=at
        )
        _event(inquiry.pk, at)


def _event(pk: int, at: datetime) -> None:
    from csba.journal.models import Line

    Line.objects.create(
        at=at, actor="buyer", subject_type="inquiries.inquiry", subject_id=pk, verb="opened"
    )


def parse(raw: bytes) -> str:
    """The standard library's parser, every part decoded: the floor of reading a mail."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    body: Any = message.get_body(preferencelist=("plain", "html"))
    str(message["subject"]), str(message["from"]), str(message["to"])
    return body.get_content() if body is not None else ""


def raw_lapse(at: datetime, batch: int = 500) -> int:
    """The sweep as plain SQL: the same updates, journal lines and letters in the same columns and
    indexes, one commit a batch.
    """
    return _in_batches(
        lambda cursor: cursor.execute(
            """
            WITH due AS (
                UPDATE caselog_question SET status = 'LAPSED', settled_at = %(at)s,
                    remind_due_at = NULL
                WHERE id IN (
                    SELECT id FROM caselog_question WHERE status = 'OPEN' AND reply_due_at <= %(at)s
                    ORDER BY reply_due_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
                ) RETURNING id, case_id, asked_at, reply_due_at
            ), told AS (
                INSERT INTO outbox_outgoingmail (key, template, to_address, language, subject, text,
                    reply_to, message_id, in_reply_to, "references", automatic, about_type,
                    about_id, status, created_at, send_after, tries, last_error)
                SELECT 'question:' || id || ':lapsed', 'floor', 'x@bench.test', 'de',
                    repeat('s', 45), repeat('t', 600), repeat('r', 50),
                    '<csba.' || gen_random_uuid() || '@csba.example>', '', repeat('f', 33), true,
                    'caselog.question', id, 'QUEUED', %(at)s, %(at)s, 0, '' FROM due
            )
            INSERT INTO journal_line (at, actor, subject_type, subject_id, verb, facts)
            SELECT %(at)s, 'clock', 'caselog.case', case_id, 'question_lapsed', jsonb_build_object(
                'question', id, 'asked_at', asked_at, 'reply_due_at', reply_due_at) FROM due
            """,
            {"at": at, "batch": batch},
        )
    )


def raw_activate(at: datetime, batch: int = 500) -> int:
    """The activation as plain SQL, as raw_lapse."""
    return _in_batches(
        lambda cursor: cursor.execute(
            """
            WITH due AS (
                UPDATE sellers_enrolment
                SET status = 'ACTIVE', active_from = %(at)s, alarm_due_at = NULL
                WHERE id IN (
                    SELECT id FROM sellers_enrolment WHERE status = 'PENDING'
                    ORDER BY opted_in_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
                ) RETURNING id, opted_in_at
            ), told AS (
                INSERT INTO outbox_outgoingmail (key, template, to_address, language, subject, text,
                    reply_to, message_id, in_reply_to, "references", automatic, about_type,
                    about_id, status, created_at, send_after, tries, last_error)
                SELECT 'stint:' || id || ':active', 'floor', 'x@bench.test', 'de',
                    repeat('s', 36), repeat('t', 720), '',
                    '<csba.' || gen_random_uuid() || '@csba.example>', '', '', true,
                    'sellers.enrolment', id, 'QUEUED', %(at)s, %(at)s, 0, '' FROM due
            )
            INSERT INTO journal_line (at, actor, subject_type, subject_id, verb, facts)
            SELECT %(at)s, 'clock', 'sellers.enrolment', id, 'activated', jsonb_build_object(
                'active_from', %(at)s, 'suspended', '[]'::jsonb,
                'waited_seconds', extract(epoch FROM %(at)s - opted_in_at)) FROM due
            """,
            {"at": at, "batch": batch},
        )
    )


def raw_claim(user_id: int) -> None:
    """The oldest unclaimed inquiry is taken, in one statement."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE inquiries_inquiry SET assignee_id = %s WHERE id = (
                SELECT id FROM inquiries_inquiry
                WHERE status = 'OPEN' AND waiting_since IS NOT NULL AND assignee_id IS NULL
                ORDER BY next_due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
            """,
            [user_id],
        )


def _in_batches(act: Callable[[Any], object]) -> int:
    done = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            act(cursor)
            count: int = cursor.rowcount
        if not count:
            return done
        done += count
