"""Questions to a seller: asked, answered in time or late, waived, withdrawn, lapsed (P10).

Everything a person does holds the case; the sweeps hold questions only. So a seller's answer and
the lapse meet in one conditional UPDATE of the question, and one of them wins.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from caselog import notifications
from caselog.models import Case, Entry, Question, QuestionTemplate
from caselog.operations import _clock, drafts
from caselog.operations import files as attachments
from caselog.operations._reading import in_words, refuse_if_moved
from caselog.operations._thread import actor, already, locked, needs_words, open_again, say, tell
from caselog.operations.files import Upload
from caselog.rules import deadlines
from csba import promises
from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import write as journal
from csba.moves import move
from csba.sweep import sweep

Status = Question.Status


@transaction.atomic
def ask(
    case: Case,
    *,
    body: str,
    by: User | None,
    topic: str = "",
    client_id: UUID | None = None,
    template: QuestionTemplate | None = None,
    fields: Sequence[Mapping[str, Any]] = (),
    facts: Sequence[Mapping[str, Any]] = (),
    bodies: Mapping[str, str] | None = None,
) -> Question:
    """The seller has until asked + 24 elapsed hours, and a letter that says so; one open question
    a case.

    `body` is in the seller's language; `bodies` holds the question by language where it has
    several, `fields` the typed fields (see rules/answers.py) and `facts` what goes along.
    """
    needs_words(body)
    at = timezone.now()
    now = locked(case)
    if (first := already(now, client_id)) is not None:
        return Question.objects.select_related("case", "entry").get(entry=first)
    newest = _newest(now)
    if newest is not None and newest.waits(at):
        raise Refused(
            _("A question in this case is still open. Wait for the answer, or withdraw it first."),
            code="question_open",
        )
    _clock.lapse_if_overdue(newest, at)
    if now.status == Case.Status.CLOSED:
        open_again(now)
    entry = say(
        now,
        at,
        author=Entry.Author.DESK,
        via=Entry.Via.DESK,
        body=body,
        by=by,
        client_id=client_id,
        also_found_by="\n".join((bodies or {}).values()),
    )
    promise = promises.seller_reply(at)
    reply_due_at = deadlines.due(at, promise)
    reminder = deadlines.next_reminder(promise, promises.seller_reminders(at))
    try:
        with transaction.atomic():
            question = Question.objects.create(
                case=now,
                entry=entry,
                topic=topic or now.topic,
                template=template,
                fields=[dict(field) for field in fields],
                facts=[dict(fact) for fact in facts],
                bodies=dict(bodies or {}),
                asked_at=at,
                asked_by=by,
                reply_due_at=reply_due_at,
                remind_due_at=reply_due_at - reminder if reminder else None,
            )
    except IntegrityError as rival:
        raise Conflict(_("Someone else has just asked the seller. Please look again.")) from rival
    journal.write(
        now,
        "seller_asked",
        at=at,
        actor=actor(by),
        user=by,
        question=question.pk,
        seq=entry.seq,
        reply_due_at=reply_due_at,
    )
    notifications.question_asked(question)
    tell(now)
    return question


@transaction.atomic
def reply(
    case: Case,
    *,
    body: str,
    by: User | None,
    via: str,
    client_id: UUID | None = None,
    sender: str = "",
    received_at: datetime | None = None,
    answers: Mapping[str, Any] | None = None,
    files: Sequence[Upload] = (),
    drop: Collection[int] = (),
    seen_question: int | None = None,
) -> Entry:
    """The seller's words stand in the case. In time they answer the open question; after its time
    they are kept as late and settle nothing; a closed case opens again.

    `by` is None for a reply by mail, whose address then is `sender`; what counts for the deadline
    is when the mail was taken in (`received_at`), not when it was read. `answers` are the values of
    the question's typed fields as rules.answers has taken them, `files` go along, all or none, and
    so do those of this person's draft except the keys `drop`; the draft is gone afterwards.
    `seen_question` is the question that this person wants to answer, 0 for none: Conflict if
    another state has come about since.
    """
    at = timezone.now()
    now = locked(case)
    if (first := already(now, client_id)) is not None:
        return first
    newest = _newest(now)
    said_at = received_at or at
    refuse_if_moved(newest, seen_question, said_at)
    draft = None if by is None else drafts.of(now, by=by, lock=True)
    if draft is not None and drop:
        attachments.drop(draft, drop)
    if not answers and not files and (draft is None or not attachments.files_of(draft)):
        needs_words(body)
    _clock.lapse_if_overdue(newest, said_at)
    late = deadlines.is_late(newest, said_at)
    entry = say(
        now,
        at,
        author=Entry.Author.SELLER,
        via=Entry.Via(via),
        body=body,
        by=by,
        late=late,
        client_id=client_id,
        answers=answers,
        also_found_by=in_words(newest, answers, now),
    )
    along = attachments.attach(entry, files, draft, at)
    if draft is not None:
        draft.delete()
    settled = newest is not None and newest.waits(said_at) and _answered(newest, entry, at)
    if now.status == Case.Status.CLOSED:
        open_again(now)
    journal.write(
        now,
        "seller_replied",
        at=at,
        actor=journal.Actor.SELLER,
        user=by,
        seq=entry.seq,
        via=entry.via,
        sender=sender,
        question=newest.pk if newest is not None and (settled or entry.late) else None,
        late=entry.late,
        files=len(along),
    )
    tell(now)
    return entry


@transaction.atomic
def waive(case: Case, *, by: User | None) -> Question:
    """«Decide for me»: from this minute the desk uses its own judgment. A second click changes
    nothing.
    """
    at = timezone.now()
    now = locked(case)
    question = _newest(now)
    if question is None:
        raise Refused(_("There is no question to decide."))
    if question.status == Status.WAIVED:
        return question
    _refuse_if_over(question, at)
    move(question, Status.WAIVED, settled_at=at, remind_due_at=None)
    journal.write(
        now,
        "question_waived",
        at=at,
        actor=journal.Actor.SELLER,
        user=by,
        question=question.pk,
        reply_due_at=question.reply_due_at,
    )
    tell(now)
    return question


@transaction.atomic
def withdraw(question: Question, *, by: User | None) -> Question:
    """The desk needs no answer any more; the seller is told. Refused once its time is over."""
    at = timezone.now()
    now = locked(question.case)
    fresh = Question.objects.get(pk=question.pk)
    fresh.case = now
    _refuse_if_over(fresh, at)
    move(fresh, Status.WITHDRAWN, settled_at=at, remind_due_at=None)
    journal.write(now, "question_withdrawn", at=at, actor=actor(by), user=by, question=question.pk)
    notifications.question_withdrawn(fresh)
    tell(now)
    return fresh


def lapse_overdue(at: datetime) -> int:
    """Every question whose time is over at `at` is lapsed, journalled and its seller told, once;
    returns how many.
    """
    return sweep(
        "caselog.lapse_overdue",
        Question.objects.overdue(at).order_by("reply_due_at", "id").only(*_clock.COLUMNS),
        stamps={"status": Status.LAPSED, "settled_at": at, "remind_due_at": None},
        effects=_clock.lapsed,
        at=at,
    )


def remind(at: datetime) -> int:
    """Every seller whose reminder is due at `at` has one letter with the time left, however many
    were missed; the question knows its next reminder, or that there is none. Returns how many.
    """
    return sweep(
        "caselog.remind",
        Question.objects.to_remind(at).order_by("remind_due_at", "id").only(*_clock.COLUMNS),
        stamps={"remind_due_at": _clock.next_reminder(at)},
        effects=_clock.reminded,
        at=at,
    )


def _newest(case: Case) -> Question | None:
    question = Question.objects.filter(case=case).order_by("-id").first()
    if question is not None:
        question.case = case
    return question


def _refuse_if_over(question: Question, at: datetime) -> None:
    if question.status == Status.OPEN and not question.waits(at):
        raise Refused(
            _("The time to answer is over: customer service decides now."), code="time_is_over"
        )


def _answered(question: Question, entry: Entry, at: datetime) -> bool:
    """Has this entry settled the question? If the sweep was first, the entry is late instead."""
    try:
        move(question, Status.ANSWERED, answer=entry, settled_at=at, remind_due_at=None)
    except Conflict:
        entry.late = True
        entry.save(update_fields=["late"])
        return False
    return True
