"""To which inquiry an answer belongs and who may add to it; machines change nothing."""

from typing import Any

import pytest

from csba import addresses
from inquiries.channels.mailbox.dispatch import Result
from inquiries.models import InboundMail, Inquiry
from inquiries.operations import conversation
from tests.mail.posting import JONAS, SERVICE, mail

pytestmark = pytest.mark.django_db


def test_an_answer_to_our_letter_is_added_to_its_inquiry(
    postman: Any, inquiry: Inquiry, letters: Any
) -> None:
    ours = letters.last(JONAS)
    kept = postman.delivers_new(
        f"Danke!\n\nAm 4. Nov. 2026 um 10:00 schrieb Kundenservice <{SERVICE}>:\n\n"
        "> Guten Tag\n> Text",
        subject=f"Re: {ours.subject}",
        to=ours.reply_to,
    )
    message = inquiry.messages.get(inbound=kept)
    assert (kept.result, kept.inquiry) == (Result.ADDED, inquiry)
    assert (message.author, message.visible) == ("BUYER", "Danke!")
    assert message.folded.endswith("> Text")


def test_an_answer_without_the_address_is_known_by_in_reply_to(
    postman: Any, inquiry: Inquiry, letters: Any
) -> None:
    ours = letters.last(JONAS)
    kept = postman.delivers_new("Noch etwas.", subject="Ganz anders", In_Reply_To=ours.message_id)
    assert (kept.result, kept.inquiry) == (Result.ADDED, inquiry)


def test_a_second_mail_that_answers_the_buyers_own_first_one_is_added(
    postman: Any, inquiry: Inquiry
) -> None:
    first = InboundMail.objects.get()
    kept = postman.delivers_new("Nachtrag.", subject="x", In_Reply_To=first.message_id)
    assert (kept.result, kept.inquiry) == (Result.ADDED, inquiry)


@pytest.mark.parametrize(("subject", "belongs"), [("Re: {}", True), ("Etwas Neues", False)])
def test_references_alone_belong_only_under_the_same_subject(
    postman: Any, inquiry: Inquiry, letters: Any, subject: str, belongs: bool
) -> None:
    ours = letters.last(JONAS)
    kept = postman.delivers_new(
        "Noch etwas.", subject=subject.format(ours.subject), References=ours.message_id
    )
    assert (kept.inquiry == inquiry) is belongs


def test_what_is_forwarded_is_no_answer(postman: Any, inquiry: Inquiry, letters: Any) -> None:
    ours = letters.last(JONAS)
    kept = postman.delivers_new(
        "Zur Kenntnis.", subject=f"WG: {ours.subject}", In_Reply_To=ours.message_id
    )
    assert (kept.result, kept.inquiry == inquiry) == (Result.OPENED, False)


def test_a_stranger_with_the_address_is_kept_aside_and_changes_nothing(
    postman: Any, inquiry: Inquiry, letters: Any
) -> None:
    before = Inquiry.objects.values(
        "status", "waiting_since", "next_due_at", "buyer_email", "preview"
    ).get(pk=inquiry.pk)
    kept = postman.delivers_new(
        "Ich bin der Nachbar.", sender="eva@strangers.test", to=letters.last(JONAS).reply_to
    )
    message = inquiry.messages.get(inbound=kept)
    assert (kept.result, message.author, message.sender) == (
        Result.ASIDE,
        "OTHER",
        "eva@strangers.test",
    )
    assert before == Inquiry.objects.values(*before).get(pk=inquiry.pk)


def test_a_stranger_without_the_address_makes_a_new_inquiry_that_names_the_old_one(
    postman: Any, inquiry: Inquiry, letters: Any
) -> None:
    kept = postman.delivers_new(
        "Hallo?", sender="eva@strangers.test", In_Reply_To=letters.last(JONAS).message_id
    )
    assert kept.inquiry != inquiry
    assert kept.inquiry.looks_like == inquiry
    assert inquiry.messages.count() == 1


def test_a_forged_address_proves_nothing(postman: Any, inquiry: Inquiry) -> None:
    forged = addresses.write("inq", inquiry.number)
    name, _dot, rest = forged.partition(".")
    forged = f"{name}.{'a' * 16}@{rest.partition('@')[2]}"
    kept = postman.delivers_new("Hallo?", sender="eva@strangers.test", to=forged)
    assert kept.inquiry != inquiry


def test_after_the_window_a_buyers_words_open_a_new_inquiry_that_follows_the_old(
    postman: Any, inquiry: Inquiry, letters: Any, agent: Any, travel: Any
) -> None:
    conversation.resolve(inquiry, outcome="ANSWERED", by=agent)
    travel(days=8)
    kept = postman.delivers_new("Schon wieder.", to=letters.last(JONAS).reply_to)
    assert kept.result == Result.OPENED
    assert kept.inquiry.follow_up_of == inquiry


AUTOMATIC = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
    "Precedence": "auto_reply",
    "X-Autoreply": "yes",
}


@pytest.mark.parametrize("name", AUTOMATIC)
def test_an_automatic_answer_is_folded_in_and_answers_nothing(
    postman: Any, inquiry: Inquiry, letters: Any, name: str
) -> None:
    before = (inquiry.status, inquiry.waiting_since, len(letters()))
    raw = mail("Ich bin nicht da.", to=letters.last(JONAS).reply_to, **{name: AUTOMATIC[name]})
    kept = postman.delivers(raw, to=letters.last(JONAS).reply_to)
    inquiry.refresh_from_db()
    message = inquiry.messages.get(inbound=kept)
    assert (kept.kind, kept.result) == ("AUTO_REPLY", Result.MACHINE)
    assert (message.author, message.visible, message.folded) == ("MACHINE", "", "Ich bin nicht da.")
    assert before == (inquiry.status, inquiry.waiting_since, len(letters()))


def test_an_automatic_mail_that_belongs_nowhere_is_kept_and_makes_no_inquiry(
    postman: Any, letters: Any
) -> None:
    kept = postman.delivers(mail("Urlaub!", Auto_Submitted="auto-replied"))
    assert (kept.status, kept.result, kept.inquiry) == ("HANDLED", Result.NOTHING, None)
    assert not Inquiry.objects.exists()
    assert letters() == []


def test_a_bounce_of_our_letter_is_folded_into_the_inquiry_it_was_about(
    postman: Any, inquiry: Inquiry, letters: Any, settings: Any
) -> None:
    ours = letters.last(JONAS)
    raw = f"""From: Mail Delivery System <MAILER-DAEMON@mx.buyers.test>
To: {settings.CSBA_BOUNCE_ADDRESS}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-1@mx.buyers.test>
Content-Type: multipart/report; report-type=delivery-status; boundary=part

--part
Content-Type: text/plain

The mailbox is full.
--part
Content-Type: message/delivery-status

Final-Recipient: rfc822; {JONAS}
Status: 5.2.2
--part
Content-Type: text/rfc822-headers

Message-ID: {ours.message_id}
Subject: {ours.subject}

--part--
""".encode()
    kept = postman.delivers(raw, sender="", to=settings.CSBA_BOUNCE_ADDRESS)
    assert (kept.kind, kept.result, kept.inquiry) == ("BOUNCE", Result.MACHINE, inquiry)


def test_our_own_mail_that_comes_back_is_kept_and_answered_by_nobody(
    postman: Any, letters: Any, settings: Any
) -> None:
    raw = mail(message_id=f"<csba.1@{settings.CSBA_REPLY_DOMAIN}>")
    kept = postman.delivers(raw)
    assert (kept.kind, kept.result) == ("ECHO", Result.NOTHING)
    assert letters() == []
