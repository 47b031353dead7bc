"""The life of a stint: opt in, activate, opt out; each stint is a row of its own (P16, P18, P19).

Locks, so that nobody waits in a circle: opting in holds the seller's row and no stint; activating
holds pending stints, then their sellers; opting out holds one stint and no seller. Agreeing to
terms holds the seller's requests, then the seller, then an active stint (see _asking.py).
"""

import logging
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from csba import promises
from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from csba.moves import move
from csba.outbox.enqueue import enqueue_many
from csba.sweep import sweep
from sellers import notices, notifications
from sellers.models import Enrolment, Invitation, Plan, Requirement, Seller, Service, Suspension
from sellers.operations import _suspensions, terms
from sellers.rules import eligibility, stints

log = logging.getLogger(__name__)

Status = Enrolment.Status


def csba() -> Service:
    """The first service."""
    return Service.objects.get(code=Service.CSBA)


def checks(seller: Seller, *, service: Service, at: datetime) -> list[eligibility.Check]:
    """What opting in needs, as it stands for this seller; five statements."""
    invited = eligibility.invited(
        service,
        Invitation.objects.filter(seller=seller, service=service),
        Enrolment.objects.filter(seller=seller, service=service)[:1],
        at,
    )
    return eligibility.checks(
        seller,
        invited=invited,
        outstanding=terms.outstanding(seller, service, at),
        requirements=Requirement.objects.filter(seller=seller),
    )


@transaction.atomic
def opt_in(seller: Seller, *, by: User, service: Service | None = None) -> Enrolment:
    """The seller has a pending stint, active within the hour (P18); a running one is returned.

    Refused with every reason against at once. Two clicks at the same moment make one stint.
    """
    service = service or csba()
    # Whoever clicks second waits here and then sees the first one's stint.
    seller = Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    at = timezone.now()
    running = Enrolment.objects.current().filter(seller=seller, service=service).first()
    if running is not None:
        return running
    if reasons := eligibility.against(checks(seller, service=service, at=at)):
        raise Refused(
            _("You cannot opt in yet. %(reasons)s") % {"reasons": " ".join(reasons)},
            code="not_eligible",
        )
    stint = Enrolment.objects.create(
        seller=seller,
        service=service,
        plan=_plan(service, at),
        opted_in_at=at,
        opted_in_by=by,
        active_due_at=at + promises.activation(at),
        alarm_due_at=at + promises.activation_alarm(at),
    )
    journal.write(
        stint,
        "opted_in",
        at=at,
        actor=journal.Actor.SELLER,
        user=by,
        seller=seller.merchant_id,
        service=service.code,
        active_due_at=stint.active_due_at,
    )
    notices.opted_in(stint)
    return stint


@transaction.atomic
def agree_and_opt_in(seller: Seller, *, terms_ids: Collection[int], by: User) -> Enrolment:
    """As opt_in, after agreeing to these versions of the terms: both happen or neither."""
    terms.accept(seller, terms_ids=terms_ids, by=by)
    return opt_in(seller, by=by)


def activate_due(at: datetime) -> int:
    """Every stint pending at `at` is active from `at` on, its seller is told; returns how many."""
    # Clocks of several machines disagree by moments: a stint begins after its click and after the
    # end of the one before, or it waits for the next tick; so no row can make a whole batch fail.
    not_over = Enrolment.objects.filter(
        seller=OuterRef("seller"),
        service=OuterRef("service"),
        active_from__isnull=False,
        ended_at__gt=at,
    )
    due = Enrolment.objects.due_for_activation().filter(~Exists(not_over), opted_in_at__lte=at)
    return sweep(
        "activate_due_enrolments",
        due.order_by("opted_in_at", "id").only("seller", "service", "opted_in_at"),
        stamps={"status": Status.ACTIVE, "active_from": at, "alarm_due_at": None},
        effects=_activated,
        at=at,
    )


