"""Asking the seller: opens or goes on with the case of an inquiry (P10, P11)."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from caselog.models import Case, Question
from caselog.operations import cases, questions
from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from inquiries import notifications
from inquiries.models import Inquiry
from inquiries.operations._thread import advance, locked


@transaction.atomic
def ask_seller(inquiry: Inquiry, *, body: str, by: User, client_id: UUID | None = None) -> Question:
    """The seller has a question with 24 hours to answer; the buyer knows, and their promise runs
    on.
    """
    if not body.strip():
        raise Refused(_("Please write the question first."), code="empty")
    at = timezone.now()
    now = locked(inquiry)
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
    question = questions.ask(case, body=body, by=by, topic=now.topic, client_id=client_id)
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


def _subject(inquiry: Inquiry) -> str:
    """Topic and order in the seller's language, no word of the buyer's (rulings 13)."""
    assert inquiry.seller is not None
    assert inquiry.order is not None
    with translation.override(inquiry.seller.language):
        return f"{inquiry.get_topic_display()} · {inquiry.order.number}"
