"""How much may be taken off a refund, and who may do it (domain 2.20, 2.21)."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.money import ZERO, cents, shown
from returns.models import ReturnLine, ReturnRequest
from returns.operations import keeping
from returns.reasons import Ground
from returns.rules import book

LEAD = "returns.approve_refund"


def check_deduction(
    request: ReturnRequest,
    row: ReturnLine,
    stored: keeping.Found,
    amount: Decimal,
    reason: str,
    by: User,
    at: datetime,
) -> None:
    """Refused unless the deduction is money to the cent, has its reason, lies within the refund
    and, above the share of the rulebook, comes from a lead.
    """
    if amount < ZERO or amount != cents(amount):
        raise Refused(_("An amount of money is a number to the cent."), code="amount")
    if not reason.strip():
        raise Refused(
            _("Please give the reason of the deduction: the buyer reads it."), code="empty"
        )
    if stored.outcome.ground in {Ground.FAULT, Ground.WARRANTY}:
        raise Refused(
            _("These goods come back because of a fault: nothing is taken off."), code="fault"
        )
    pieces = row.quantity if row.received is None else row.received
    most = cents(stored.outcome.refund_item * pieces / row.quantity)
    if amount > most:
        raise Refused(
            _("At most %(most)s can be taken off here.")
            % {"most": shown(most, stored.facts.currency)},
            code="too_much",
        )
    price = cents(stored.facts.price * pieces / row.quantity)
    percent = amount * 100 / price if price else Decimal(100)
    if by.has_perm(LEAD):
        return
    lead_above = book.lead_above_percent(at)
    allowed = keeping.deduction_most(request, lead_above)
    if percent > allowed:
        raise Refused(
            _(
                "More than %(percent)d %% of the price can only be taken off by a lead of customer "
                "service. Please write to us in the Case Log, with photos."
            )
            % {"percent": allowed},
            code="needs_lead",
        )
