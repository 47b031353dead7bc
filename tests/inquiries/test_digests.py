"""Digests: one letter a person and seller with what is new, at their hour; none when nothing is."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from caselog.models import Entry
from caselog.operations import questions
from csba.accounts.models import User
from csba.health.models import Heartbeat
from csba.outbox.models import OutgoingMail
from inquiries import tasks
from inquiries.operations import digests, page_gaps
from sellers.models import DigestChoice, Membership, Seller
from sellers.operations import ledger, preferences
from tests.conftest import Letters, Travel
from tests.factories.caselog import CaseFactory, QuestionFactory
from tests.factories.inquiries import BuyerMessageFactory, InquiryFactory
from tests.factories.sellers import MembershipFactory, OrderFactory
from tests.together import all_at_once

pytestmark = pytest.mark.django_db

ANNA, WEI = "anna@blume.test", "wei@longmen.test"
QUESTION = "Passt der Deckel von Frau Kowalski?"


def chosen(seller: Seller, rhythm: str = "DAILY") -> DigestChoice:
    return preferences.choose_digest(seller.memberships.get(role="OWNER"), rhythm=rhythm)


def asked(seller: Seller, by: User) -> Any:
    return questions.ask(CaseFactory(seller=seller, topic="PRODUCT"), body=QUESTION, by=by)


def due(travel: Travel, choice: DigestChoice) -> int:
    """The clock stands at the choice's hour, and the sweep has come by."""
    choice.refresh_from_db()
    assert choice.next_due_at is not None
    travel.to(choice.next_due_at)
    return tasks.send_digests()


def test_what_runs_and_what_is_new_stands_in_one_letter_at_the_persons_hour(
    blume: Seller, agent: User, travel: Travel, letters: Letters
) -> None:
    choice = chosen(blume)
    travel(minutes=5)
    question = asked(blume, agent)
    answered = asked(blume, agent)
    questions.reply(answered.case, body="Ja.", by=None, via=Entry.Via.MAIL)
    BuyerMessageFactory(inquiry__order=OrderFactory(seller=blume))
    page_gaps.record(
        InquiryFactory(order=OrderFactory(seller=blume)), question=QUESTION, at=timezone.now()
    )
    ledger.book(
        blume, amount=Decimal("-15.00"), currency="EUR", kind="REFUND", reason="x", key="one"
    )
    assert tasks.send_digests() == 0
    assert due(travel, choice) == 1
    mail = letters.last(ANNA)
    assert (mail.template, mail.language) == ("inquiries/mail/digest", "de")
    for words in (str(question.case.number), "-15,00", "/portal/cases/", "/portal/preferences/"):
        assert words in mail.text
    for secret in ("Kowalski", "Jonas", "Deckel", str(answered.case.number)):
        assert secret not in mail.subject + mail.text
    assert Heartbeat.objects.filter(name=digests.NAME).exists()


def test_when_nothing_is_new_there_is_no_letter_but_the_next_hour_stands(
    blume: Seller, travel: Travel, letters: Letters
) -> None:
    choice = chosen(blume)
    assert due(travel, choice) == 1
    assert letters.to(ANNA) == []
    choice.refresh_from_db()
    assert choice.next_due_at == timezone.now() + timedelta(days=1)
    assert choice.told_until == timezone.now()


def test_news_is_told_once(blume: Seller, travel: Travel, letters: Letters) -> None:
    choice = chosen(blume)
    travel(minutes=5)
    ledger.book(
        blume, amount=Decimal("-15.00"), currency="EUR", kind="REFUND", reason="x", key="one"
    )
    due(travel, choice)
    due(travel, choice)
    assert letters.to(ANNA) == ["digest"]


