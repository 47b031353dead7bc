"""Addresses that get no mail, caps for one address, and mail taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from csba.errors import Refused
from csba.outbox import caps, delivery, operations, suppressed
from csba.outbox.models import OutgoingMail, Suppression
from tests.csba.factories import outgoing_mail, outgoing_mails, refreshed

pytestmark = pytest.mark.django_db

TO = "anna@buyers.test"


def status(mail: OutgoingMail) -> tuple[str, str]:
    fresh = refreshed(mail)
    return fresh.status, fresh.last_error


def test_a_suppressed_address_gets_no_mail_for_sixty_days(relay: Any, travel: Any) -> None:
    suppressed.suppress("Anna@Buyers.test", reason="HARD_BOUNCE", at=timezone.now())
    stopped = outgoing_mail(to_address=TO)
    delivery.deliver_due()
    assert status(stopped) == ("SUPPRESSED", "suppressed: HARD_BOUNCE")
    travel(days=60)
    later = outgoing_mail(to_address=TO)
    delivery.deliver_due()
    assert status(later)[0] == "SENT"


@pytest.mark.parametrize(
    ("reason", "template", "automatic", "sent"),
    [
        ("HARD_BOUNCE", "account/mail/reset", True, False),
        ("HARD_BOUNCE", "inquiries/mail/reply", False, False),
        ("COMPLAINT", "account/mail/reset", True, True),
        ("COMPLAINT", "inquiries/mail/reply", False, True),
        ("COMPLAINT", "inquiries/mail/received", True, False),
    ],
)
def test_who_complained_still_gets_answers_and_the_way_in(
    relay: Any, reason: str, template: str, automatic: bool, sent: bool
) -> None:
    suppressed.suppress(TO, reason=reason, at=timezone.now())
    mail = outgoing_mail(to_address=TO, template=template, automatic=automatic)
    delivery.deliver_due()
    assert status(mail)[0] == ("SENT" if sent else "SUPPRESSED")


def test_a_person_lets_mail_go_there_again(relay: Any, lead: Any) -> None:
    row = suppressed.suppress(TO, reason="HARD_BOUNCE", at=timezone.now())
    suppressed.lift(row, by=lead)
    with pytest.raises(Refused):
        suppressed.lift(row, by=lead)
    mail = outgoing_mail(to_address=TO)
    delivery.deliver_due()
    assert status(mail)[0] == "SENT"
    assert suppressed.suppress(TO, reason="HARD_BOUNCE", at=timezone.now()).lifted_at is None
    assert Suppression.objects.count() == 1


def test_the_eleventh_automatic_mail_of_one_thread_within_ten_minutes_is_stopped(
    relay: Any, caplog: pytest.LogCaptureFixture
) -> None:
    mails = outgoing_mails(11, to_address=TO, about_type="inquiries.inquiry", about_id=7)
    delivery.deliver_due()
    found = [status(mail)[0] for mail in mails]
    assert sorted(found) == ["SENT"] * 10 + ["SUPPRESSED"]
    assert len(relay.taken) == 10
    assert "too many" in caplog.text
    assert TO not in caplog.text


def test_letters_about_different_things_and_words_of_people_are_not_stopped(relay: Any) -> None:
    for number in range(12):
        outgoing_mail(to_address=TO, about_type="caselog.question", about_id=number)
        outgoing_mail(to_address=TO, about_type="inquiries.inquiry", about_id=7, automatic=False)
    delivery.deliver_due()
    assert set(OutgoingMail.objects.values_list("status", flat=True)) == {"SENT"}


@pytest.mark.parametrize(("most", "minutes"), caps.OF_ONE_THREAD)
def test_each_cap_counts_its_own_window(most: int, minutes: int) -> None:
    at = timezone.now()
    within = [at - timedelta(minutes=minutes, seconds=-1)] * most
    outside = [at - timedelta(minutes=minutes, seconds=1)] * most
    assert caps._over(within, [(most, minutes)], at)
    assert not caps._over(within[1:], [(most, minutes)], at)
    assert not caps._over(outside, [(most, minutes)], at)


def test_a_waiting_mail_is_taken_back_once(lead: Any) -> None:
    mail = outgoing_mail(send_after=timezone.now() + timedelta(seconds=10))
    operations.take_back(mail, by=lead)
    assert status(mail) == ("SUPPRESSED", "taken back")
    with pytest.raises(Refused):
        operations.take_back(mail, by=lead)


def test_a_bounce_about_another_receiver_fails_nothing_and_suppresses_nobody(lead: Any) -> None:
    mail = outgoing_mail(to_address=TO, status="SENT")
    told: dict[str, Any] = {"at": timezone.now(), "why": "550", "permanent": True, "dead": True}
    assert operations.bounced([mail.message_id], recipient="eva@x.test", **told) == []
    assert operations.bounced(["<unknown@x>"], recipient="eva@x.test", **told) == []
    assert status(mail)[0] == "SENT"
    assert not Suppression.objects.exists()


def test_a_digest_tells_mail_programs_how_to_end_it(relay: Any) -> None:
    outgoing_mail(to_address=TO, unsubscribe_url="https://desk.test/u/1")
    delivery.deliver_due()
    message = relay.taken[0].message
    assert message["List-Unsubscribe"] == "<https://desk.test/u/1>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
