"""One row of each kind that the pages about returns and money show, and their numbers."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from csba.accounts import roles
from returns.models import OrderChange, SellerPolicy
from returns.operations import changes, claims, returns
from returns.reasons import Condition, Reason
from sellers.models import Seller
from tests.conftest import staff
from tests.factories.sellers import OrderFactory
from tests.returns.money.asking import PNG, ask, bought, debit


def made(seller: Seller) -> dict[str, list[Any]]:
    """Arguments of the addresses, by the name of the page without its verb."""
    order = OrderFactory(seller=seller, status="UNSHIPPED")
    line = order.lines.get()
    waiting = returns.open_return(
        order,
        lines={line: 1},
        reason=Reason.NOT_NEEDED,
        condition=Condition.USED,
        via="DESK",
    )
    other = OrderFactory(seller=seller)
    authorised = returns.open_return(
        other,
        lines={other.lines.get(): 1},
        reason=Reason.WRONG_ITEM,
        condition=Condition.OPENED,
        via="DESK",
    )
    change = changes.ask(order, kind=OrderChange.Kind.CANCEL, via=OrderChange.Via.DESK)
    refund = ask(
        bought(seller, price="90.00"),
        amount="80.00",
        origin="AGENT",
        by=staff("asks@desk.test", "Asks", roles.AGENT),
    )
    booked = debit(seller)
    claim = claims.file(
        debit(seller, "-7.00"),
        ground="DELIVERED",
        words="Proof of delivery.",
        evidence=[("beleg.png", PNG)],
        by=seller.memberships.filter(role="OWNER").get().user,
    )
    at = timezone.now()
    policy = SellerPolicy.objects.create(
        seller=seller,
        version=1,
        status=SellerPolicy.Status.SUBMITTED,
        clauses={"window_a": 60},
        created_at=at,
        changed_at=at,
        submitted_at=at,
    )
    assert refund.amount == Decimal("80.00")
    return {
        "return": [waiting.number],
        "authorised": [authorised.number],
        "change": [change.number],
        "refund": [refund.number],
        "claim": [claim.number],
        "claim-file": [claim.number, claim.files.get().pk],
        "line": [booked.pk],
        "order": [order.number],
        "policy": [seller.merchant_id, policy.version],
        "policy-version": [policy.version],
    }
