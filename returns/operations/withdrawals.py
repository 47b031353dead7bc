"""Declarations of withdrawal: kept word for word, confirmed at once with date and time (BGB 355,
356a; domain 8.7).
"""

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.errors import Conflict, DomainError, Refused
from csba.journal import write as journal
from returns.models import ReturnRequest, Withdrawal
from returns.notifications import withdrawals as letters
from returns.operations import gather, keeping
from returns.operations.returns import open_return
from returns.reasons import Condition, Reason
from returns.rules import book, days
from returns.rules.facts import Facts
from sellers.models import Order, OrderLine

log = logging.getLogger(__name__)

_KEYS: Final = uuid.UUID("6b7f4f0e-32a5-5d1b-9c39-5a0f5f2f9d11")
"""The space in which a declaration's key becomes the id of its return."""


@transaction.atomic
def declare(
    order: Order,
    *,
    key: str,
    name: str,
    contact: str,
    words: str,
    language: str,
    lines: Mapping[OrderLine, int] | None = None,
    declared_at: datetime | None = None,
) -> Withdrawal:
    """The declaration is kept with the moment it came (`declared_at` where it came by another way
    earlier), its confirmation lies in the outbox, and a return of the goods is open.

    The same `key` declares once. A declaration is never refused for what the order says: where no
    return can be opened (nothing delivered yet, all pieces in returns), it stands without one and
    the desk sees it.
    """
    at = timezone.now()
    moment = declared_at or at
    _check(key, name, contact, words, moment, at)
    held = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    if (first := Withdrawal.objects.filter(key=key).first()) is not None:
        return _same(first, held)
    wanted = dict(lines) if lines is not None else _all_left(held)
    withdrawal = Withdrawal(
        order=held,
        key=key,
        name=name.strip(),
        contact=contact.strip(),
        words=words,
        language=language or settings.LANGUAGE_CODE,
        declared_at=moment,
        in_time=in_time(held, wanted, moment),
        confirmed_at=at,
    )
    withdrawal.request = _return_of(held, wanted, key, words, withdrawal.language)
    try:
        with transaction.atomic():
            withdrawal.save(force_insert=True)
    except IntegrityError:
        return _same(Withdrawal.objects.get(key=key), held)
    withdrawal.refresh_from_db(fields=["number"])
    letters.confirmed(withdrawal)
    journal.write(
        withdrawal,
        "withdrawal_declared",
        at=at,
        actor=journal.Actor.BUYER,
        order=held.number,
        declared_at=moment,
        in_time=withdrawal.in_time,
        request=withdrawal.request.number if withdrawal.request is not None else None,
    )
    return withdrawal


def in_time(order: Order, lines: Mapping[OrderLine, int], moment: datetime) -> bool | None:
    """Whether a declaration at `moment` is within the statutory period of every line; None while
    it is not known that they were delivered: then the period has not begun (BGB 356(2)).
    """
    ends = []
    for line in lines or dict.fromkeys(order.lines.order_by("pk"), 1):
        try:
            facts = gather.facts_of(
                line,
                asked_at=moment,
                reason=Reason.NOT_NEEDED,
                condition=Condition.OPENED,
                withdrawal=True,
            )
        except DomainError:
            return None
        end = period_end(facts)
        if end is None:
            return None
        ends.append(end)
    return all(moment < end for end in ends) if ends else None


def period_end(facts: Facts) -> datetime | None:
    """The exclusive end of the statutory period, day after delivery first, moved past weekends and
    holidays (BGB 187, 188, 193, 356(4)); None without a delivery.
    """
    if facts.delivered_at is None:
        return None
    standard = book.standard(facts.placed_at)
    if facts.instructed:
        return days.end_of_days(facts.delivered_at, standard.statutory_days, facts.state)
    months = days.end_of_months(facts.delivered_at, standard.uninstructed_months, "")
    return days.end_of_days(months, standard.uninstructed_days - 1, facts.state)


def without_return() -> int:
    """How many declarations stand without a return: a person looks at them."""
    return Withdrawal.objects.filter(request__isnull=True).count()


def _all_left(order: Order) -> dict[OrderLine, int]:
    return {line: pieces for line, pieces in keeping.left(order).items() if pieces}


def _return_of(
    order: Order, lines: Mapping[OrderLine, int], key: str, words: str, language: str
) -> ReturnRequest | None:
    if not lines:
        return None
    try:
        with transaction.atomic():
            return open_return(
                order,
                lines=lines,
                reason=Reason.NOT_NEEDED,
                condition=Condition.OPENED,
                via=ReturnRequest.Via.WITHDRAWAL,
                words=words,
                client_id=uuid.uuid5(_KEYS, key),
                withdrawal=True,
                language=language,
            )
    except DomainError as refusal:
        # The declaration counts all the same; a person of the desk finds it in the list.
        log.info("a withdrawal stands without a return: %s", refusal.code)
        return None


def _same(first: Withdrawal, order: Order) -> Withdrawal:
    if first.order_id != order.pk:
        raise Conflict(_("This form was already used. Please reload the page and send again."))
    return first


def _check(key: str, name: str, contact: str, words: str, moment: datetime, at: datetime) -> None:
    if not key or len(key) > 120:
        raise Refused(_("A declaration needs a key of at most 120 characters."), code="key")
    if not name.strip():
        raise Refused(_("Please give your name."), code="name")
    if not contact.strip():
        raise Refused(
            _("Please say where the confirmation goes: an e-mail address."), code="contact"
        )
    if not words.strip():
        raise Refused(_("The declaration has no words."), code="empty")
    if moment > at:
        raise Refused(_("A declaration cannot come from the future."), code="future")
