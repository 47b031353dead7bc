"""Gaps of product pages: what a page could not answer is recorded, and ticked off by its seller
(P24).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from csba.accounts.models import User
from csba.journal import write as journal
from csba.topics import Topic
from inquiries.models import Inquiry, PageGap
from inquiries.rules import answers, gaps, language
from sellers.models import OrderLine, Product, Seller

OF_A_PAGE = frozenset({Topic.PRODUCT, Topic.PRE_ORDER})
"""Topics of questions that a product's page should answer."""


@transaction.atomic
def record(
    inquiry: Inquiry, *, question: str, at: datetime, only_if_silent: bool = False
) -> PageGap | None:
    """The seller finds this question at the product it is about; asked again, it is open again.

    None when it is about no product, or not clear about which, or nothing is left of it without
    the buyer. With `only_if_silent` also when the page has sentences about it.
    """
    if inquiry.seller_id is None:
        return None
    item = gaps.about(_items(inquiry, question), f"{inquiry.subject}\n{question}")
    order = inquiry.order
    personal = gaps.names(inquiry.buyer_name, order.ship_name if order is not None else "")
    if order is not None:
        personal += [*order.ship_lines, order.ship_postcode]
    wording = gaps.wording(question, personal=personal)
    if item is None or not wording:
        return None
    if only_if_silent and answers.passages(_pages(item), question):
        return None
    gap = PageGap(
        seller_id=inquiry.seller_id,
        marketplace_id=item.marketplace_id,
        asin=item.asin,
        title=item.title,
        inquiry=inquiry,
        wording=wording,
        language=language.detect(question, default=inquiry.language),
        asked_at=at,
    )
    PageGap.objects.bulk_create(
        [gap],
        update_conflicts=True,
        unique_fields=["inquiry", "asin"],
        update_fields=["wording", "language", "asked_at", "closed_at", "closed_by"],
    )
    return PageGap.objects.get(inquiry=inquiry, asin=item.asin)


@transaction.atomic
def close(seller: Seller, *, marketplace_id: str, asin: str, seen: datetime, by: User) -> int:
    """What was asked about this page up to `seen` is answered by it now; returns how many
    questions that were. What was asked later stays open.
    """
    at = timezone.now()
    rows = PageGap.objects.for_seller(seller).open()
    rows = rows.filter(marketplace_id=marketplace_id, asin=asin, asked_at__lte=seen)
    found = list(rows.select_for_update().order_by("pk"))
    PageGap.objects.filter(pk__in=[gap.pk for gap in found]).update(closed_at=at, closed_by=by)
    journal.write_many(
        journal.line(gap, "page_updated", at=at, actor=journal.Actor.SELLER, user=by, asin=gap.asin)
        for gap in found
    )
    return len(found)


def _items(inquiry: Inquiry, question: str) -> list[gaps.Item]:
    """The products of the order; without an order those that the buyer names."""
    if inquiry.order_id is not None:
        lines = OrderLine.objects.filter(order=inquiry.order_id).select_related("order")
        return [gaps.Item(line.order.marketplace_id, line.asin, line.title) for line in lines]
    named = gaps.asins(inquiry.subject, question)
    if not named:
        return []
    pages = Product.objects.filter(asin__in=named).order_by("pk")
    return [gaps.Item(page.marketplace_id, page.asin, page.title) for page in pages]


def _pages(item: gaps.Item) -> QuerySet[Product]:
    return Product.objects.filter(marketplace_id=item.marketplace_id, asin=item.asin)
