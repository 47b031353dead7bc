"""Returns, refunds and the clock."""

from celery import shared_task
from django.utils import timezone

from returns.operations import changes, goods, international, labels, payouts, recomparison


@shared_task
def refund_overdue_returns() -> int:
    """Returns whose seller did not refund in time are refunded on the seller's behalf."""
    return goods.refund_overdue(timezone.now())


@shared_task
def close_idle_returns() -> int:
    """Returns that nobody has moved for long are closed."""
    return goods.close_idle(timezone.now())


@shared_task
def settle_missed_options() -> int:
    """Returns abroad without a way back in time are refunded."""
    return international.settle_missed_options(timezone.now())


@shared_task
def fetch_missing_labels() -> int:
    """Labels that the carrier has not given yet are asked for again."""
    return labels.fetch_missing(timezone.now())


@shared_task
def release_refunds() -> int:
    """Refunds whose hold is over are released."""
    return payouts.release_due(timezone.now())


@shared_task
def send_refunds() -> int:
    """Released refunds go to the payment service; those without an answer are asked again."""
    at = timezone.now()
    return payouts.recover_stuck(at) + payouts.send_due(at)


@shared_task
def compare_policies_again() -> int:
    """Approved policies are compared with a standard that has changed."""
    return recomparison.recompare_approved(timezone.now())


@shared_task
def settle_cancelled_orders() -> int:
    """Cancellations that the marketplace reports as done are done."""
    return changes.cancelled_by_feed()
