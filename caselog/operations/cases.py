"""Cases: opened, written in by the desk, closed, opened again (P23)."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from caselog import notifications
from caselog.models import Case, Entry, Question
from caselog.operations._thread import actor, already, locked, needs_words, open_again, say, tell
from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from csba.moves import move
from sellers.models import Order, Seller


@transaction.atomic
def open_case(
    seller: Seller,
    *,
    kind: str,
    subject: str,
    topic: str = "",
    reference: str = "",
    order: Order | None = None,
    by: User | None = None,
) -> Case:
    """An open case without entries, in the seller's language; nobody is told yet.

    `subject` is shown to the seller in lists: no buyer's word belongs into it (rulings 13).
    """
    at = timezone.now()
    if order is not None and order.seller_id != seller.pk:
        raise Refused(_("This order belongs to another seller."))
    case = Case.objects.create(
        seller=seller,
        kind=Case.Kind(kind),
        topic=topic,
        subject=subject,
        language=seller.language,
        reference=reference,
        order=order,
        opened_at=at,
        last_entry_at=at,
    )
    journal.write(
        case, "case_opened", at=at, actor=actor(by), user=by, kind=kind, reference=reference
    )
    tell(case)
    return case


@transaction.atomic
def post_notice(
    seller: Seller,
    *,
    subject: str,
    body: str,
    kind: str = Case.Kind.NOTICE,
    reference: str = "",
    order: Order | None = None,
    by: User | None = None,
) -> Case:
    """A case with one entry from the desk, and a letter that it is there (P23).

    Subject and body are plain text in the seller's language. The subject stands in the letter, the
    body stays in the portal (rulings 13).
    """
    needs_words(body)
    at = timezone.now()
    case = open_case(seller, kind=kind, subject=subject, reference=reference, order=order, by=by)
    entry = say(case, at, author=Entry.Author.DESK, via=Entry.Via.DESK, body=body, by=by)
    notifications.notice(entry)
    return case


@transaction.atomic
def write(case: Case, *, body: str, by: User | None, client_id: UUID | None = None) -> Entry:
    """The desk's words stand in the case and the seller knows that they do; no answer is due."""
    needs_words(body)
    at = timezone.now()
    now = locked(case)
    if (first := already(now, client_id)) is not None:
        return first
    entry = say(
        now,
        at,
        author=Entry.Author.DESK,
        via=Entry.Via.DESK,
        body=body,
        by=by,
        client_id=client_id,
    )
    journal.write(now, "desk_wrote", at=at, actor=actor(by), user=by, seq=entry.seq)
    notifications.desk_wrote(entry)
    tell(now)
    return entry


@transaction.atomic
def close(case: Case, *, by: User | None = None) -> None:
    """Nothing more is expected; refused while a question is open. A seller's next words open it
    again.
    """
    at = timezone.now()
    now = locked(case)
    if Question.objects.filter(case=now, status=Question.Status.OPEN).exists():
        raise Refused(
            _("A question is still open. Withdraw it first, or wait for the answer."),
            code="question_open",
        )
    move(now, Case.Status.CLOSED, closed_at=at)
    journal.write(now, "case_closed", at=at, actor=actor(by), user=by)
    tell(now)


@transaction.atomic
def reopen(case: Case, *, by: User | None = None) -> None:
    """Open again."""
    at = timezone.now()
    now = locked(case)
    open_again(now)
    journal.write(now, "case_reopened", at=at, actor=actor(by), user=by)
    tell(now)