def test_days_on_which_the_clock_stood_still_are_one_letter(
    blume: Seller, agent: User, travel: Travel, letters: Letters
) -> None:
    choice = chosen(blume)
    asked(blume, agent)
    travel(days=1)
    questions.lapse_overdue(timezone.now())
    travel(days=3)
    assert tasks.send_digests() == 1
    assert tasks.send_digests() == 0
    assert letters.to(ANNA) == ["digest"]
    assert "1 nach Ermessen des Kundenservice entschieden" in letters.last(ANNA).text
    choice.refresh_from_db()
    assert choice.next_due_at is not None
    assert timezone.now() < choice.next_due_at <= timezone.now() + timedelta(days=1)


def test_each_person_reads_about_their_own_sellers_in_their_own_language(
    blume: Seller, longmen: Seller, agent: User, travel: Travel, letters: Letters
) -> None:
    both = MembershipFactory(seller=longmen, user=blume.memberships.get().user, role="READER")
    theirs = asked(longmen, agent)
    for membership in (*longmen.memberships.all(), *blume.memberships.all()):
        preferences.choose_digest(membership, rhythm="DAILY")
    travel(hours=23)
    assert tasks.send_digests() == 3
    assert letters.to(WEI) == ["digest"]
    assert letters.last(WEI).language == "zh-hans"
    assert letters.to(ANNA) == ["digest"], "Blume has no news"
    mail = letters.last(ANNA)
    assert (mail.language, str(theirs.case.number) in mail.text) == ("de", True)
    assert mail.subject.startswith(both.seller.short_name)


def test_a_person_who_may_not_sign_in_hears_nothing(
    blume: Seller, agent: User, travel: Travel, letters: Letters
) -> None:
    choice = chosen(blume)
    asked(blume, agent)
    User.objects.filter(email=ANNA).update(is_active=False)
    due(travel, choice)
    assert letters.to(ANNA) == []


def test_only_the_nearest_five_are_named_and_the_rest_is_counted(
    blume: Seller, travel: Travel, letters: Letters
) -> None:
    choice = chosen(blume, "WEEKLY")
    monday = choice.next_due_at
    assert monday is not None
    QuestionFactory.create_batch(7, case__seller=blume, asked_at=monday)
    assert due(travel, choice) == 1
    text = letters.last(ANNA).text
    assert text.count("CASE-") == 5
    assert "2 weitere" in text


def many(number: int, at: Any) -> None:
    """So many people of as many sellers, due now, each with one open question."""
    for membership in MembershipFactory.create_batch(number):
        DigestChoice.objects.create(
            membership=membership, rhythm="DAILY", next_due_at=at, told_until=at
        )
        QuestionFactory(case__seller=membership.seller)


def test_a_batch_takes_the_same_statements_for_1_and_for_50_people(travel: Travel) -> None:
    def statements(number: int) -> int:
        many(number, timezone.now())
        with CaptureQueriesContext(connection) as seen:
            assert tasks.send_digests() == number
        return len(seen)

    statements(1)
    few = statements(1)
    assert statements(50) == few


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_sweeps_of_several_workers_send_each_digest_once(blume: Seller) -> None:
    many(12, timezone.now())
    counts = all_at_once(lambda _number: digests.send_due(timezone.now()))
    assert sum(counts) == 12
    told = list(OutgoingMail.objects.values_list("to_address", flat=True))
    assert sorted(told) == sorted(
        Membership.objects.filter(digest__isnull=False).values_list("user__email", flat=True)
    )


@pytest.mark.parametrize("rhythm", ["DAILY", "WEEKLY"])
def test_deadlines_are_told_at_once_whatever_the_digest_says(
    blume: Seller,
    agent: User,
    travel: Travel,
    letters: Letters,
    rhythm: str,
    served: Callable[..., Any],
) -> None:
    chosen(blume, rhythm)
    preferences.choose_digest(blume.memberships.get(), rhythm="OFF")
    asked(blume, agent)
    travel(hours=12)
    questions.remind(timezone.now())
    travel(hours=12)
    questions.lapse_overdue(timezone.now())
    assert letters.to(blume.default_email) == ["question_asked", "reminder", "question_lapsed"]
