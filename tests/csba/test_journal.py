"""The journal: all that happened, unchangeable, in a form that JSON can hold."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from csba.accounts.models import User
from csba.journal import read, write
from csba.journal.models import Line
from csba.outbox.models import OutgoingMail
from csba.topics import Topic
from sellers.models import Seller
from tests.csba.factories import outgoing_mail
from tests.factories.caselog import CaseFactory

AT = datetime(2026, 3, 29, 1, 30, 5, tzinfo=UTC)
KEPT_AT = "2026-03-29T01:30:05Z"


@pytest.fixture
def mail(db: None) -> OutgoingMail:
    return outgoing_mail()


def _write(mail: OutgoingMail, verb: str = "noted", **facts: Any) -> Line:
    write.write(mail, verb, at=AT, actor=write.Actor.SYSTEM, **facts)
    return read.of(mail).latest("id")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_line SET verb = 'denied'",
        "UPDATE journal_line SET facts = facts",
        "DELETE FROM journal_line",
        "TRUNCATE journal_line",
        "TRUNCATE journal_line CASCADE",
    ],
)
def test_the_database_refuses_to_change_the_journal(mail: OutgoingMail, statement: str) -> None:
    with connection.cursor() as cursor:
        # The clean-up of tests with real commits needs this one off; here it is as in the product.
        cursor.execute("ALTER TABLE journal_line ENABLE TRIGGER journal_is_never_emptied")
        kept = _write(mail, reason="late")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert [(line.verb, line.facts) for line in read.of(mail)] == [("noted", {"reason": "late"})]
    assert read.of(mail).get() == kept


def test_the_orm_is_refused_as_well(mail: OutgoingMail) -> None:
    line = _write(mail)
    line.verb = "denied"
    with pytest.raises(DatabaseError), transaction.atomic():
        line.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        line.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Line.objects.update(verb="denied")
    assert read.of(mail).get().verb == "noted"


def test_redaction_takes_the_named_facts_of_one_subject_and_says_so(mail: OutgoingMail) -> None:
    other = outgoing_mail()
    _write(mail, email="jonas@buyers.test", name="Jonas", topic="LATE")
    _write(mail, topic="LATE")
    _write(other, email="anna@buyers.test")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT journal_redact(%s, %s, %s)",
            ["outbox.outgoingmail", mail.pk, ["email", "name"]],
        )
        assert cursor.fetchone() == (1,)
    assert [line.facts for line in read.of(mail)] == [
        {"topic": "LATE", "redacted": ["email", "name"]},
        {"topic": "LATE"},
    ]
    assert read.of(other).get().facts == {"email": "anna@buyers.test"}


def test_a_second_redaction_names_what_both_have_taken(mail: OutgoingMail) -> None:
    _write(mail, email="jonas@buyers.test", name="Jonas", topic="LATE")
    with connection.cursor() as cursor:
        for names in (["email", "phone"], ["name"]):
            cursor.execute("SELECT journal_redact('outbox.outgoingmail', %s, %s)", [mail.pk, names])
    assert read.of(mail).get().facts == {"topic": "LATE", "redacted": ["email", "name"]}


def test_after_a_redaction_the_journal_is_closed_again(mail: OutgoingMail) -> None:
    _write(mail, email="jonas@buyers.test")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT journal_redact('outbox.outgoingmail', %s, ARRAY['email'])", [mail.pk]
        )
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute("UPDATE journal_line SET verb = 'denied'")


def test_a_person_in_the_journal_cannot_be_deleted(mail: OutgoingMail, agent: User) -> None:
    write.write(mail, "noted", at=AT, actor=write.Actor.AGENT, user=agent)
    with pytest.raises(DatabaseError), transaction.atomic():
        agent.delete()


@pytest.mark.parametrize(
    ("fact", "kept"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (2.5, 2.5),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ("Größe 龙 🐉", "Größe 龙 🐉"),
        ("nul\x00byte", "nul\ufffdbyte"),
        ("half \ud83d\udcff", "half ??"),
        (Topic.LATE, "LATE"),
        (_("Yes"), "Yes"),
        (Decimal("12.90"), "12.90"),
        (AT, KEPT_AT),
        (date(2026, 3, 29), "2026-03-29"),
        (timedelta(hours=24), "P1DT00H00M00S"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ((1, "a"), [1, "a"]),
        ({"b", "a"}, ["a", "b"]),
        (frozenset({3}), [3]),
        ({Topic.LATE: {"at": AT, 1: [Decimal(1)]}}, {"LATE": {"at": KEPT_AT, "1": ["1"]}}),
        ({"k\x00": 1}, {"k\ufffd": 1}),
    ],
)
def test_facts_of_every_kind_are_kept(mail: OutgoingMail, fact: Any, kept: Any) -> None:
    assert _write(mail, fact=fact).facts == {"fact": kept}


def test_rows_are_kept_by_their_number_or_key(mail: OutgoingMail, blume: Seller) -> None:
    case = CaseFactory(seller=blume)
    assert _write(mail, case=case, seller=blume).facts == {
        "case": case.number,
        "seller": str(blume.pk),
    }


def test_what_json_cannot_hold_is_an_error_and_no_silent_nonsense(mail: OutgoingMail) -> None:
    with pytest.raises(TypeError):
        _write(mail, fact=object())


def test_a_line_says_who_when_and_about_what(mail: OutgoingMail, agent: User) -> None:
    write.write(mail, "sent_again", at=AT, actor=write.Actor.AGENT, user=agent)
    line = read.of(mail).get()
    assert (line.at, line.actor, line.user, line.verb) == (AT, "agent", agent, "sent_again")
    assert (line.subject_type, line.subject_id) == ("outbox.outgoingmail", mail.pk)
    assert str(line) == f"2026-03-29 01:30 agent sent_again outbox.outgoingmail {mail.pk}"


def test_the_journal_of_one_object_is_oldest_first_and_only_its_own(
    mail: OutgoingMail, blume: Seller
) -> None:
    for verb in ("first", "second"):
        _write(mail, verb)
    write.write(blume, "elsewhere", at=AT, actor=write.Actor.SYSTEM)
    _write(outgoing_mail(), "elsewhere")
    assert [line.verb for line in read.of(mail)] == ["first", "second"]


@pytest.mark.parametrize("count", [1, 20])
def test_many_lines_cost_one_statement(mail: OutgoingMail, count: int) -> None:
    lines = [
        write.line(mail, f"verb{number}", at=AT, actor=write.Actor.CLOCK) for number in range(count)
    ]
    with CaptureQueriesContext(connection) as statements:
        write.write_many(lines)
    assert len(statements) == 1
    assert read.of(mail).count() == count


@pytest.mark.parametrize("count", [1, 20])
def test_reading_who_did_it_costs_no_statement_a_line(
    mail: OutgoingMail, agent: User, count: int
) -> None:
    write.write_many(
        write.line(mail, "noted", at=AT, actor=write.Actor.AGENT, user=agent)
        for _number in range(count)
    )
    with CaptureQueriesContext(connection) as statements:
        assert {str(line.user) for line in read.of(mail)} == {agent.name}
    assert len(statements) == 1


def test_the_line_is_gone_with_its_fact(mail: OutgoingMail) -> None:
    with transaction.atomic():
        write.write(mail, "noted", at=timezone.now(), actor=write.Actor.SYSTEM)
        transaction.set_rollback(True)
    assert not read.of(mail).exists()
