"""A return from asking to the decision: opened, authorised by the rules or by a person, refused.

What happens to the goods afterwards: returns.operations.goods; the options of a seller abroad:
returns.operations.international.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import write as journal
from csba.moves import move
from returns.models import ReturnLine, ReturnRequest
from returns.notifications import returns as letters
from returns.operations import _steps, gather, keeping
from returns.operations._exceptions import make_exceptions
from returns.operations._steps import actor
from returns.reasons import Condition, Reason
from returns.rules import book
from returns.rules.facts import Facts
from returns.rules.outcome import Entitlement
from sellers.models import Order, OrderLine

Status = ReturnRequest.Status
Via = ReturnRequest.Via


def preview(
    order: Order,
    *,
    lines: Mapping[OrderLine, int],
    reason: str,
    condition: str,
    withdrawal: bool = False,
    at: datetime,
) -> dict[OrderLine, tuple[Facts, Entitlement]]:
    """What `open_return` would decide for each line; nothing is stored. Refused as there."""
    _check(order, lines, reason, condition)
    _check_left(order, lines)
    return _entitled(lines, reason, condition, withdrawal, at)


def opened_by(order: Order, client_id: UUID | None) -> ReturnRequest | None:
    """The return that this form has opened before; Conflict when it was another order's."""
    if client_id is None:
        return None
    first = ReturnRequest.objects.filter(client_id=client_id).first()
    if first is not None and first.order_id != order.pk:
        raise Conflict(_("This form was already used. Please reload the page and send again."))
    return first


@transaction.atomic
def open_return(
    order: Order,
    *,
    lines: Mapping[OrderLine, int],
    reason: str,
    condition: str,
    via: str,
    words: str = "",
    by: User | None = None,
    client_id: UUID | None = None,
    withdrawal: bool = False,
    language: str = "",
) -> ReturnRequest:
    """A return with its number: authorised at once when the rules give every line automatically,
    else with a person of the desk, who decides within the book's hours (domain 2.10).

    Never more pieces than were bought less those in other returns. The same `client_id` makes no
    second return. `language` is in which the buyer reads our letters (the marketplace's when it is
    not said). Refused with a sentence for what cannot be asked; nothing is stored then.
    """
    at = timezone.now()
    # One return of an order at a time: what is counted here holds until this one is written.
    held = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    if (first := opened_by(held, client_id)) is not None:
        return first
    _check(held, lines, reason, condition)
    _check_left(held, lines)
    found = _entitled(lines, reason, condition, withdrawal, at)
    outcomes = [entitlement.outcome for _facts, entitlement in found.values()]
    automatic = all(outcome.automatic for outcome in outcomes)
    request = ReturnRequest.objects.create(
        order=held,
        seller_id=held.seller_id,
        policy=gather.governing_policy(held),
        via=Via(via),
        reason=Reason(reason),
        condition=Condition(condition),
        words=words.strip(),
        entitlement=keeping.as_json(
            {line.pk: both for line, both in found.items()}, language=language
        ),
        automatic=automatic,
        returnless=keeping.returnless(outcomes),
        client_id=client_id,
        asked_at=at,
        asked_by=by,
        review_due_at=None if automatic else at + book.review_time(at),
    )
    request.refresh_from_db(fields=["number"])
    ReturnLine.objects.bulk_create(
        ReturnLine(request=request, line=line, quantity=quantity)
        for line, quantity in lines.items()
    )
    journal.write(
        request,
        "return_opened",
        at=at,
        actor=journal.Actor.BUYER if via in {Via.BUYER, Via.WITHDRAWAL} else actor(by),
        user=by,
        order=held.number,
        lines={str(line.pk): quantity for line, quantity in lines.items()},
        reason=reason,
        condition=condition,
        automatic=automatic,
        review=sorted({code for outcome in outcomes for code in outcome.review}),
    )
    if automatic:
        move(request, Status.AUTHORISED, decided_at=at)
        _steps.authorised(request, at)
    else:
        letters.under_review(request)
    return request


