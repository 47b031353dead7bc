"""What all operations on sellers' policies share: the words in the Case Log."""

from caselog.models import Case
from caselog.operations import cases
from csba.accounts.models import User
from returns.models import SellerPolicy


def tell(policy: SellerPolicy, words: tuple[str, str], *, by: User | None) -> None:
    """Subject and body stand in a thread of the Case Log, and the policy leads there."""
    subject, body = words
    case = cases.post_notice(
        policy.seller, subject=subject, body=body, kind=Case.Kind.POLICY, by=by
    )
    SellerPolicy.objects.filter(pk=policy.pk).update(case=case)
    policy.case = case
