"""An open invitation and somebody on the waiting list, and the numbers that their pages need."""

from typing import Any

from django.utils import timezone

from csba.accounts import roles
from sellers.models import Interest, Seller
from sellers.operations import interest, invitations
from tests.conftest import staff


def made(seller: Seller) -> dict[str, list[Any]]:
    """What stands in the addresses, by the name of the address."""
    at = timezone.now()
    admin = staff("pavla@desk.test", "Pavla", roles.POLICY_ADMIN)
    invitation = invitations.invite(seller, email="invited@sellers.test", by=admin)
    waiting = Interest.objects.create(
        email="asks@sellers.test",
        company="Sterne Handel",
        merchant_id="A1STERNE12345",
        country="CN",
        language="zh-hans",
        status=Interest.Status.WAITING,
        asked_at=at,
        confirmed_at=at,
    )
    return {
        "invitation": [invitation.pk],
        "interest": [waiting.pk],
        "confirm-interest": [interest.token(waiting)],
    }
