"""Wishes to change an order: asked, put to the seller, accepted or refused, done."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from caselog.models import Case, Question
from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import write as journal
from csba.moves import move
from returns.models import LineBalance, OrderChange
from returns.operations import balances
from returns.operations._changing import answer_in_case, put_to_seller, tell_seller
from returns.rules import changes as rules
from returns.rules.changes import Who, Wish
from returns.rules.outcome import steps_as_json
from sellers.models import Order, OrderLine, Parcel

Kind = OrderChange.Kind
Status = OrderChange.Status

_NEEDS_LINE: Final = (Kind.REPLACE, Kind.EXCHANGE)
_NEEDS_STOCK: Final = (Kind.REPLACE, Kind.EXCHANGE)


@transaction.atomic
def ask(
    order: Order,
    *,
    kind: str,
    via: str,
    line: OrderLine | None = None,
    quantity: int | None = None,
    wish: Mapping[str, Any] | None = None,
    by: User | None = None,
    case: Case | None = None,
    reference: str = "",
    client_id: UUID | None = None,
    judged: bool = False,
) -> OrderChange:
    """The wish is kept with its trace: accepted at once where the buyer's word is enough, put to
    the seller otherwise. Refused with the reason when nobody may decide it any more.

    `judged`: the seller was asked and let the time pass, so customer service accepts a cancellation
    in their place (P10); before shipment only, like everybody.
    """
    at = timezone.now()
    now = _locked(order)
    if client_id is not None:
        first = OrderChange.objects.filter(client_id=client_id).first()
        if first is not None:
            return first
    kind = Kind(kind)
    asked = _wish(now, kind, OrderChange.Via(via), line, quantity)
    if kind == Kind.ADDRESS and not str((wish or {}).get("address", "")).strip():
        raise Refused(_("Please write the address that it should be."), code="empty")
    found = rules.answer(asked, at)
    if found.who == Who.NOBODY:
        raise Refused(found.reason, code="too_late_to_change")
    try:
        with transaction.atomic():
            change = OrderChange.objects.create(
                order=now,
                seller=now.seller,
                line=line,
                quantity=asked.quantity if line is not None else None,
                kind=kind,
                via=via,
                wish=dict(wish or {}),
                trace=steps_as_json(found.trace),
                client_id=client_id,
                reference=reference,
                asked_at=at,
                asked_by=by,
            )
    except IntegrityError as rival:
        raise Conflict(
            _("The same has already been asked for this order. Wait for the answer to it.")
        ) from rival
    journal.write(
        now,
        "change_asked",
        at=at,
        actor=_actor(by, via),
        user=by,
        change=change.number,
        kind=kind,
        decides=found.who,
    )
    ours = judged and kind == Kind.CANCEL and found.who == Who.SELLER
    if found.who == Who.BUYER or ours:
        reason = _("The seller did not answer in time.") if ours else found.reason
        _settle(change, Status.ACCEPTED, by=by, reason=reason, actor=_actor(by, via))
        tell_seller(change, judged=ours)
    else:
        put_to_seller(change, case, by)
    return change


@transaction.atomic
def accept(
    change: OrderChange, *, by: User | None, of_seller: bool, stock: bool = False, reason: str = ""
) -> OrderChange:
    """The seller, or the desk once the seller's time is over, has said yes; a replacement counts
    against the line's price from now on.
    """
    now = _again(change)
    _refuse_if_not_theirs(now, of_seller)
    if now.kind in _NEEDS_STOCK and not stock:
        raise Refused(
            _("Please confirm that the article is in stock, or refuse."), code="stock_needed"
        )
    at = timezone.now()
    again = rules.answer(
        _wish(now.order, Kind(now.kind), OrderChange.Via(now.via), now.line, now.quantity), at
    )
    if again.who == Who.NOBODY:
        raise Refused(again.reason, code="too_late_to_change")
    if now.kind == Kind.REPLACE and now.line is not None and now.quantity:
        balances.promise_replacement(now.line, pieces=now.quantity)
    if stock:
        now.stock_confirmed_at = at
        now.save(update_fields=["stock_confirmed_at"])
    actor = journal.Actor.SELLER if of_seller else journal.Actor.AGENT
    _settle(now, Status.ACCEPTED, by=by, reason=reason, actor=actor)
    answer_in_case(now, by=by, of_seller=of_seller, body=_("Yes."), reason=reason)
    return now


@transaction.atomic
def refuse(change: OrderChange, *, by: User | None, of_seller: bool, reason: str) -> OrderChange:
    """The seller, or the desk once the seller's time is over, has said no, and why."""
    if not reason.strip():
        raise Refused(_("Please give the reason."), code="empty")
    now = _again(change)
    _refuse_if_not_theirs(now, of_seller)
    if now.status == Status.ACCEPTED and now.kind == Kind.REPLACE and now.line and now.quantity:
        balances.withdraw_replacement(now.line, pieces=now.quantity)
    actor = journal.Actor.SELLER if of_seller else journal.Actor.AGENT
    _settle(now, Status.REFUSED, by=by, reason=reason, actor=actor)
    answer_in_case(now, by=by, of_seller=of_seller, body=_("No."), reason=reason)
    return now


