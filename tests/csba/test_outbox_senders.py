"""What a stranger could smuggle into a mail, and the thread that a mail belongs to."""

from typing import Any

import pytest
from django.conf import settings as product
from django.utils import timezone

from csba.outbox.enqueue import REFERENCES_LIMIT, enqueue
from csba.outbox.models import OutgoingMail
from tests.csba.conftest import JONAS

Status = OutgoingMail.Status


@pytest.mark.parametrize("lines", ["Re: lamp\r\nBcc: all@x.test", "Re: lamp\nBcc: all@x.test"])
def test_a_subject_is_one_line(note: str, lines: str, db: None) -> None:
    assert enqueue(note, to=JONAS, language="en", subject=lines).subject == (
        "Re: lamp Bcc: all@x.test"
    )
    mail = enqueue(note, to=JONAS, language="en", context={"what": lines})
    assert "\n" not in mail.subject


def test_a_long_subject_is_cut(note: str, db: None) -> None:
    assert len(enqueue(note, to=JONAS, language="en", subject="é" * 900).subject) == 400


@pytest.mark.parametrize(
    "address",
    [
        "jonas@buyers.test\r\nBcc: all@buyers.test",
        "jonas@buyers.test, anna@buyers.test",
        "jonas@buyers.test> SIZE=1 <x@y.test",
        "Jonas <jonas@buyers.test>",
        "jonas",
        "",
        "a@b@c",
        "j" * 400 + "@buyers.test",
    ],
)
def test_what_is_not_one_address_is_kept_as_failed_and_never_sent(
    note: str, address: str, db: None
) -> None:
    mail = enqueue(note, to=address, language="en")
    mail.refresh_from_db()
    assert (mail.status, mail.last_error) == (Status.FAILED, "not an address")
    assert mail.settled_at == mail.created_at
    assert list(OutgoingMail.objects.troubled()) == [mail]


@pytest.mark.parametrize(
    "address", [f" {JONAS} ", "o'hara+csba@mail.buyers.test", "müller@bücher.test", "a..b@x.test"]
)
def test_an_unusual_address_is_still_an_address(note: str, address: str, db: None) -> None:
    mail = enqueue(note, to=address, language="en")
    assert (mail.status, mail.to_address) == (Status.QUEUED, address.strip())


@pytest.mark.parametrize(
    "own",
    [
        "inq+1.aaaaaaaaaaaaaaaa@reply.csba.test",
        "X@REPLY.CSBA.TEST",
        "service@desk.test",
        "back@b.test",
    ],
)
def test_a_robot_never_writes_to_our_own_addresses(
    note: str, own: str, db: None, settings: Any
) -> None:
    settings.CSBA_REPLY_DOMAIN = "reply.csba.test"
    settings.CSBA_SENDER_ADDRESS = "Service@desk.test"
    settings.CSBA_BOUNCE_ADDRESS = "back@b.test"
    mail = enqueue(note, to=own, language="en")
    assert (mail.status, mail.last_error) == (Status.SUPPRESSED, "our own address")
    assert mail.settled_at == mail.created_at
    assert not OutgoingMail.objects.due(timezone.now()).exists()


def test_a_person_may_write_to_our_own_addresses(note: str, db: None) -> None:
    to = f"test@{product.CSBA_REPLY_DOMAIN}"
    assert enqueue(note, to=to, language="en", automatic=False).status == Status.QUEUED


def test_a_colleague_in_the_senders_domain_gets_mail(note: str, db: None, settings: Any) -> None:
    settings.CSBA_SENDER_ADDRESS = "service@desk.test"
    assert enqueue(note, to="ines@desk.test", language="en").status == Status.QUEUED


def test_references_keep_the_first_and_the_newest_that_fit(note: str, db: None) -> None:
    ids = [f"<{n:04d}.{'x' * 50}@mail.test>" for n in range(60)]
    kept = enqueue(note, to=JONAS, language="en", references=ids).references
    found = kept.split()
    assert len(kept) <= REFERENCES_LIMIT
    assert found[0] == ids[0]
    assert found[1:] == ids[-len(found[1:]) :]
    assert len(kept) + len(ids[0]) + 1 > REFERENCES_LIMIT


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["<a@x>", "<b@x>", "<a@x>", ""], "<a@x> <b@x>"),
        (["<a@x>\r\nBcc: all@x.test"], "<a@x>"),
        (["<a@x> <b@x>"], "<a@x> <b@x>"),
        (["no id", "<naïve@x>", "<a@x>"], "<a@x>"),
        ([f"<{'y' * 2000}@x>", "<a@x>"], "<a@x>"),
    ],
)
def test_references_hold_only_what_is_a_message_id(
    note: str, given: list[str], kept: str, db: None
) -> None:
    assert enqueue(note, to=JONAS, language="en", references=given).references == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [("<a@x>", "<a@x>"), (" <a@x>\r\nBcc: all@x.test", "<a@x>"), (f"<{'y' * 900}@x>", "")],
)
def test_in_reply_to_is_one_message_id(note: str, given: str, kept: str, db: None) -> None:
    assert enqueue(note, to=JONAS, language="en", in_reply_to=given).in_reply_to == kept
