"""Product pages: what they could not answer, per product, in the wording buyers used (P24)."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import messages
from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from csba import places
from csba.staff import Page
from inquiries.models import PageGap
from inquiries.operations import page_gaps
from sellers.access import SellerRequest, acting_seller_required, seller_required
from sellers.models import Seller

PAGE: Final = 20
WORDINGS: Final = 8
"""So many wordings a product are shown, the newest first; the count says how many there are."""

LATELY: Final = timedelta(days=30)
MOST_DONE: Final = 20

_PRODUCT: Final = ("marketplace_id", "asin")


@require_safe
@seller_required
def show_gaps(request: SellerRequest) -> HttpResponse:
    """The products with open questions, the one asked about last first; below them what was
    updated lately. Four statements, however many there are.
    """
    place = places.read(request.GET.get("after", ""))
    groups = list(_groups(request.seller, place)[: PAGE + 1])
    shown = groups[:PAGE]
    after = ""
    if len(groups) > PAGE:
        after = places.written(shown[-1]["last"], shown[-1]["last_pk"])
    context = {
        "products": _products(request.seller, shown),
        "done": _done(request.seller, timezone.now()) if place is None else [],
        "after": after,
        "begins": place is None,
    }
    return render(request, "inquiries/portal/gaps.html", context)


@require_POST
@acting_seller_required
def close_gaps(request: SellerRequest, marketplace: str, asin: str) -> HttpResponse:
    """What stood on the page as it was drawn is ticked off; what came since stays."""
    theirs = PageGap.objects.for_seller(request.seller)
    if not theirs.filter(marketplace_id=marketplace, asin=asin).exists():
        raise Http404
    seen = places.read(request.POST.get("seen", ""))
    if seen is None:
        messages.error(request, _("Please press “Updated” once more at the product."))
        return redirect("portal:pages")
    count = page_gaps.close(
        request.seller, marketplace_id=marketplace, asin=asin, seen=seen[0], by=request.user
    )
    if count:
        said = ngettext(
            "Thank you: %(count)d question is ticked off.",
            "Thank you: %(count)d questions are ticked off.",
            count,
        )
        messages.success(request, said % {"count": count})
    return redirect("portal:pages")


def _groups(seller: Seller, place: tuple[datetime, int] | None) -> "QuerySet[PageGap, Any]":
    """Products with open questions, the newest question first."""
    rows = PageGap.objects.for_seller(seller).open().values(*_PRODUCT)
    groups = rows.annotate(missing=Count("pk"), last=Max("asked_at"), last_pk=Max("pk"))
    if place is not None:
        moment, pk = place
        groups = groups.filter(Q(last__lt=moment) | Q(last=moment, last_pk__lt=pk))
    return groups.order_by("-last", "-last_pk")


def _products(seller: Seller, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The groups with their wordings, and since when they are asked again."""
    if not groups:
        return []
    of_these = Q(asin__in=[group["asin"] for group in groups])
    nth = Window(
        RowNumber(), partition_by=[F(name) for name in _PRODUCT], order_by=["-asked_at", "-pk"]
    )
    rows = PageGap.objects.for_seller(seller).filter(of_these)
    wordings: dict[tuple[str, str], list[PageGap]] = {}
    for gap in rows.open().annotate(nth=nth).filter(nth__lte=WORDINGS).order_by("nth"):
        wordings.setdefault((gap.marketplace_id, gap.asin), []).append(gap)
    updated = {
        (row["marketplace_id"], row["asin"]): row["updated"]
        for row in rows.filter(closed_at__isnull=False)
        .values(*_PRODUCT)
        .annotate(updated=Max("closed_at"))
    }
    found = []
    for group in groups:
        key = (group["marketplace_id"], group["asin"])
        gaps = wordings.get(key, [])
        found.append(
            {
                **group,
                "title": next((gap.title for gap in gaps if gap.title), group["asin"]),
                "gaps": gaps,
                "more": group["missing"] - len(gaps),
                "updated": updated.get(key),
                "seen": places.written(group["last"], group["last_pk"]),
            }
        )
    return found


def _done(seller: Seller, at: datetime) -> list[dict[str, Any]]:
    """Products whose last question was ticked off within the last days."""
    rows = PageGap.objects.for_seller(seller).values(*_PRODUCT)
    counted = rows.annotate(
        missing=Count("pk", filter=Q(closed_at__isnull=True)),
        updated=Max("closed_at"),
        title=Max("title"),
        answered=Count("pk"),
    )
    lately = counted.filter(missing=0, updated__gte=at - LATELY)
    return list(lately.order_by("-updated", "asin")[:MOST_DONE])


PAGES: list[Page] = [
    ("pages/", show_gaps, "pages"),
    ("pages/<str:marketplace>/<str:asin>/updated", close_gaps, "close-gaps"),
]
