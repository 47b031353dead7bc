"""Selling Partner Support: a seller asks, the desk answers, closes and opens again (P25)."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from caselog import support_letters
from caselog.models import Case, Entry
from caselog.operations import cases
from caselog.operations._thread import actor, already, locked, needs_words, say, tell
from caselog.rules.support import TOPIC_KEY, SupportTopic
from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import write as journal
from sellers.models import Order, Seller

BECAUSE_CLOSED, BECAUSE_REOPENED = "case_close_reason", "case_reopen_reason"
"""The journal's verbs for why a person of the desk closed a case or opened it again."""


def contact(
    seller: Seller,
    *,
    topic: str,
    subject: str,
    body: str,
    order_number: str = "",
    by: User,
    client_id: UUID | None = None,
) -> Case:
    """A support case holds the seller's question, and a letter says so; the same form sent twice
    is one case.

    Raises Refused for a number that is no order of this seller: whether it is another's is not
    said.
    """
    try:
        return _contact(seller, topic, subject, body, order_number, by, client_id)
    except IntegrityError:
        # The second of two clicks was held up by the first, which is stored now.
        if (first := _made_before(seller, client_id)) is None:
            raise
        return first


@transaction.atomic
def _contact(
    seller: Seller,
    topic: str,
    subject: str,
    body: str,
    order_number: str,
    by: User,
    client_id: UUID | None,
) -> Case:
    if (first := _made_before(seller, client_id)) is not None:
        return first
    needs_words(subject)
    needs_words(body)
    about, at = SupportTopic(topic), timezone.now()
    order = _own_order(seller, order_number)
    case = cases.open_case(
        seller,
        kind=Case.Kind.SUPPORT,
        subject=" ".join(subject.split()),
        reference=order.number if order is not None else "",
        order=order,
        by=by,
    )
    entry = say(
        case,
        at,
        author=Entry.Author.SELLER,
        via=Entry.Via.PORTAL,
        body=body,
        by=by,
        client_id=client_id,
        answers={TOPIC_KEY: about.value},
    )
    journal.write(
        case,
        "support_asked",
        at=at,
        actor=journal.Actor.SELLER,
        user=by,
        seq=entry.seq,
        topic=about.value,
    )
    support_letters.received(entry, about)
    tell(case)
    return case


@transaction.atomic
def answer(
    case: Case,
    *,
    body: str,
    by: User | None,
    client_id: UUID | None = None,
    seen_seq: int | None = None,
) -> Entry:
    """As cases.write, unless something newer than `seen_seq` stands in the case: then
    Conflict(code="stale"), and the caller keeps the text (rulings 11).
    """
    now = locked(case)
    if (first := already(now, client_id)) is not None:
        return first
    _refuse_if_stale(now, seen_seq)
    return cases.write(now, body=body, by=by, client_id=client_id)


@transaction.atomic
def close(case: Case, *, reason: str, by: User, seen_seq: int | None = None) -> None:
    """Closed, and the journal knows why; a second click changes nothing."""
    now = locked(case)
    if now.status == Case.Status.CLOSED:
        return
    _refuse_if_stale(now, seen_seq)
    _note_reason(now, BECAUSE_CLOSED, reason, by)
    cases.close(now, by=by)


@transaction.atomic
def reopen(case: Case, *, reason: str, by: User) -> None:
    """Open again, and the journal knows why; a second click changes nothing."""
    now = locked(case)
    if now.status == Case.Status.OPEN:
        return
    _note_reason(now, BECAUSE_REOPENED, reason, by)
    cases.reopen(now, by=by)


def _note_reason(case: Case, verb: str, reason: str, by: User) -> None:
    if not reason.strip():
        raise Refused(_("Please give the reason, for our record."), code="empty")
    at = timezone.now()
    journal.write(case, verb, at=at, actor=actor(by), user=by, reason=" ".join(reason.split()))


def _refuse_if_stale(case: Case, seen_seq: int | None) -> None:
    if seen_seq is None or case.last_seq <= seen_seq:
        return
    unseen = Entry.objects.filter(case=case, seq__gt=seen_seq)
    if unseen.filter(author=Entry.Author.SELLER).exists():
        said = _(
            "The seller has written since you opened this page. Your text is kept; please read "
            "what is new and send again."
        )
    else:
        said = _(
            "A colleague has written to the seller since you opened this page. Your text is kept; "
            "please read it and send again."
        )
    raise Conflict(said, code="stale")


def _own_order(seller: Seller, number: str) -> Order | None:
    number = "".join(number.split())
    if not number:
        return None
    order = Order.objects.for_seller(seller).filter(number=number).first()
    if order is None:
        raise Refused(
            _(
                "We do not find this order number among your orders. Please check it, or leave "
                "the field empty."
            ),
            code="unknown_order",
        )
    return order


def _made_before(seller: Seller, client_id: UUID | None) -> Case | None:
    if client_id is None:
        return None
    first = Entry.objects.filter(client_id=client_id).select_related("case").first()
    if first is None:
        return None
    if first.case.seller_id != seller.pk:
        raise Conflict(_("This form was already used. Please reload the page and send again."))
    return first.case