def alarm_slow(at: datetime) -> int:
    """Whoever waits past the alarm's time is in journal and log, once; returns how many."""
    return sweep(
        "alarm_slow_activations",
        Enrolment.objects.slow(at).order_by("opted_in_at", "id"),
        stamps={"alarm_due_at": None},
        effects=_alarmed,
        at=at,
    )


@transaction.atomic
def opt_out(seller: Seller, *, by: User, service: Service | None = None) -> Enrolment:
    """The stint ends now; orders placed while it was active stay with the service (P19)."""
    service = service or csba()
    mine = Enrolment.objects.filter(seller=seller, service=service)
    stint = mine.current().select_for_update(no_key=True).first()
    if stint is None:
        raise Refused(_not_running(mine.order_by("-opted_in_at").first()), code="not_enrolled")
    # After the lock, so that the end never lies before an activation we have waited for.
    at = timezone.now()
    ended_at = max(at, stint.active_from or at)
    move(stint, Status.ENDED, ended_at=ended_at, ended_by=by, alarm_due_at=None)
    Suspension.objects.filter(enrolment=stint, until_at__isnull=True).update(until_at=ended_at)
    journal.write(
        stint,
        "opted_out",
        at=at,
        actor=journal.Actor.SELLER,
        user=by,
        active_from=stint.active_from,
        ended_at=ended_at,
    )
    served = mine.filter(pk=stint.pk).annotate(orders=stints.orders_served(at))
    notifications.opted_out(stint, orders=served.values_list("orders", flat=True).get())
    return stint


def _plan(service: Service, at: datetime) -> Plan:
    """The plan on offer: a free trial before any other."""
    for plan in service.plans.order_by("-trial", "-valid_from"):
        if plan.valid_from <= at and (plan.valid_to is None or at < plan.valid_to):
            return plan
    raise Refused(
        _("There is no plan on offer at the moment. Please try again later."), code="no_plan"
    )


def _not_running(last: Enrolment | None) -> str:
    if last is None:
        return _("You are not signed up for CSBA, so there is nothing to opt out of.")
    return _("You have already opted out of CSBA. Existing orders stay with the service.")


def _activated(batch: list[Enrolment], at: datetime) -> None:
    """Letters, journal and, where an account is not fit, a suspension from the first second on."""
    wanted = {stint.seller_id for stint in batch}
    # Locked, so that news about an account comes either before this or finds the active stint.
    locked = Seller.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    rows = locked.only("name", "default_email", "language", "time_zone", "professional", "standing")
    sellers = {seller.pk: seller for seller in rows}
    missed = _suspensions.missed(wanted)
    letters, lines, pauses = [], [], []
    for stint in batch:
        stint.seller = sellers[stint.seller_id]
        missed_terms = (stint.seller_id, stint.service_id) in missed
        reasons = stints.reasons_to_suspend(stint.seller, missed_terms=missed_terms)
        pauses += [Suspension(enrolment=stint, reason=reason, from_at=at) for reason in reasons]
        lines.append(
            journal.line(
                stint,
                "activated",
                at=at,
                actor=journal.Actor.CLOCK,
                active_from=at,
                waited_seconds=round((at - stint.opted_in_at).total_seconds()),
                suspended=reasons,
            )
        )
        letters.append(
            notifications.suspended(stint, reasons=reasons, from_at=at)
            if reasons
            else notifications.service_active(stint)
        )
    if pauses:
        Suspension.objects.bulk_create(pauses)
    journal.write_many(lines)
    enqueue_many(letters)


def _alarmed(batch: list[Enrolment], at: datetime) -> None:
    for stint in batch:
        log.error(
            "enrolment %s is not active yet, promised for %s",
            stint.pk,
            stint.active_due_at.isoformat(),
        )
    journal.write_many(
        journal.line(
            stint,
            "activation_slow",
            at=at,
            actor=journal.Actor.CLOCK,
            opted_in_at=stint.opted_in_at,
            active_due_at=stint.active_due_at,
        )
        for stint in batch
    )
