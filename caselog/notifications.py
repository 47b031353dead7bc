"""The letters of the Case Log, each in the seller's language, with times in the seller's zone and
in the marketplace's.

They carry number, topic, deadline and link; what was asked, and all about the buyer, stays in the
portal (rulings 13). Replies by mail reach the case through its address in the seller's lane.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from caselog.models import Case, Entry, Question
from caselog.rules import deadlines
from csba import addresses
from csba.outbox.enqueue import draft, enqueue_many
from csba.outbox.models import OutgoingMail
from csba.topics import Topic


def notice(entry: Entry) -> None:
    """The seller knows that a notice with this subject lies in the Case Log."""
    enqueue_many([_letter("notice", entry.case, key=f"entry:{entry.pk}", about=entry)])


def desk_wrote(entry: Entry) -> None:
    """The seller knows that the desk has written something that needs no answer."""
    topic = _topic(entry.case.topic)
    enqueue_many(
        [_letter("desk_wrote", entry.case, key=f"entry:{entry.pk}", about=entry, topic=topic)]
    )


def question_asked(question: Question) -> None:
    """The seller knows what kind of question waits, where, and until when they may answer (P10)."""
    enqueue_many([_about(question, "question_asked", "asked")])


def question_withdrawn(question: Question) -> None:
    """The seller knows that no answer is needed any more."""
    enqueue_many([_about(question, "question_withdrawn", "withdrawn")])


def questions_lapsed(questions: Iterable[Question]) -> None:
    """Each seller knows that the time is over and who decides now."""
    enqueue_many(_about(question, "question_lapsed", "lapsed") for question in questions)


def sellers_reminded(
    questions: Iterable[Question], reminders: Mapping[int, timedelta], at: datetime
) -> None:
    """Each seller knows how much time is left; `reminders` says for each question which one this
    is.
    """
    enqueue_many(
        _about(
            question,
            "reminder",
            f"reminder:{reminders[question.pk] // timedelta(minutes=1)}",
            # The template counts from here: a rounded time left reads better than 11:59.
            count_from=question.reply_due_at - deadlines.rounded(question.reply_due_at - at),
        )
        for question in questions
    )


def _about(question: Question, letter: str, key: str, **context: object) -> OutgoingMail:
    seller = question.case.seller
    with translation.override(seller.language):
        here = deadlines.in_zone(question.reply_due_at, seller.time_zone)
        there = deadlines.in_zone(question.reply_due_at, settings.CSBA_MARKETPLACE_ZONE)
    return _letter(
        letter,
        question.case,
        key=f"question:{question.pk}:{key}",
        about=question,
        question=question,
        topic=_topic(question.topic),
        due=here,
        due_there=there if there != here else "",
        **context,
    )


def _letter(
    letter: str, case: Case, *, key: str, about: Entry | Question, **context: object
) -> OutgoingMail:
    return draft(
        f"caselog/mail/{letter}",
        to=case.seller.default_email,
        language=case.seller.language,
        time_zone=case.seller.time_zone,
        reply_to=addresses.write(addresses.SELLER_LANE, case.number),
        # One id for all letters of a case, so that mail programs show them as one conversation.
        references=[f"<csba.{case.number.lower()}@{settings.CSBA_REPLY_DOMAIN}>"],
        about=about,
        key=key,
        context={"case": case, "path": reverse("caselog:case", args=[case.number]), **context},
    )


def _topic(code: str) -> object:
    """The topic in words, translated when the letter is rendered; get_topic_display would translate
    all topics to find one.
    """
    return Topic(code).label if code else ""