@transaction.atomic
def done(change: OrderChange, *, by: User | None, of_seller: bool) -> OrderChange:
    """What was accepted has happened: the order is cancelled, the replacement is on its way."""
    now = _again(change)
    at = timezone.now()
    move(now, Status.DONE, settled_at=at, settled_by=by)
    journal.write(
        now.order,
        "change_done",
        at=at,
        actor=journal.Actor.SELLER if of_seller else journal.Actor.AGENT,
        user=by,
        change=now.number,
    )
    return now


def cancelled_by_feed(at_most: int = 500) -> int:
    """Cancellations whose order the marketplace reports as cancelled are done; returns how many."""
    waiting = OrderChange.objects.running().filter(
        kind=Kind.CANCEL, order__status=Order.Status.CANCELED
    )
    count = 0
    for change in waiting.order_by("pk")[:at_most]:
        with transaction.atomic():
            now = _again(change)
            if now.status in OrderChange.ENDED:
                continue
            if now.status != Status.ACCEPTED:
                _settle(
                    now,
                    Status.ACCEPTED,
                    by=None,
                    reason=_("The marketplace reports the order as cancelled."),
                    actor=journal.Actor.SYSTEM,
                )
            done(now, by=None, of_seller=True)
            count += 1
    return count


def _locked(order: Order) -> Order:
    held = Order.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("seller").get(pk=order.pk)


def _again(change: OrderChange) -> OrderChange:
    """The change as it is now, held by this transaction; its order is held first, as in `ask`."""
    order = _locked(Order(pk=change.order_id))
    rows = OrderChange.objects.select_for_update(of=("self",)).select_related(
        "line", "case", "question", "seller"
    )
    now = rows.get(pk=change.pk)
    now.order = order
    return now


def _wish(
    order: Order,
    kind: Kind,
    via: OrderChange.Via,
    line: OrderLine | None,
    quantity: int | None,
) -> Wish:
    if (line is None) == (kind in _NEEDS_LINE):
        raise Refused(
            _("Please choose the article that it is about.")
            if line is None
            else _("This concerns the whole order: please choose no article."),
            code="line",
        )
    wish = Wish(
        kind=kind,
        via=via,
        placed_at=order.placed_at,
        order_status=order.status,
        shipped=_shipped(order),
    )
    if line is None:
        return wish
    if line.order_id != order.pk:
        raise Refused(_("This article belongs to another order."), code="line")
    pieces = line.quantity if quantity is None else quantity
    if pieces < 1:
        raise Refused(_("Please give how many pieces, at least one."), code="quantity")
    wish = replace(wish, quantity=pieces, bought=line.quantity)
    balance = LineBalance.objects.filter(line=line).first()
    if balance is not None:
        wish = replace(
            wish, paid=balance.paid_item, paid_back=balance.back_item, replaced=balance.replaced
        )
    return wish


def _shipped(order: Order) -> bool:
    if order.status in {Order.Status.SHIPPED, Order.Status.PARTIALLY_SHIPPED}:
        return True
    sent = Parcel.objects.filter(order=order, shipped_at__isnull=False)
    return sent.exists() or order.lines.filter(quantity_shipped__gt=0).exists()


def _refuse_if_not_theirs(change: OrderChange, of_seller: bool) -> None:
    """While the seller has time only the seller decides (P10)."""
    if of_seller or change.question is None:
        return
    if change.question.waits(timezone.now()):
        raise Refused(
            _("The seller may still answer. Wait, or withdraw the question first."),
            code="seller_may_answer",
        )


def _settle(
    change: OrderChange, to: str, *, by: User | None, reason: str, actor: journal.Actor
) -> None:
    at = timezone.now()
    move(change, to, settled_at=at, settled_by=by, reason=reason)
    journal.write(
        change.order,
        "change_settled",
        at=at,
        actor=actor,
        user=by,
        change=change.number,
        outcome=to,
        reason=reason,
    )


def _actor(by: User | None, via: str) -> journal.Actor:
    if by is not None:
        return journal.Actor.AGENT
    return journal.Actor.BUYER if via == OrderChange.Via.BUYER else journal.Actor.SYSTEM


def open_question(change: OrderChange) -> Question | None:
    """The question that this wish hangs on, if the seller may still answer it."""
    question = change.question
    return question if question is not None and question.waits(timezone.now()) else None
