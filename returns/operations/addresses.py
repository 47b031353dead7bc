"""Addresses at which a seller takes goods back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from returns.models import ReturnAddress
from sellers.models import Seller


@transaction.atomic
def add(
    seller: Seller,
    *,
    by: User,
    name: str,
    street: str,
    postcode: str,
    city: str,
    country: str = "DE",
) -> ReturnAddress:
    """The address is kept; the first one is used unless another is chosen."""
    at = timezone.now()
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    rows = [row.strip() for row in street.splitlines() if row.strip()]
    if not rows or not name.strip() or not postcode.strip() or not city.strip():
        raise Refused(_("An address needs name, street, postcode and city."), code="empty")
    address = ReturnAddress.objects.create(
        seller=seller,
        name=name.strip(),
        lines=rows,
        postcode=postcode.strip(),
        city=city.strip(),
        country=country,
        preferred=not ReturnAddress.objects.filter(seller=seller, preferred=True).exists(),
        created_at=at,
    )
    journal.write(
        address,
        "return_address_added",
        at=at,
        actor=journal.Actor.AGENT if by.is_staff else journal.Actor.SELLER,
        user=by,
        seller=seller.pk,
        city=address.city,
        country=country,
    )
    return address
