"""What a seller reads in the Case Log about their return policy: subject and body, in the seller's
language and zone. The Case Log sends the letter that it is there.
"""

from collections.abc import Sequence

from django.utils import translation

from csba.outbox.render import letter
from returns.models import SellerPolicy
from returns.terms import BY_KEY


def approved(policy: SellerPolicy) -> tuple[str, str]:
    """The policy holds for orders placed from now on (P14)."""
    return _words("policy_approved", policy)


def rejected(policy: SellerPolicy) -> tuple[str, str]:
    """The policy does not hold, and why."""
    return _words("policy_rejected", policy)


def overtaken(policy: SellerPolicy, clauses: Sequence[str]) -> tuple[str, str]:
    """The standard has become kinder than these clauses, and counts in their place (rulings 14)."""
    with translation.override(policy.seller.language):
        labels = [str(BY_KEY[key].label) for key in clauses]
    return _words("policy_overtaken", policy, clauses=labels)


def _words(name: str, policy: SellerPolicy, **context: object) -> tuple[str, str]:
    return letter(
        f"returns/mail/{name}",
        {"policy": policy, **context},
        language=policy.seller.language,
        time_zone=policy.seller.time_zone,
    )
