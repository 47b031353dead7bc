"""Terms: what is in force, what a seller still has to agree to, agreeing, and a new version (P8).

How sellers are asked for a new version, reminded and suspended stands in _asking.py.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import write as journal
from csba.moves import move
from sellers.models import Acceptance, Enrolment, Seller, Service, Terms, TermsRequest
from sellers.operations import _suspensions
from sellers.operations._asking import ask_active, remind, suspend_overdue
from sellers.rules import terms as rules

__all__ = [
    "accept",
    "ask_active",
    "asked",
    "current",
    "outstanding",
    "publish",
    "remind",
    "suspend_overdue",
    "waiting",
]

Status = TermsRequest.Status


def current(service: Service, at: datetime) -> list[Terms]:
    """The version of each document that is in force at `at`: conditions first; one statement."""
    newest = Terms.objects.filter(service=service, valid_from__lte=at)
    return list(newest.order_by("kind", "-valid_from", "-pk").distinct("kind"))


def outstanding(seller: Seller, service: Service, at: datetime) -> list[Terms]:
    """What is in force and not yet agreed to by this seller; two statements."""
    in_force = current(service, at)
    agreed = set(
        Acceptance.objects.filter(seller=seller, terms__in=in_force).values_list(
            "terms_id", flat=True
        )
    )
    return [terms for terms in in_force if terms.pk not in agreed]


def asked(seller: Seller) -> list[TermsRequest]:
    """What a seller who is signed up was asked to agree to and has not yet, with the documents,
    the nearest date first; one statement.
    """
    found = waiting(seller).select_related("terms").defer("terms__bodies")
    return list(found.order_by("agree_by", "pk"))


def waiting(seller: Seller) -> models.QuerySet[TermsRequest]:
    """The requests that an active seller has not agreed to yet."""
    running = Enrolment.objects.current().filter(
        seller=OuterRef("seller_id"), service=OuterRef("terms__service")
    )
    return _unsettled(seller).filter(Exists(running))


@transaction.atomic
def accept(seller: Seller, *, terms_ids: Collection[int], by: User) -> list[Acceptance]:
    """`by` has agreed for the seller to these versions; one that no longer holds is refused.

    What the seller was asked for is settled with it, and what was suspended for it goes on.
    """
    # Requests before the seller, as the sweep does that marks them as missed.
    list(_unsettled(seller).select_for_update(no_key=True, of=("self",)).order_by("pk"))
    seller = Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    at = timezone.now()
    wanted = list(Terms.objects.filter(pk__in=terms_ids).select_related("service").order_by("kind"))
    services = {terms.service_id: terms.service for terms in wanted}
    in_force = [found for service in services.values() for found in current(service, at)]
    if len(wanted) < len(set(terms_ids)) or any(terms not in in_force for terms in wanted):
        raise Refused(
            _("The conditions have changed meanwhile. Please read them and agree again."),
            code="terms_changed",
        )
    agreed = set(Acceptance.objects.filter(seller=seller).values_list("terms_id", flat=True))
    fresh = [terms for terms in wanted if terms.pk not in agreed]
    made = Acceptance.objects.bulk_create(
        Acceptance(terms=terms, seller=seller, user=by, accepted_at=at) for terms in fresh
    )
    journal.write_many(
        journal.line(
            seller,
            "terms_accepted",
            at=at,
            actor=journal.Actor.SELLER,
            user=by,
            document=terms.kind,
            version=terms.version,
        )
        for terms in fresh
    )
    _settle(seller, wanted, at)
    return made


@transaction.atomic
def publish(
    service: Service,
    *,
    kind: str,
    version: str,
    bodies: Mapping[str, str],
    summaries: Mapping[str, str],
    by: User,
    valid_from: datetime | None = None,
    agree_within: timedelta | None = None,
) -> Terms:
    """The version holds from `valid_from` on, or at once; whoever opts in agrees to it from then
    on, and active sellers are asked with a date (rulings 15).

    Refused in one sentence when a text is missing, the moment is over, or the version is there.
    """
    # One at a time: of two admins with the same version the second is told.
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    at = timezone.now()
    bodies, summaries, version = rules.tidy(bodies), rules.tidy(summaries), version.strip()
    _refuse_incomplete(version, bodies, summaries, agree_within)
    if valid_from is not None and valid_from < at:
        raise Refused(
            _("A version cannot begin in the past. Please choose a later moment, or none."),
            code="in_the_past",
        )
    valid_from = valid_from or at
    others = Terms.objects.filter(service=service, kind=kind)
    words = {"document": Terms.Kind(kind).label, "version": version}
    if others.filter(version__iexact=version).exists():
        raise Conflict(
            _("%(document)s: version %(version)s is there already. Please give it another name.")
            % words,
            code="version_taken",
        )
    if same := others.filter(valid_from=valid_from).first():
        raise Conflict(
            _("Version %(other)s begins at the same moment. Please choose another one.")
            % {"other": same.version},
            code="moment_taken",
        )
    document = Terms.objects.create(
        service=service,
        kind=kind,
        version=version,
        valid_from=valid_from,
        bodies=bodies,
        summaries=summaries,
        agree_within=agree_within,
        published_by=by,
    )
    journal.write(
        document,
        "terms_published",
        at=at,
        actor=journal.Actor.ADMIN,
        user=by,
        document=kind,
        version=version,
        valid_from=valid_from,
        agree_within_days=agree_within and agree_within.days,
    )
    return document


def _refuse_incomplete(
    version: str,
    bodies: Mapping[str, str],
    summaries: Mapping[str, str],
    agree_within: timedelta | None,
) -> None:
    if not rules.VERSION.fullmatch(version):
        raise Refused(
            _("Please name the version with letters, digits, dots and hyphens, such as 2027-01."),
            code="bad_version",
        )
    if rules.missing(bodies) or rules.missing(summaries):
        raise Refused(
            _("Please write the text and what is new in German, Chinese and English."),
            code="text_missing",
        )
    too_long = any(len(text) > rules.LONGEST_TEXT for text in bodies.values())
    if too_long or any(len(text) > rules.LONGEST_SUMMARY for text in summaries.values()):
        raise Refused(_("A text is too long. Please shorten it."), code="too_long")
    if agree_within is not None and not rules.SHORTEST <= agree_within <= rules.LONGEST:
        raise Refused(_("Please give sellers between 1 and 365 days to agree."), code="bad_span")


def _unsettled(seller: Seller) -> models.QuerySet[TermsRequest]:
    return TermsRequest.objects.filter(seller=seller).exclude(status=Status.AGREED)


def _settle(seller: Seller, agreed: Collection[Terms], at: datetime) -> None:
    """Requests for these versions, or for older ones of the same documents, are settled; a service
    for which nothing is missed any more goes on.
    """
    newest = {(terms.service_id, terms.kind): terms.valid_from for terms in agreed}
    still_missed: set[int] = set()
    for request in _unsettled(seller).select_related("terms").order_by("pk"):
        document = request.terms
        agreed_up_to = newest.get((document.service_id, document.kind))
        if agreed_up_to is not None and document.valid_from <= agreed_up_to:
            move(request, Status.AGREED, settled_at=at, remind_due_at=None)
        elif request.status == Status.MISSED:
            still_missed.add(document.service_id)
    for service_id in {terms.service_id for terms in agreed} - still_missed:
        _suspensions.end(seller, service_id, at)
