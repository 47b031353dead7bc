"""Cases: opened, written in, closed, opened again; each told once."""

import uuid
from typing import Any

import pytest
from django.http import Http404
from django.utils import timezone

from caselog import access, metrics
from caselog.models import Case, Entry
from caselog.operations import cases, questions
from csba import addresses
from csba.errors import Conflict, Refused
from csba.journal import read
from tests.factories.sellers import OrderFactory

pytestmark = pytest.mark.django_db


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_a_new_case_is_open_in_the_sellers_language_and_nobody_has_a_letter(
    case: Case, longmen: Any, letters: Any, story: Any
) -> None:
    assert case.number.startswith("CASE-")
    assert (case.status, case.language, case.last_seq) == ("OPEN", "zh-hans", 0)
    assert (case.opened_at, case.last_entry_at) == (timezone.now(), timezone.now())
    assert letters() == []
    assert story(case) == ["case_opened"]


def test_a_case_about_another_sellers_order_is_refused(longmen: Any, blume: Any) -> None:
    with pytest.raises(Refused, match="another seller"):
        cases.open_case(
            longmen, kind="INQUIRY", subject="Question", order=OrderFactory(seller=blume)
        )
    assert not Case.objects.exists()


def test_a_notice_is_one_entry_of_the_desk_and_one_letter_with_its_subject_alone(
    blume: Any, travel: Any, letters: Any
) -> None:
    case = cases.post_notice(
        blume, subject="Ihre Rückgaberegeln gelten", body="Ab morgen: 60 Tage.", kind="POLICY"
    )
    entry = case.entries.get()
    assert (entry.seq, entry.author, entry.via, entry.user) == (1, "DESK", "DESK", None)
    assert (fresh(case).last_seq, case.kind) == (1, "POLICY")
    assert letters.to(blume.default_email) == ["notice"]
    letter = letters.last(blume.default_email)
    assert letter.subject == f"Ihre Rückgaberegeln gelten ({case.number})"
    assert "60 Tage" not in letter.text + letter.html
    assert addresses.read(letter.reply_to) == addresses.Address("case", case.number)


def test_the_desk_writes_without_asking_and_the_seller_knows(
    case: Case, agent: Any, longmen: Any, letters: Any, travel: Any, story: Any
) -> None:
    travel(hours=1)
    entry = cases.write(case, body="The buyer has the parcel.", by=agent)
    assert (entry.seq, entry.author, entry.user, entry.late) == (1, "DESK", agent, False)
    assert (fresh(case).last_seq, fresh(case).last_entry_at) == (1, timezone.now())
    assert letters.to(longmen.default_email) == ["desk_wrote"]
    assert "parcel" not in letters.last(longmen.default_email).text
    assert story(case) == ["case_opened", "desk_wrote"]


def test_writing_twice_with_one_form_is_one_entry_and_one_letter(
    case: Case, agent: Any, letters: Any
) -> None:
    click = uuid.uuid4()
    first = cases.write(case, body="Thank you.", by=agent, client_id=click)
    second = cases.write(case, body="Thank you.", by=agent, client_id=click)
    assert first == second
    assert (Entry.objects.count(), fresh(case).last_seq, len(letters())) == (1, 1, 1)


def test_a_form_that_was_used_in_another_case_is_stopped(
    case: Case, agent: Any, longmen: Any
) -> None:
    click = uuid.uuid4()
    cases.write(case, body="Thank you.", by=agent, client_id=click)
    other = cases.open_case(longmen, kind="SUPPORT", subject="Another")
    with pytest.raises(Conflict, match="reload"):
        cases.write(other, body="Thank you.", by=agent, client_id=click)
    assert fresh(other).last_seq == 0


@pytest.mark.parametrize("body", ["", " \n\t "])
def test_an_entry_needs_words(case: Case, agent: Any, body: str) -> None:
    with pytest.raises(Refused, match="write something"):
        cases.write(case, body=body, by=agent)
    with pytest.raises(Refused, match="write something"):
        cases.post_notice(case.seller, subject="Nothing", body=body)
    assert Case.objects.count() == 1


def test_a_case_is_closed_and_opened_again_with_its_moments(
    case: Case, agent: Any, travel: Any, story: Any
) -> None:
    travel(hours=2)
    cases.close(case, by=agent)
    assert (fresh(case).status, fresh(case).closed_at) == ("CLOSED", timezone.now())
    cases.reopen(case, by=agent)
    assert (fresh(case).status, fresh(case).closed_at) == ("OPEN", None)
    assert story(case) == ["case_opened", "case_closed", "case_reopened"]


def test_closing_twice_is_refused_and_so_is_opening_what_is_open(case: Case, agent: Any) -> None:
    with pytest.raises(Refused):
        cases.reopen(case, by=agent)
    cases.close(case, by=agent)
    with pytest.raises(Refused):
        cases.close(case, by=agent)


def test_a_case_with_an_open_question_is_not_closed(question: Any, agent: Any) -> None:
    with pytest.raises(Refused, match="still open"):
        cases.close(question.case, by=agent)
    questions.withdraw(question, by=agent)
    cases.close(question.case, by=agent)
    assert fresh(question.case).status == "CLOSED"


def test_the_desk_may_write_in_a_closed_case_without_opening_it(case: Case, agent: Any) -> None:
    cases.close(case)
    cases.write(case, body="For your records.", by=agent)
    assert fresh(case).status == "CLOSED"


def test_the_journal_names_who_it_was(case: Case, agent: Any) -> None:
    cases.write(case, body="Thank you.", by=agent)
    cases.close(case)
    assert [(line.actor, line.user) for line in read.of(case)] == [
        ("system", None),
        ("agent", agent),
        ("system", None),
    ]


def test_a_seller_fetches_their_own_case_in_any_spelling_and_nobody_elses(
    case: Case, longmen: Any, blume: Any
) -> None:
    assert access.get_case(longmen, f" {case.number.lower()} ") == case
    with pytest.raises(Http404):
        access.get_case(blume, case.number)
    with pytest.raises(Http404):
        access.get_case(longmen, "CASE-00000000")


def test_monitoring_sees_the_question_that_is_longest_over_its_time(
    question: Any, ask: Any, longmen: Any, travel: Any
) -> None:
    assert metrics.oldest_due(timezone.now()) == ("caselog", None)
    travel(hours=2)
    ask(case=cases.open_case(longmen, kind="INQUIRY", subject="Another"))
    travel(hours=30)
    assert metrics.oldest_due(timezone.now()) == ("caselog", question.reply_due_at)
    questions.lapse_overdue(timezone.now())
    assert metrics.oldest_due(timezone.now()) == ("caselog", None)