@transaction.atomic
def authorise(request: ReturnRequest, *, by: User, reason: str) -> None:
    """The return is authorised by a person, with the reason; label and letters follow.

    What the rules do not give at all only a lead may authorise; the trace then ends with that step
    and gives the price of the goods back when they are here.
    """
    at = timezone.now()
    now = _steps.held(request)
    _needs_reason(reason)
    if now.status == Status.REQUESTED:
        make_exceptions(now, by, reason)
    move(
        now,
        Status.AUTHORISED,
        decided_at=at,
        decided_by=by,
        decision_reason=reason.strip(),
        review_due_at=None,
    )
    journal.write(now, "return_authorised", at=at, actor=actor(by), user=by, reason=reason.strip())
    _steps.authorised(now, at)
    _steps.mirror(request, now)


@transaction.atomic
def refuse(request: ReturnRequest, *, by: User, reason: str) -> None:
    """The return is refused by a person; the buyer reads why and what else they can do (2.10)."""
    at = timezone.now()
    _needs_reason(reason)
    now = _steps.held(request)
    move(
        now,
        Status.REFUSED,
        decided_at=at,
        decided_by=by,
        decision_reason=reason.strip(),
        review_due_at=None,
        ended_at=at,
    )
    journal.write(now, "return_refused", at=at, actor=actor(by), user=by, reason=reason.strip())
    letters.refused(now, [one.outcome for one in keeping.read(now).values()])
    _steps.mirror(request, now)


@transaction.atomic
def close(request: ReturnRequest, *, by: User, reason: str) -> None:
    """Nothing more is expected of this return; a parcel that comes all the same opens it again."""
    at = timezone.now()
    _needs_reason(reason)
    now = _steps.held(request)
    move(now, Status.CLOSED, ended_at=at, close_due_at=None, review_due_at=None)
    journal.write(now, "return_closed", at=at, actor=actor(by), user=by, reason=reason.strip())
    _steps.mirror(request, now)


@transaction.atomic
def send_link(order: Order, *, by: User, language: str = settings.LANGUAGE_CODE) -> None:
    """The buyer has a letter in `language` with the signed link to the order's returns."""
    if not order.buyer_email:
        raise Refused(_("The buyer's e-mail address is not known."), code="no_address")
    at = timezone.now()
    letters.link(order, at, language=language)
    journal.write(order, "return_link_sent", at=at, actor=actor(by), user=by)


def _check(order: Order, lines: Mapping[OrderLine, int], reason: str, condition: str) -> None:
    if reason not in Reason.values:
        raise Refused(_("Please say why it comes back."), code="reason")
    if condition not in Condition.values:
        raise Refused(_("Please say in which condition it is."), code="condition")
    if not order.seller_fulfilled:
        raise Refused(
            _("The marketplace has shipped this order itself: returns go through its own pages."),
            code="not_seller_fulfilled",
        )
    if order.status == Order.Status.CANCELED:
        raise Refused(_("This order was cancelled: nothing was sent."), code="cancelled")
    if not lines:
        raise Refused(_("Please say what comes back, and how many pieces."), code="empty")
    for line, quantity in lines.items():
        if line.order_id != order.pk:
            raise Refused(_("This line belongs to another order."), code="wrong_order")
        if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
            raise Refused(_("Please give a number of pieces above zero."), code="quantity")


def _check_left(order: Order, lines: Mapping[OrderLine, int]) -> None:
    gone = keeping.taken(order)
    for line, quantity in lines.items():
        left = line.quantity - gone.get(line.pk, 0)
        if quantity > left:
            raise Refused(
                _(
                    "Of “%(title)s” %(left)d of %(bought)d pieces can still be returned: the "
                    "others are in a return already, or were never bought."
                )
                % {
                    "title": line.title or line.asin,
                    "left": max(left, 0),
                    "bought": line.quantity,
                },
                code="too_many",
            )


def _entitled(
    lines: Mapping[OrderLine, int], reason: str, condition: str, withdrawal: bool, at: datetime
) -> dict[OrderLine, tuple[Facts, Entitlement]]:
    return {
        line: gather.entitlement_of(
            line,
            asked_at=at,
            reason=Reason(reason),
            condition=Condition(condition),
            quantity=quantity,
            withdrawal=withdrawal,
        )
        for line, quantity in lines.items()
    }


def _needs_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Please give the reason."), code="empty")
