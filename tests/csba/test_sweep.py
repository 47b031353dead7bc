"""Sweeps: every due row exactly once, bad rows stop no other."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from csba.health.models import Heartbeat
from csba.outbox.models import OutgoingMail
from csba.rulebook.models import Rule
from csba.sweep import claim, sweep
from tests.csba.factories import outgoing_mail, outgoing_mails
from tests.csba.sweeping import Mails, failing_for, sweep_due, swept, write_journal
from tests.factories.caselog import CaseFactory

Status = OutgoingMail.Status
PATIENCE = 20


@pytest.mark.parametrize("count", [0, 1, 4, 5, 12])
def test_every_due_row_is_swept_once_in_batches(count: int, db: None) -> None:
    mails, batches = outgoing_mails(count), []

    def effects(batch: Mails, at: datetime) -> None:
        batches.append(len(batch))
        write_journal(batch, at)

    assert sweep_due(effects, batch=4) == count
    assert swept() == [mail.pk for mail in mails]
    assert batches == [4] * (count // 4) + [count % 4] * (count % 4 > 0)
    assert sweep_due() == 0


def test_what_is_not_due_stays(db: None) -> None:
    outgoing_mail(status=Status.SENT)
    assert sweep_due() == 0
    assert swept() == []


def test_the_effects_see_the_rows_as_they_are_now(db: None) -> None:
    outgoing_mail(subject="Größe 龙")
    seen: Mails = []
    sweep_due(lambda mails, at: seen.extend(mails))
    assert [(mail.subject, mail.status) for mail in seen] == [("Größe 龙", Status.SUPPRESSED)]
    assert seen[0].get_deferred_fields() == set()


def test_the_heartbeat_says_when_how_many_and_how_many_failed(db: None) -> None:
    mails = outgoing_mails(3)
    sweep_due(failing_for({mails[1].pk}))
    beat = Heartbeat.objects.get(name="tests.suppress")
    assert (beat.count, beat.failed) == (2, 1)
    OutgoingMail.objects.all().delete()
    sweep_due()
    beat.refresh_from_db()
    assert (beat.count, beat.failed) == (0, 0)


@pytest.mark.parametrize("count", [1, 20])
def test_a_batch_costs_two_statements_whatever_it_holds(count: int, db: None) -> None:
    outgoing_mails(count)
    with CaptureQueriesContext(connection) as statements:
        sweep_due(batch=50)
    counted = [each["sql"] for each in statements if "SAVEPOINT" not in each["sql"]]
    # The claim, one statement of effects, the heartbeat.
    assert len(counted) == 3


@pytest.mark.parametrize("batch", [1, 3, 500])
@pytest.mark.parametrize("bad", [[0], [9], [0, 1, 2, 3], [4, 5], range(10)])
def test_bad_rows_stop_no_other_and_stay_due(batch: int, bad: list[int], db: None) -> None:
    mails = outgoing_mails(10)
    good = [mail.pk for number, mail in enumerate(mails) if number not in bad]
    assert sweep_due(failing_for({mails[number].pk for number in bad}), batch=batch) == len(good)
    assert swept() == good
    assert OutgoingMail.objects.due(timezone.now()).count() == len(bad)
    assert sweep_due() == len(bad)


def test_a_batch_that_fails_only_as_a_batch_is_done_row_by_row(db: None) -> None:
    mails = outgoing_mails(6)

    def effects(batch: Mails, at: datetime) -> None:
        if len(batch) > 1:
            raise LookupError
        write_journal(batch, at)

    assert sweep_due(effects, batch=4) == 6
    assert swept() == [mail.pk for mail in mails]
    assert Heartbeat.objects.get(name="tests.suppress").failed == 0


def test_a_row_that_the_database_refuses_stops_no_other(db: None) -> None:
    mails = outgoing_mails(3)

    def effects(batch: Mails, at: datetime) -> None:
        write_journal(batch, at)
        if mails[1].pk in {mail.pk for mail in batch}:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")

    assert sweep_due(effects) == 2
    assert swept() == [mails[0].pk, mails[2].pk]


def test_a_bad_row_is_named_in_the_log(db: None, caplog: pytest.LogCaptureFixture) -> None:
    mail = outgoing_mail()
    sweep_due(failing_for({mail.pk}))
    assert f"tests.suppress: row {mail.pk} failed and stays due" in caplog.text


def _claim(due: QuerySet[Any], limit: int = 10, **stamps: Any) -> list[Any]:
    with transaction.atomic():
        return claim(due, stamps, limit=limit)


def test_a_claim_takes_the_first_by_the_order_of_what_is_due(db: None) -> None:
    mails = outgoing_mails(5)
    due = OutgoingMail.objects.order_by("-id")
    assert {mail.pk for mail in _claim(due, limit=2, tries=1)} == {mails[4].pk, mails[3].pk}
    assert OutgoingMail.objects.filter(tries=1).count() == 2


def test_a_claim_takes_no_more_than_its_limit(committed: None) -> None:
    outgoing_mails(2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE outbox_outgoingmail")
    assert len(_claim(OutgoingMail.objects.due(timezone.now()), limit=7, tries=1)) == 7
    assert OutgoingMail.objects.filter(tries=1).count() == 7


def test_what_is_due_may_depend_on_other_tables(db: None, policy_admin: Any) -> None:
    """Only the swept rows are locked and changed; a missing neighbour does not matter."""
    rule = Rule.objects.earliest("id")
    Rule.objects.filter(pk=rule.pk).update(changed_by=policy_admin)
    due = Rule.objects.filter(changed_by__is_staff=True)
    assert [row.pk for row in _claim(due, value=[1, {"a": "é"}], why="claimed")] == [rule.pk]
    rule.refresh_from_db()
    assert (rule.value, rule.why) == ([1, {"a": "é"}], "claimed")
    assert len(_claim(Rule.objects.exclude(changed_by__is_staff=True), limit=500, why="x")) > 1


def test_a_stamp_is_a_value_and_never_sql(db: None) -> None:
    mail = outgoing_mail()
    hostile = "'; DELETE FROM outbox_outgoingmail; -- %s"
    assert _claim(OutgoingMail.objects.filter(subject="Note"), last_error=hostile)
    mail.refresh_from_db()
    assert mail.last_error == hostile


def test_generated_columns_come_back_with_the_claimed_row(db: None, blume: Any) -> None:
    case = CaseFactory(seller=blume)
    claimed = _claim(type(case)._default_manager.all(), last_seq=3)
    assert [(row.number, row.last_seq) for row in claimed] == [(case.number, 3)]


def test_stamps_that_break_a_rule_of_the_table_leave_only_the_bad_row_due(db: None) -> None:
    outgoing_mails(3)
    at = timezone.now()
    due = OutgoingMail.objects.filter(status=Status.QUEUED).order_by("id")
    # Message ids are unique: the first row can have this one, the others cannot.
    stamps = {"status": Status.SUPPRESSED, "message_id": "<the-same@csba.test>"}
    done = sweep("tests.same_id", due, stamps=stamps, effects=lambda rows, at: None, at=at)
    assert done == 1
    assert due.count() == 2
    assert Heartbeat.objects.get(name="tests.same_id").failed == 2


def test_a_stamp_may_be_worked_out_from_the_rows_own_columns(db: None) -> None:
    mails, at = outgoing_mails(3), timezone.now()
    OutgoingMail.objects.filter(pk=mails[0].pk).update(tries=7)
    many = Case(When(tries__gt=5, then=Value("tried often")), default=Value("100 %s"))
    claimed = _claim(
        OutgoingMail.objects.order_by("id"),
        limit=2,
        send_after=F("created_at") + timedelta(hours=2),
        tries=F("tries") + 1,
        last_error=many,
        settled_at=Case(When(tries__gt=5, then=at)),
    )
    stamped = {
        mail.pk: (mail.send_after - mail.created_at, mail.tries, mail.last_error, mail.settled_at)
        for mail in claimed
    }
    assert stamped == {
        mails[0].pk: (timedelta(hours=2), 8, "tried often", at),
        mails[1].pk: (timedelta(hours=2), 1, "100 %s", None),
    }
    assert OutgoingMail.objects.get(pk=mails[2].pk).last_error == ""


def test_a_claim_brings_back_what_is_asked_for_and_what_it_has_stamped(db: None) -> None:
    outgoing_mail(subject="Note")
    (mail,) = _claim(OutgoingMail.objects.only("subject"), tries=4)
    assert {"id", "subject", "tries"}.isdisjoint(mail.get_deferred_fields())
    assert {"text", "status"} <= mail.get_deferred_fields()
    assert (mail.subject, mail.tries) == ("Note", 4)
    (mail,) = _claim(OutgoingMail.objects.defer("text"), tries=5)
    assert mail.get_deferred_fields() == {"text"}
