"""Asking the seller: opens or goes on with the case of an inquiry (P10, P11)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caselog.models import Case, Question, QuestionTemplate
from caselog.operations import cases, questions
from caselog.rules import templates
from csba import promises
from csba.accounts import roles
from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from csba.topics import Topic
from inquiries import notifications
from inquiries.models import Inquiry, Message
from inquiries.operations import page_gaps
from inquiries.operations._thread import advance, locked, refuse_if_stale

MAY_GO_ON: Final = (roles.SENIOR, roles.LEAD)
"""The roles that may ask a seller once more when the rounds are over."""


@transaction.atomic
def ask_seller(
    inquiry: Inquiry,
    *,
    body: str = "",
    by: User,
    template: QuestionTemplate | None = None,
    facts: Collection[str] = (),
    buyer_data: Collection[str] = (),
    client_id: UUID | None = None,
    seen_seq: int | None = None,
    seen_case_seq: int | None = None,
) -> Question:
    """The seller has a question with 24 hours to answer; the buyer knows, and their promise runs
    on.

    With a `template` its question and fields are asked, `body` is what the agent adds to it, and
    `facts` of the order go along (P23); a buyer's data only as far as `buyer_data` names it
    (templates.BUYER). About a product, the gap of its page is recorded (P24). After the rulebook's
    rounds only a senior or a lead asks again. Conflict(code="stale") if something came after
    `seen_seq` here or `seen_case_seq` in the case.
    """
    if template is None and not body.strip():
        raise Refused(_("Please write the question first."), code="empty")
    at = timezone.now()
    now = locked(inquiry)
    if client_id is not None and now.case is not None:
        first = Question.objects.filter(case=now.case, entry__client_id=client_id).first()
        if first is not None:
            return first
    refuse_if_stale(now, seen_seq, seen_case_seq)
    _refuse_after_the_last_round(now, by, at)
    if now.seller is None or now.order is None:
        raise Refused(_("Without an order there is no seller to ask."))
    if now.status != Inquiry.Status.OPEN:
        raise Refused(
            _("This inquiry is “%s”: reopen it before asking the seller.")
            % now.get_status_display()
        )
    case = now.case
    if case is None:
        case = cases.open_case(
            now.seller,
            kind=Case.Kind.INQUIRY,
            subject=_subject(now),
            topic=now.topic,
            reference=now.number,
            order=now.order,
            by=by,
        )
    question = questions.ask(
        case,
        by=by,
        topic=now.topic,
        client_id=client_id,
        **_asked(now, body.strip(), template, {*facts} & {*templates.Fact.values}, buyer_data),
    )
    if now.topic == Topic.PRODUCT:
        page_gaps.record(now, question=_heard(now), at=at)
    advance(now, case=case, assignee=now.assignee or by)
    journal.write(
        now,
        "seller_asked",
        at=at,
        actor=journal.Actor.AGENT,
        user=by,
        case=case,
        reply_due_at=question.reply_due_at,
    )
    if now.waiting_since is not None:
        notifications.seller_asked(now)
    return question


def rounds_over(settled: int, *, at: datetime, by: User) -> str:
    """Why this person may not ask the seller again after so many settled questions; else nothing.

    A soft limit (P11): whom the rulebook's number stops has a lead or a senior to turn to.
    """
    rounds = promises.question_rounds(at)
    if settled < rounds or by.is_superuser or by.groups.filter(name__in=MAY_GO_ON).exists():
        return ""
    return ngettext(
        "%(rounds)d round with the seller is over: decide, or have a lead ask.",
        "%(rounds)d rounds with the seller are over: decide, or have a lead ask.",
        rounds,
    ) % {"rounds": rounds}


@transaction.atomic
def withdraw_question(inquiry: Inquiry, *, by: User) -> None:
    """The open question is withdrawn: the seller need not answer, the desk decides by what it
    knows.
    """
    at = timezone.now()
    now = locked(inquiry)
    question = (
        now.case and Question.objects.filter(case=now.case, status=Question.Status.OPEN).first()
    )
    if not question:
        raise Refused(_("No question to the seller is open."))
    questions.withdraw(question, by=by)
    advance(now)
    journal.write(
        now, "question_withdrawn", at=at, actor=journal.Actor.AGENT, user=by, case=now.case
    )


def _refuse_after_the_last_round(inquiry: Inquiry, by: User, at: datetime) -> None:
    if inquiry.case is None:
        return
    # One whose time is over is settled, swept or not.
    over = ~Q(status=Question.Status.OPEN) | Q(reply_due_at__lte=at)
    settled = Question.objects.filter(over, case=inquiry.case).count()
    if refusal := rounds_over(settled, at=at, by=by):
        raise Refused(refusal, code="rounds_over")


def _asked(
    inquiry: Inquiry,
    words: str,
    template: QuestionTemplate | None,
    facts: Collection[str],
    buyer_data: Collection[str],
) -> dict[str, Any]:
    """What the seller is asked: arguments of questions.ask."""
    seller, order = inquiry.seller, inquiry.order
    assert seller is not None
    assert order is not None
    wanted = {*facts, *({*buyer_data} & {*templates.BUYER})}
    along: dict[str, Any] = {"body": words}
    if template is not None:
        bodies = {
            language: "\n\n".join(filter(None, (said, words)))
            for language, said in template.bodies.items()
        }
        along = {
            "body": bodies[seller.language],
            "bodies": bodies,
            "template": template,
            "fields": template.fields,
        }
    if wanted:
        along["facts"] = templates.facts(
            wanted,
            order=order,
            lines=list(order.lines.all()),
            parcels=list(order.parcels.all()),
            seller=seller,
        )
    return along


def _heard(inquiry: Inquiry) -> str:
    """What the buyer said last."""
    said = Message.objects.filter(inquiry=inquiry, author=Message.Author.BUYER)
    last = said.order_by("-created_at", "-pk").first()
    return last.visible if last is not None else ""


def _subject(inquiry: Inquiry) -> str:
    """Topic and order in the seller's language, no word of the buyer's (rulings 13)."""
    assert inquiry.seller is not None
    assert inquiry.order is not None
    with translation.override(inquiry.seller.language):
        return f"{inquiry.get_topic_display()} · {inquiry.order.number}"
