"""Status changes: only lawful ones, and of two rivals one wins."""

import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from csba.errors import Conflict, Refused
from csba.moves import move
from csba.outbox.models import OutgoingMail
from tests.csba.factories import outgoing_mail

Status = OutgoingMail.Status
PATIENCE = 20


def _stored(mail: OutgoingMail) -> OutgoingMail:
    return OutgoingMail.objects.get(pk=mail.pk)


def test_a_lawful_move_carries_the_status_and_its_stamps_in_one_statement(db: None) -> None:
    mail, at = outgoing_mail(), timezone.now()
    with CaptureQueriesContext(connection) as statements:
        move(mail, Status.SENDING, claimed_at=at)
    assert len(statements) == 1
    assert (mail.status, mail.claimed_at) == (Status.SENDING, at)
    assert (_stored(mail).status, _stored(mail).claimed_at) == (Status.SENDING, at)


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("to", Status.values)
def test_the_map_alone_says_which_moves_there_are(status: str, to: str, db: None) -> None:
    mail = outgoing_mail(status=status)
    if to in OutgoingMail.MOVES.get(Status(status), ()):
        move(mail, to)
        assert mail.status == _stored(mail).status == to
    else:
        with pytest.raises(Refused) as refusal:
            move(mail, to)
        assert refusal.value.code == "wrong_status"
        assert mail.status == _stored(mail).status == status


def test_a_refusal_names_the_present_status(db: None) -> None:
    mail = outgoing_mail(status=Status.SENT)
    with pytest.raises(Refused, match=r"it is already “Sent”"):
        move(mail, Status.QUEUED)


def test_who_looks_at_an_old_page_is_told_and_changes_nothing(db: None) -> None:
    seen = outgoing_mail()
    move(_stored(seen), Status.SENDING)
    with pytest.raises(Conflict) as conflict:
        move(seen, Status.SUPPRESSED, last_error="too late")
    assert conflict.value.code == "conflict"
    assert (seen.status, seen.last_error) == (Status.QUEUED, "")
    assert (_stored(seen).status, _stored(seen).last_error) == (Status.SENDING, "")


def test_a_row_that_is_gone_is_a_conflict(db: None) -> None:
    mail = outgoing_mail()
    OutgoingMail.objects.all().delete()
    with pytest.raises(Conflict):
        move(mail, Status.SENDING)


def test_of_eight_rivals_one_wins(committed: None) -> None:
    mail = outgoing_mail()
    line, ends = threading.Barrier(8), []

    def rival(number: int) -> None:
        mine: Any = _stored(mail)
        line.wait(PATIENCE)
        try:
            move(mine, Status.SENDING, last_error=str(number))
            ends.append(("won", number))
        except Conflict:
            ends.append(("lost", number))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=rival, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    winners = [number for end, number in ends if end == "won"]
    assert len(ends) == 8
    assert [_stored(mail).last_error] == [str(number) for number in winners]
