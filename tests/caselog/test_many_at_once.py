"""Twenty at once on one case, on the real database: one winner, nothing twice, no gap."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction

from caselog.models import Case, Entry, Question
from caselog.operations import cases, questions
from csba.errors import Conflict, DomainError, Refused
from csba.journal import read
from csba.outbox.models import OutgoingMail
from tests.caselog.waiting import someone_waits, until
from tests.factories.caselog import CaseFactory, EntryFactory, QuestionFactory
from tests.together import THREADS, all_at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ROUNDS = 8


def test_of_an_answer_and_the_lapse_exactly_one_wins_in_every_round() -> None:
    for round_ in range(ROUNDS):
        question: Question = QuestionFactory()
        case, due = question.case, question.reply_due_at

        def act(n: int, case: Case = case, due: Any = due, first: int = round_ % 2) -> Entry | int:
            # The answer's clock stands a moment before the deadline, that of the sweep at it.
            if n % 2 == first:
                return questions.reply(case, body=f"{n}", by=None, via=Entry.Via.PORTAL)
            return questions.lapse_overdue(due)

        found = all_at_once(act)
        entries = [one for one in found if isinstance(one, Entry)]
        swept = sum(one for one in found if isinstance(one, int))
        now = Question.objects.get(pk=question.pk)
        told = OutgoingMail.objects.filter(key=f"question:{question.pk}:lapsed").count()
        verbs = Counter(line.verb for line in read.of(case))
        late = set(Entry.objects.filter(case=case, author="SELLER").values_list("late", flat=True))
        assert len(entries) == verbs["seller_replied"] == THREADS // 2
        if now.status == "ANSWERED":
            assert (swept, told, verbs["question_lapsed"]) == (0, 0, 0)
            assert late == {False}
            assert now.answer in entries
        else:
            assert now.status == "LAPSED"
            assert (swept, told, verbs["question_lapsed"]) == (1, 1, 1)
            assert late == {True}
            assert now.answer is None


def test_the_sweep_that_is_first_by_a_hair_makes_the_answer_late() -> None:
    question: Question = QuestionFactory()
    with transaction.atomic():
        # The sweep holds the row and has not committed yet; the answer came in time and waits.
        Question.objects.filter(pk=question.pk).update(
            status="LAPSED", settled_at=question.reply_due_at
        )
        found: list[Entry] = []
        thread = threading.Thread(target=lambda: found.append(_reply(question.case)))
        thread.start()
        until(someone_waits)
    thread.join(20)
    assert found[0].late
    assert Entry.objects.get(pk=found[0].pk).late
    now = Question.objects.get(pk=question.pk)
    assert (now.status, now.answer) == ("LAPSED", None)


def test_the_answer_that_is_first_by_a_hair_leaves_the_sweep_nothing() -> None:
    question: Question = QuestionFactory()
    with transaction.atomic():
        entry = questions.reply(question.case, body="4711", by=None, via=Entry.Via.PORTAL)
        found: list[int] = []
        thread = threading.Thread(
            target=lambda: found.append(_swept(question.reply_due_at)), daemon=True
        )
        thread.start()
        thread.join(20)
        # It does not even wait: the row is held, so it is skipped.
        assert found == [0]
    assert Question.objects.get(pk=question.pk).answer == entry


def _reply(case: Case) -> Entry:
    try:
        return questions.reply(case, body="4711", by=None, via=Entry.Via.PORTAL)
    finally:
        connections.close_all()


def _swept(at: Any) -> int:
    try:
        return questions.lapse_overdue(at)
    finally:
        connections.close_all()


def test_twenty_agents_who_ask_at_once_make_one_open_question() -> None:
    case: Case = CaseFactory()
    found = all_at_once(lambda n: questions.ask(case, body=f"{n}", by=None))
    assert sum(isinstance(one, Question) for one in found) == 1
    assert sum(isinstance(one, Refused | Conflict) for one in found) == THREADS - 1
    assert Question.objects.count() == Entry.objects.count() == OutgoingMail.objects.count() == 1
    assert Case.objects.get().last_seq == 1


def test_the_database_itself_refuses_a_second_open_question() -> None:
    case: Case = CaseFactory()
    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(questions.ask(case, body="And now?", by=None))
        except DomainError as refusal:
            found.append(refusal)
        finally:
            connections.close_all()

    entry = EntryFactory(case=case)
    with transaction.atomic():
        # Someone writes a question past our door; it is not committed when ours looks for one.
        QuestionFactory(case=case, entry=entry)
        thread = threading.Thread(target=ask)
        thread.start()
        until(someone_waits)
    thread.join(20)
    assert isinstance(found[0], Conflict)
    assert Question.objects.count() == 1
    assert Case.objects.get().last_seq == 1


def test_one_click_that_arrives_twenty_times_is_one_answer() -> None:
    question: Question = QuestionFactory()
    click = uuid.uuid4()
    found = all_at_once(
        lambda n: questions.reply(
            question.case, body="4711", by=None, via=Entry.Via.PORTAL, client_id=click
        )
    )
    assert len({entry.pk for entry in found}) == 1
    assert Entry.objects.filter(author="SELLER").count() == 1
    assert Question.objects.get().answer == found[0]


def test_what_all_write_at_once_is_numbered_without_gap_or_double() -> None:
    case: Case = CaseFactory()
    all_at_once(
        lambda n: (
            cases.write(case, body=f"{n}", by=None)
            if n % 2
            else questions.reply(case, body=f"{n}", by=None, via=Entry.Via.MAIL)
        )
    )
    seqs = Entry.objects.filter(case=case).order_by("seq").values_list("seq", flat=True)
    assert list(seqs) == list(range(1, THREADS + 1))
    assert Case.objects.get().last_seq == THREADS


def test_answer_decide_for_me_and_withdrawal_leave_one_end() -> None:
    question: Question = QuestionFactory()
    ends: list[Callable[[], Any]] = [
        lambda: questions.reply(question.case, body="4711", by=None, via=Entry.Via.PORTAL),
        lambda: questions.waive(question.case, by=None),
        lambda: questions.withdraw(question, by=None),
        lambda: questions.lapse_overdue(question.reply_due_at),
    ]
    all_at_once(lambda n: ends[n % 4]())
    now = Question.objects.get()
    assert now.status in {"ANSWERED", "WAIVED", "WITHDRAWN", "LAPSED"}
    verbs = Counter(line.verb for line in read.of(question.case))
    ended = {"WAIVED": "question_waived", "WITHDRAWN": "question_withdrawn"}
    ended["LAPSED"] = "question_lapsed"
    for status, verb in ended.items():
        assert verbs[verb] == (1 if now.status == status else 0)
    assert (now.answer is not None) == (now.status == "ANSWERED")


def test_twenty_sweeps_share_the_work_and_do_nothing_twice() -> None:
    asked: list[Question] = [QuestionFactory() for _ in range(40)]
    at = max(question.reply_due_at for question in asked) + timedelta(seconds=1)
    found = all_at_once(lambda n: questions.lapse_overdue(at))
    assert sum(found) == len(asked)
    assert OutgoingMail.objects.count() == len(asked)
    assert all(
        [line.verb for line in read.of(question.case)] == ["question_lapsed"] for question in asked
    )
