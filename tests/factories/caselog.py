"""Plain, valid cases, entries and questions; nothing random, no letters, no journal."""

from datetime import datetime, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from caselog.models import Case, Entry, Question
from sellers.models import Seller
from tests.factories.sellers import SellerFactory

ANSWER_TIME = timedelta(hours=24)


class CaseFactory(DjangoModelFactory[Case]):
    """An open case about an order, opened now."""

    class Meta:
        model = Case

    seller = factory.SubFactory(SellerFactory)
    kind = "INQUIRY"
    topic = "PRODUCT"
    subject = factory.Sequence(lambda n: f"Question {n} about a product")
    language = factory.SelfAttribute("seller.language")
    opened_at = factory.LazyFunction(timezone.now)
    last_entry_at = factory.SelfAttribute("opened_at")
    closed_at = factory.LazyAttribute(
        lambda case: case.opened_at if case.status == "CLOSED" else None
    )
    status = "OPEN"


class EntryFactory(DjangoModelFactory[Entry]):
    """The next words of the desk; the case counts them."""

    class Meta:
        model = Entry

    case = factory.SubFactory(CaseFactory)
    author = "DESK"
    via = "DESK"
    body = "Which part number has the seal?"
    created_at = factory.LazyFunction(timezone.now)

    @factory.lazy_attribute
    def seq(self) -> int:
        Case.objects.filter(pk=self.case.pk).update(
            last_seq=self.case.last_seq + 1, last_entry_at=self.created_at
        )
        self.case.last_seq += 1
        self.case.last_entry_at = self.created_at
        return int(self.case.last_seq)


class QuestionFactory(DjangoModelFactory[Question]):
    """An open question, asked now, with a whole day to answer."""

    class Meta:
        model = Question

    case = factory.SubFactory(CaseFactory)
    topic = factory.SelfAttribute("case.topic")
    status = "OPEN"
    asked_at = factory.LazyFunction(timezone.now)
    reply_due_at = factory.LazyAttribute(lambda question: question.asked_at + ANSWER_TIME)
    remind_due_at = factory.LazyAttribute(
        lambda question: (
            question.reply_due_at - timedelta(hours=12) if question.status == "OPEN" else None
        )
    )
    settled_at = factory.LazyAttribute(
        lambda question: None if question.status == "OPEN" else question.asked_at
    )
    entry = factory.SubFactory(
        EntryFactory,
        case=factory.SelfAttribute("..case"),
        created_at=factory.SelfAttribute("..asked_at"),
    )
    answer = factory.Maybe(
        factory.LazyAttribute(lambda question: question.status == "ANSWERED"),
        yes_declaration=factory.SubFactory(
            EntryFactory, case=factory.SelfAttribute("..case"), author="SELLER", via="PORTAL"
        ),
        no_declaration=None,
    )


def many_questions(seller: Seller, count: int, *, asked_at: datetime) -> list[Question]:
    """So many cases with one open question each, by three statements."""
    due = asked_at + ANSWER_TIME
    cases = Case.objects.bulk_create(
        CaseFactory.build(seller=seller, opened_at=asked_at, last_seq=1) for _ in range(count)
    )
    entries = Entry.objects.bulk_create(
        Entry(case=case, seq=1, author="DESK", via="DESK", body="?", created_at=asked_at)
        for case in cases
    )
    return Question.objects.bulk_create(
        Question(
            case=entry.case,
            entry=entry,
            topic="PRODUCT",
            asked_at=asked_at,
            reply_due_at=due,
            remind_due_at=due - timedelta(hours=12),
        )
        for entry in entries
    )
