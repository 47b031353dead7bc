"""Suspensions for terms that were not agreed to in time: begun, found at activation, ended (rulings
6 and 15). Those for the account itself are written where its standing is recorded.

Whoever calls this holds the seller's row; running stints are locked after it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from csba.journal import write as journal
from csba.outbox.enqueue import enqueue_many
from sellers import notices, notifications
from sellers.models import Enrolment, Seller, Suspension, Terms, TermsRequest

TERMS = Suspension.Reason.TERMS


def missed(sellers: Collection[int]) -> set[tuple[int, int]]:
    """Who of these has missed the date of a version, as pairs of seller and service; one
    statement.
    """
    rows = TermsRequest.objects.filter(seller__in=sellers, status=TermsRequest.Status.MISSED)
    return set(rows.values_list("seller_id", "terms__service_id"))


def begin(requests: Sequence[TermsRequest], at: datetime) -> None:
    """New orders of these sellers are not covered from `at` on, if their stint is active; each is
    told once. Six statements, however many.
    """
    sellers = Seller.objects.select_for_update(no_key=True).order_by("pk")
    found = sellers.only(*notices.OF_A_SELLER).in_bulk({request.seller_id for request in requests})
    documents = Terms.objects.in_bulk({request.terms_id for request in requests})
    active = {(stint.seller_id, stint.service_id): stint for stint in _active(found)}
    # Who missed two documents at once is suspended once and told once.
    letters, lines, pauses = [], [], {}
    for request in requests:
        request.seller, request.terms = found[request.seller_id], documents[request.terms_id]
        lines.append(
            journal.line(
                request,
                "terms_missed",
                at=at,
                actor=journal.Actor.CLOCK,
                document=request.terms.kind,
                version=request.terms.version,
                agree_by=request.agree_by,
            )
        )
        stint = active.get((request.seller_id, request.terms.service_id))
        if stint is None or stint.pk in pauses:
            continue
        assert stint.active_from is not None
        stint.seller = request.seller
        # Never backwards: orders up to now were promised to be covered.
        from_at = max(at, stint.active_from)
        pauses[stint.pk] = Suspension(enrolment=stint, reason=TERMS, from_at=from_at)
        letters.append(notices.terms_missed(stint, request.terms, from_at=from_at))
        lines.append(
            journal.line(
                stint,
                "suspended",
                at=at,
                actor=journal.Actor.CLOCK,
                reason=TERMS,
                from_at=from_at,
            )
        )
    Suspension.objects.bulk_create(pauses.values())
    journal.write_many(lines)
    enqueue_many(letters)


def end(seller: Seller, service_id: int, at: datetime) -> None:
    """Orders are covered again from `at` on, unless the account itself is not fit; the seller is
    told when nothing suspends any more. Nothing happens where nothing was suspended.
    """
    held = Enrolment.objects.filter(
        seller=seller, service=service_id, status=Enrolment.Status.ACTIVE
    )
    stint = held.select_for_update(no_key=True).first()
    if stint is None:
        return
    open_ones = list(stint.suspensions.filter(until_at__isnull=True))
    over = next((pause for pause in open_ones if pause.reason == TERMS), None)
    if over is None:
        return
    stint.seller = seller
    until = max(at, over.from_at)
    Suspension.objects.filter(pk=over.pk).update(until_at=until)
    journal.write(stint, "resumed", at=at, actor=journal.Actor.SYSTEM, reason=TERMS, until_at=until)
    if len(open_ones) == 1:
        enqueue_many([notifications.resumed(stint, at=until)])


def _active(sellers: Iterable[int]) -> list[Enrolment]:
    """The active stints of these sellers without a suspension for terms, locked until the end of
    this transaction, so that none of them is opted out of meanwhile.
    """
    rows = Enrolment.objects.filter(seller__in=sellers, status=Enrolment.Status.ACTIVE)
    stints = list(rows.select_for_update(no_key=True).order_by("pk"))
    paused = Suspension.objects.filter(
        enrolment__in=stints, reason=TERMS, until_at__isnull=True
    ).values_list("enrolment_id", flat=True)
    already = set(paused)
    return [stint for stint in stints if stint.pk not in already]
