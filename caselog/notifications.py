"""The letters of the Case Log, each in the seller's language, with times in the seller's zone and
in the marketplace's.

They carry number, topic, deadline and link; what was asked, and all about the buyer, stays in the
portal (rulings 13). Replies by mail reach the case through its address in the seller's lane.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.timesince import timeuntil

from caselog.models import Case, Entry, Question
from caselog.rules import deadlines
from csba import addresses
from csba.outbox.enqueue import draft, enqueue_many
from csba.outbox.models import OutgoingMail
from csba.topics import Topic

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def notice(entry: Entry) -> None:
    """The seller knows that a notice with this subject lies in the Case Log."""
    enqueue_many([_letter("notice", entry.case, key=f"entry:{entry.pk}", about=entry)])


def desk_wrote(entry: Entry) -> None:
    """The seller knows that the desk has written something that needs no answer."""
    topic = _topic(entry.case.topic, entry.case.seller.language)
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
            # A rounded time left reads better than 11:59.
            left=_left(
                deadlines.rounded(question.reply_due_at - at), question.case.seller.language
            ),
        )
        for question in questions
    )


def _about(question: Question, letter: str, key: str, **values: str) -> OutgoingMail:
    seller = question.case.seller
    language = seller.language
    # Letters name the minute: so the deadlines of a batch are few, and their words are known.
    due = question.reply_due_at.replace(second=0, microsecond=0)
    here = deadlines.in_zone(due, seller.time_zone, language)
    there = deadlines.in_zone(due, settings.CSBA_MARKETPLACE_ZONE, language)
    return _letter(
        letter,
        question.case,
        key=f"question:{question.pk}:{key}",
        about=question,
        topic=_topic(question.topic, language),
        due=here,
        due_there=there if there != here else "",
        **values,
    )


def _letter(
    letter: str, case: Case, *, key: str, about: Entry | Question, **values: str
) -> OutgoingMail:
    seller, number = case.seller, case.number
    return draft(
        f"caselog/mail/{letter}",
        to=seller.default_email,
        language=seller.language,
        time_zone=seller.time_zone,
        reply_to=addresses.write(addresses.SELLER_LANE, number),
        # One id for all letters of a case, so that mail programs show them as one conversation.
        references=[f"<csba.{number.lower()}@{settings.CSBA_REPLY_DOMAIN}>"],
        about=about,
        key=key,
        values={
            "number": number,
            "seller": seller.name,
            "subject": case.subject,
            "path": _path().replace("/-/", f"/{number}/"),
            **values,
        },
    )


@lru_cache(maxsize=1)
def _path() -> str:
    """The page of a case, a dash in place of its number: resolving an address costs more than the
    rest of a letter.
    """
    return reverse("caselog:case", args=["-"])


@lru_cache(maxsize=128)
def _topic(code: str, language: str) -> str:
    """The topic in words; get_topic_display would translate all topics to find one."""
    with translation.override(language):
        return str(Topic(code).label) if code else ""


@lru_cache(maxsize=512)
def _left(left: timedelta, language: str) -> str:
    """The time left in words."""
    with translation.override(language):
        return timeuntil(_EPOCH + left, _EPOCH)
