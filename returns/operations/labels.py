"""The label of a return: asked for by a key before the carrier is, fetched after the commit.

The row with its key is written in the transaction that authorises; the carrier is asked outside of
any transaction and answers the same key with the same label. So a crash at any place makes no
second label, and no label is forgotten: the sweep fetches what is missing.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.files import operations as files
from csba.health.models import Heartbeat
from csba.journal import write as journal
from returns.gateways import label as gateway
from returns.gateways.label import Place
from returns.models import ReturnAddress, ReturnLabel, ReturnRequest
from returns.notifications import returns as letters
from returns.operations import keeping
from returns.reasons import LabelKind
from returns.rules import book
from sellers.models import LedgerLine, Order, Seller
from sellers.operations import ledger

log = logging.getLogger(__name__)

FETCH = "returns.fetch_labels"
"""The name of the sweep's heartbeat."""

_BATCH = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """A label file as a seller gave it."""

    name: str
    content: bytes
    carrier: str = ""
    tracking_number: str = ""


def want(request: ReturnRequest, kind: LabelKind, *, at: datetime) -> ReturnLabel:
    """The return has a label of this kind, asked for once by its key and fetched after the commit.

    To be called inside the transaction that holds the return. A seller's own label is uploaded
    instead (`upload`).
    """
    running = ReturnLabel.objects.filter(request=request, cancelled_at__isnull=True).first()
    if running is not None:
        return running
    number = ReturnLabel.objects.filter(request=request).count() + 1
    wanted = ReturnLabel.objects.create(
        request=request,
        kind=kind,
        gateway=gateway.carrier().name,
        key=f"return:{request.pk}:label:{number}",
        made_at=at,
    )
    transaction.on_commit(partial(_fetch_quietly, wanted.pk), robust=True)
    return wanted


def fetch(label: ReturnLabel) -> ReturnLabel:
    """The label has its file, its carrier and its cost; gateway.NoLabel when the carrier has none
    yet. Harmless when it is there already.
    """
    if label.file_id is not None or not label.gateway:
        return label
    request = ReturnRequest.objects.select_related("order", "seller", "address").get(
        pk=label.request_id
    )
    made = gateway.carrier().label(
        gateway.Wish(
            key=label.key,
            rma=request.number,
            sender=_of_buyer(request.order),
            receiver=_of_seller(request.seller, request.address),
            prepaid=label.kind == LabelKind.PREPAID,
            at=label.made_at,
        )
    )
    with transaction.atomic():
        now = ReturnLabel.objects.select_for_update().get(pk=label.pk)
        if now.file_id is not None:
            return now
        now.file = files.keep(
            made.pdf,
            name=f"{request.number}.pdf",
            types=files.PAPERS,
            limit=max(book.label_file_most(now.made_at), len(made.pdf)),
        )
        now.carrier, now.tracking_number = made.carrier, made.tracking_number
        now.cost, now.currency = made.cost, made.currency
        now.save(update_fields=["file", "carrier", "tracking_number", "cost", "currency"])
        journal.write(
            request,
            "label_made",
            at=timezone.now(),
            actor=journal.Actor.SYSTEM,
            key=now.key,
            carrier=now.carrier,
            tracking_number=now.tracking_number,
            cost=now.cost,
        )
    return now


def fetch_missing(at: datetime) -> int:
    """Every label that was asked for and is not there yet is fetched; one that cannot be had stops
    no other. Returns how many came.
    """
    waiting = ReturnLabel.objects.filter(
        file__isnull=True, cancelled_at__isnull=True, made_at__lte=at
    ).exclude(gateway="")
    done = failed = 0
    for label in waiting.order_by("pk")[:_BATCH]:
        try:
            fetch(label)
            done += 1
        except Exception:
            log.exception("the label %s could not be fetched", label.key)
            failed += 1
    Heartbeat.objects.beat(FETCH, at=at, count=done, failed=failed)
    return done


@transaction.atomic
def upload(
    request: ReturnRequest, *, file: Upload, by: User | None, tell: bool = True
) -> ReturnLabel:
    """The seller's own label is the return's label and the buyer has a letter with it (unless
    `tell` is off, because another follows); an earlier label no longer counts.
    """
    at = timezone.now()
    now = ReturnRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    if now.status != ReturnRequest.Status.AUTHORISED:
        raise Refused(
            _("A label can be given while the return is authorised and not yet sent."),
            code="wrong_status",
        )
    kept = files.keep(
        file.content, name=file.name, types=files.PAPERS, limit=book.label_file_most(at)
    )
    earlier = ReturnLabel.objects.filter(request=now)
    earlier.filter(cancelled_at__isnull=True).update(cancelled_at=at)
    label = ReturnLabel.objects.create(
        request=now,
        kind=LabelKind.SELLERS,
        key=f"return:{now.pk}:label:{earlier.count() + 1}",
        carrier=file.carrier.strip()[:60],
        tracking_number=file.tracking_number.strip()[:80],
        file=kept,
        made_at=at,
    )
    journal.write(
        now,
        "label_uploaded",
        at=at,
        actor=_actor(by),
        user=by,
        carrier=label.carrier,
        tracking_number=label.tracking_number,
    )
    if tell:
        letters.authorised(now, [one.outcome for one in keeping.read(now).values()])
    return label


def charge(requests: Sequence[ReturnRequest]) -> None:
    """A prepaid label that was used is debited to the seller, once (domain 2.12, 2.18)."""
    used = ReturnLabel.objects.filter(
        request__in=requests,
        kind=LabelKind.PREPAID,
        cancelled_at__isnull=True,
        cost__gt=0,
    ).select_related("request__order", "request__seller")
    for label in used:
        request = label.request
        assert label.cost is not None
        with translation.override(request.seller.language):
            reason = _("Prepaid label of return %(number)s (order %(order)s).") % {
                "number": request.number,
                "order": request.order.number,
            }
        ledger.book(
            request.seller,
            key=f"label:{label.key}",
            kind=LedgerLine.Kind.RETURN_LABEL,
            amount=-label.cost,
            currency=label.currency,
            reason=reason,
            order=request.order,
            clause="return.fault_table",
            reference=request.number,
        )


def _fetch_quietly(pk: int) -> None:
    try:
        fetch(ReturnLabel.objects.get(pk=pk))
    except Exception:
        # The row stays without a file: the sweep asks again, with the same key.
        log.exception("label %s could not be fetched yet", pk)


def _of_buyer(order: Order) -> Place:
    return Place(
        order.ship_name or order.buyer_name,
        tuple(order.ship_lines),
        order.ship_postcode,
        order.ship_city,
        order.ship_country,
    )


def _of_seller(seller: Seller, address: ReturnAddress | None) -> Place:
    if address is None:
        return Place(seller.name, (), "", "", seller.country)
    return Place(
        address.name, tuple(address.lines), address.postcode, address.city, address.country
    )


def _actor(by: User | None) -> journal.Actor:
    if by is None:
        return journal.Actor.SYSTEM
    return journal.Actor.AGENT if by.is_staff else journal.Actor.SELLER
