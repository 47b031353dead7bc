"""Policies of all states, made as sellers and policy admins make them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from csba.accounts.models import User
from csba.rulebook.operations import change
from csba.rulebook.read import forget
from returns.models import SellerPolicy
from returns.operations import policies
from returns.rules.standard import Standard, standard
from sellers.models import Seller

KINDER: dict[str, Any] = {"window_a": 60, "postage": "SELLER"}
WORSE: dict[str, Any] = {"refund_percent": 80}


def now_standard(moment: datetime | None = None) -> Standard:
    """The standard policy for orders of now, or of another moment."""
    return standard(moment or timezone.now())


def drafted(seller: Seller, offer: Mapping[str, Any] = KINDER) -> SellerPolicy:
    """A draft that says this."""
    by = owner(seller)
    policy = policies.draft(seller, by=by)
    return policies.save(policy, offer=offer, by=by, seen=policy.changed_at)


def submitted(seller: Seller, offer: Mapping[str, Any] = KINDER) -> SellerPolicy:
    """A policy under review."""
    return policies.submit(drafted(seller, offer), by=owner(seller))


def approved(seller: Seller, by: User, offer: Mapping[str, Any] = KINDER) -> SellerPolicy:
    """A policy that holds from now on."""
    return policies.approve(submitted(seller, offer), by=by, reason="Kinder than the standard.")


def owner(seller: Seller) -> User:
    """Who acts for the seller."""
    return User.objects.get(memberships__seller=seller)


def kinder_standard(by: User, key: str = "return.window_days", value: Any = None) -> None:
    """The standard becomes kinder in a minute; unless told otherwise with 30 days for all."""
    change(key, value or {"A": 30, "B": 30, "C": 30}, by=by, why="Kinder to buyers.")
    forget()
