"""Stints as a seller sees them: which one runs, in which state, with how many orders (P18, P19)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from csba.rulebook import read as rulebook
from sellers.models import Enrolment, Order, Seller, Suspension


class State(models.TextChoices):
    """The service for one seller at one moment; the words are those of the article."""

    READY = "READY", _("Ready to Opt-in")
    ACTIVATING = "ACTIVATING", _("Activating")
    ACTIVE = "ACTIVE", _("Active")
    SUSPENDED = "SUSPENDED", _("Suspended")
    OPTED_OUT = "OPTED_OUT", pgettext_lazy("state of the service", "Opted out")


@dataclass(frozen=True)
class Situation:
    """The state with the stint it comes from, and what suspends it."""

    state: State
    stint: Enrolment | None = None
    suspensions: tuple[Suspension, ...] = ()


def current(stints: Iterable[Enrolment]) -> Enrolment | None:
    """The stint that is pending or active; there is never more than one."""
    running = (Enrolment.Status.PENDING, Enrolment.Status.ACTIVE)
    return next((stint for stint in stints if stint.status in running), None)


def holding(stints: Iterable[Enrolment], moment: datetime) -> Enrolment | None:
    """The stint that was running at this moment."""
    return next((stint for stint in stints if stint.covers(moment)), None)


def situation(stints: Sequence[Enrolment], at: datetime) -> Situation:
    """How the service stands for the seller whose stints these are, with suspensions prefetched."""
    running = current(stints)
    if running is None:
        served = [stint for stint in stints if stint.active_from is not None]
        if not served:
            return Situation(State.READY)
        return Situation(State.OPTED_OUT, max(served, key=lambda stint: stint.opted_in_at))
    if running.status == Enrolment.Status.PENDING:
        return Situation(State.ACTIVATING, running)
    pauses = tuple(pause for pause in running.suspensions.all() if pause.holds(at))
    return Situation(State.SUSPENDED if pauses else State.ACTIVE, running, pauses)


def reasons_to_suspend(seller: Seller, *, missed_terms: bool = False) -> list[Suspension.Reason]:
    """Why new orders of this seller are not covered although a stint runs (rulings 6 and 15)."""
    found = []
    if not seller.professional:
        found.append(Suspension.Reason.NOT_PROFESSIONAL)
    if seller.standing == Seller.Standing.DEACTIVATED:
        found.append(Suspension.Reason.STANDING)
    if missed_terms:
        found.append(Suspension.Reason.TERMS)
    return found


def orders_served(at: datetime) -> Coalesce:
    """For annotating stints: how many orders each covers, whenever somebody asks (P19)."""
    suspended = Suspension.objects.filter(
        Q(until_at__isnull=True) | Q(until_at__gt=OuterRef("placed_at")),
        enrolment=OuterRef(OuterRef("pk")),
        from_at__lte=OuterRef("placed_at"),
    )
    covered = Order.objects.filter(
        ~Exists(suspended),
        ~Q(programmes__overlap=rulebook.value("coverage.excluded_programmes", at)),
        seller=OuterRef("seller"),
        placed_at__gte=OuterRef("active_from"),
        placed_at__lt=Coalesce(
            OuterRef("ended_at"), Value("infinity"), output_field=models.DateTimeField()
        ),
        channel__in=rulebook.value("coverage.channels", at),
        marketplace_id__in=rulebook.value("coverage.marketplaces", at),
    )
    counted = covered.order_by().values("seller").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)
