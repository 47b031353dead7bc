"""Asking active sellers for a new version of the terms, reminding them, and what follows when the
date is over (rulings 15): the clock's part of sellers.operations.terms.

Locks, so that nobody waits in a circle: requests first, then sellers by their key, then active
stints. Agreeing goes the same way. Activating holds pending stints and then sellers: an active
stint is never among those it holds.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Greatest

from csba import promises
from csba.bulk import insert
from csba.health.models import Heartbeat
from csba.journal import write as journal
from csba.outbox.enqueue import enqueue_many
from csba.sweep import sweep
from sellers import notices
from sellers.models import Acceptance, Enrolment, Seller, Suspension, Terms, TermsRequest
from sellers.operations import _suspensions
from sellers.rules import terms as rules

BATCH: Final = 500
LOOK_AGAIN: Final = timedelta(hours=1)
"""So long after the first time it is looked who has opted in just before the version began."""

Status = TermsRequest.Status


def ask_active(at: datetime) -> int:
    """Every seller who is signed up and has not agreed to a version in force is asked for it, with
    a date and a letter, once; returns how many were asked.

    One commit for each 500 sellers: what breaks off goes on with the next tick.
    """
    asked = 0
    for document in _to_ask_for(at):
        found, after = 0, 0
        while keys := _next_keys(document, after):
            found += _ask(document, keys, at)
            after = keys[-1]
        if document.asked_at is None:
            Terms.objects.filter(pk=document.pk, asked_at__isnull=True).update(asked_at=at)
            journal.write(
                document,
                "terms_asked",
                at=at,
                actor=journal.Actor.CLOCK,
                version=document.version,
                sellers=found,
            )
        asked += found
    Heartbeat.objects.beat("ask_for_new_terms", at=at, count=asked, failed=0)
    return asked


def remind(at: datetime) -> int:
    """Whoever has not agreed yet and is signed up has a letter at each of the promised times left;
    returns how many.
    """
    due = TermsRequest.objects.to_remind(at).filter(Exists(_signed_up("terms__service")))
    return sweep(
        "remind_of_terms",
        due.order_by("remind_due_at", "id"),
        stamps={"remind_due_at": _next_reminder(at)},
        effects=_reminded,
        at=at,
    )


def suspend_overdue(at: datetime) -> int:
    """Whoever has not agreed by the date gets no new coverage from `at` on; what runs goes on.
    Returns how many requests were missed.
    """
    return sweep(
        "suspend_without_terms",
        TermsRequest.objects.overdue(at).order_by("agree_by", "id"),
        stamps={"status": Status.MISSED, "settled_at": at, "remind_due_at": None},
        effects=_suspensions.begin,
        at=at,
    )


def _to_ask_for(at: datetime) -> list[Terms]:
    """Of each document the version in force, if nobody was asked for it yet, or only just."""
    newest = Terms.objects.filter(valid_from__lte=at).order_by(
        "service", "kind", "-valid_from", "-pk"
    )
    return [
        document
        for document in newest.distinct("service", "kind")
        if document.asked_at is None or document.asked_at > at - LOOK_AGAIN
    ]


def _signed_up(service: str) -> QuerySet[Enrolment]:
    """For Exists: the running stints of a row's seller with the service under this name."""
    return Enrolment.objects.current().filter(
        seller=OuterRef("seller_id"), service=OuterRef(service)
    )


def _unasked(document: Terms) -> QuerySet[Seller]:
    """Signed up, without having agreed to this version or being asked for it."""
    running = Enrolment.objects.current().filter(seller=OuterRef("pk"), service=document.service_id)
    agreed = Acceptance.objects.filter(terms=document, seller=OuterRef("pk"))
    asked = TermsRequest.objects.filter(terms=document, seller=OuterRef("pk"))
    return Seller.objects.filter(Exists(running), ~Exists(agreed), ~Exists(asked)).order_by("pk")


def _next_keys(document: Terms, after: int) -> list[int]:
    return list(_unasked(document).filter(pk__gt=after).values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _ask(document: Terms, keys: Sequence[int], at: datetime) -> int:
    """Requests and letters for those of these sellers who still need one; seven statements."""
    older = TermsRequest.objects.filter(
        seller__in=keys,
        status=Status.OPEN,
        terms__service=document.service_id,
        terms__kind=document.kind,
        terms__valid_from__lt=document.valid_from,
    )
    # One that is held is being settled at this moment.
    older_keys = list(
        older.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    locked = Seller.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    list(locked.values_list("pk", flat=True))
    # Looked at again under the lock: they may have agreed, or another worker may have asked them.
    sellers = list(_unasked(document).filter(pk__in=keys).only(*notices.OF_A_SELLER))
    agree_by = at + (document.agree_within or promises.terms_notice(at))
    remind_due_at = rules.next_reminder(agree_by, at, promises.terms_reminders(at))
    requests = [
        TermsRequest(
            terms=document,
            seller=seller,
            asked_at=at,
            agree_by=agree_by,
            remind_due_at=remind_due_at,
        )
        for seller in sellers
    ]
    insert(requests)
    # A promised date is kept: who was asked for an older version has the time of the newer one.
    TermsRequest.objects.filter(pk__in=older_keys, seller__in=sellers).update(
        agree_by=Greatest(F("agree_by"), Value(agree_by)), remind_due_at=None
    )
    suspended = set(
        Suspension.objects.filter(
            enrolment__seller__in=sellers, reason=Suspension.Reason.TERMS, until_at__isnull=True
        ).values_list("enrolment__seller_id", flat=True)
    )
    enqueue_many(
        notices.terms_asked(request, suspended=request.seller_id in suspended)
        for request in requests
    )
    return len(requests)


def _next_reminder(at: datetime) -> Case:
    """The moment of the next reminder, or null, as the database works it out."""
    due: Any = F("agree_by")
    spans = promises.terms_reminders(at)
    return Case(*(When(agree_by__gt=at + span, then=due - span) for span in spans))


def _reminded(requests: Sequence[TermsRequest], at: datetime) -> None:
    sellers = Seller.objects.only(*notices.OF_A_SELLER).in_bulk(
        {request.seller_id for request in requests}
    )
    documents = Terms.objects.in_bulk({request.terms_id for request in requests})
    for request in requests:
        request.seller, request.terms = sellers[request.seller_id], documents[request.terms_id]
    journal.write_many(
        journal.line(
            request,
            "terms_reminded",
            at=at,
            actor=journal.Actor.CLOCK,
            agree_by=request.agree_by,
        )
        for request in requests
    )
    enqueue_many(notices.terms_reminder(request, at=at) for request in requests)
