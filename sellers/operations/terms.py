"""Terms: what is in force, what a seller still has to agree to, and agreeing (P8)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from sellers.models import Acceptance, Seller, Service, Terms


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


@transaction.atomic
def accept(seller: Seller, *, terms_ids: Collection[int], by: User) -> list[Acceptance]:
    """`by` has agreed for the seller to these versions; one that no longer holds is refused."""
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    at = timezone.now()
    wanted = list(Terms.objects.filter(pk__in=terms_ids).select_related("service").order_by("kind"))
    for service in {terms.service for terms in wanted}:
        in_force = current(service, at)
        if any(terms not in in_force for terms in wanted if terms.service_id == service.pk):
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
    return made
