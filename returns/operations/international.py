"""Sellers abroad: a way back offered in time, or the refund on their behalf (domain section 3)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from csba.sweep import sweep
from returns.models import Refund, ReturnAddress, ReturnRequest
from returns.notifications import returns as letters
from returns.operations import _notices, _steps, keeping, labels
from returns.operations.labels import Upload
from returns.reasons import LabelKind
from returns.rules import book

Status = ReturnRequest.Status
Option = ReturnRequest.Option

SETTLE = "returns.settle_missed_options"
"""The name of the sweep's heartbeat."""
GERMANY = "DE"


@transaction.atomic
def offer_option(
    request: ReturnRequest,
    *,
    option: str,
    by: User,
    address: ReturnAddress | None = None,
    label_file: Upload | None = None,
) -> None:
    """The seller has offered a way back (or a refund without return) before the deadline; the
    buyer is told and has the whole window to send. After the deadline it is refused: the refund is
    made then, whether the sweep has run or not (3.4).
    """
    at = timezone.now()
    now = _steps.held(request)
    chosen = Option(option)
    _check(now, chosen, address, label_file, at)
    now.option = chosen
    now.save(update_fields=["option"])
    journal.write(now, "option_offered", at=at, actor=_steps.actor(by), user=by, option=chosen)
    outcomes = [one.outcome for one in keeping.read(now).values()]
    if chosen == Option.NO_RETURN:
        now.returnless = True
        now.save(update_fields=["returnless"])
        refund = _steps.pay(now, at, origin=Refund.Origin.SELLER, by=by)
        letters.authorised(now, outcomes, refund=refund)
        _steps.mirror(request, now)
        return
    if address is not None:
        now.address = address
    kind = LabelKind.SELLERS
    if label_file is not None:
        labels.upload(now, file=label_file, by=by, tell=False)
    elif chosen == Option.PREPAID_LABEL:
        kind = LabelKind.PREPAID
    else:
        kind = LabelKind.OWN_CARRIER
    _steps.give_way_back(now, at, kind=kind)
    letters.authorised(now, outcomes)
    _steps.mirror(request, now)


def settle_missed_options(at: datetime) -> int:
    """Every return whose seller abroad let the deadline pass is refunded on their behalf without
    return, debited and marked as not to be claimed back; returns how many.
    """
    return sweep(
        SETTLE,
        ReturnRequest.objects.option_lapsed(at),
        stamps={
            "status": Status.REFUNDED,
            "returnless": True,
            "refunded_at": at,
            "ended_at": at,
            "close_due_at": None,
        },
        effects=_settled,
        at=at,
    )


def may_offer(request: ReturnRequest, at: datetime) -> bool:
    """A way back is still wanted, and there is time."""
    return (
        request.status == Status.AUTHORISED
        and not request.option
        and request.option_due_at is not None
        and at < request.option_due_at
    )


def needs_label(request: ReturnRequest) -> bool:
    """An address in Germany counts only together with a label: what the rule of the day says on
    which the return was asked for (3.5).
    """
    return book.standard(request.asked_at).local_address_needs_label


def _settled(rows: list[ReturnRequest], at: datetime) -> None:
    found = ReturnRequest.objects.select_related("order", "seller", "policy")
    for request in found.filter(pk__in=[row.pk for row in rows]).order_by("pk"):
        refund = _steps.pay(request, at, origin=Refund.Origin.ON_BEHALF, by=None)
        outcomes = [one.outcome for one in keeping.read(request).values()]
        letters.authorised(request, outcomes, refund=refund)
        _notices.option_missed(request, refund)


def _check(
    request: ReturnRequest,
    option: str,
    address: ReturnAddress | None,
    label_file: Upload | None,
    at: datetime,
) -> None:
    if request.option_due_at is None or request.status != Status.AUTHORISED or request.option:
        raise Refused(
            _("For this return no way back has to be offered any more."), code="no_option"
        )
    if at >= request.option_due_at:
        raise Refused(
            _("The time to offer a way back is over: the buyer is refunded on your behalf."),
            code="too_late",
        )
    if address is not None and address.seller_id != request.seller_id:
        raise Refused(_("Please choose one of your own addresses."), code="address")
    if option == Option.LOCAL_ADDRESS:
        if address is None or address.country != GERMANY:
            raise Refused(_("Please choose an address in Germany."), code="address")
        if label_file is None and needs_label(request):
            raise Refused(
                _(
                    "Above the low-value limit an address in Germany needs a prepaid label. Please "
                    "add its file."
                ),
                code="needs_label",
            )
    if option == Option.PREPAID_LABEL and label_file is None and address is None:
        raise Refused(
            _("Please add the label's file, or choose the address for a label of ours."),
            code="needs_label",
        )
