"""The waiting list on the desk: invite with one button, or decline (P17)."""

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from csba import places
from csba.errors import DomainError, refusals_as_messages
from csba.staff import DeskRequest, Page, frame, needs
from sellers.models import Interest, Membership, Seller
from sellers.operations import interest as waiting
from sellers.rules import countries

READ: Final = "sellers.view_interest"
SETTLE: Final = "sellers.settle_interest"
PAGE: Final = 30
LONGEST: Final = 2000
Status = Interest.Status

_TABS: Final = {
    "waiting": (Status.WAITING, pgettext_lazy("interest", "Waiting")),
    "invited": (Status.INVITED, pgettext_lazy("interest", "Invited")),
    "declined": (Status.DECLINED, pgettext_lazy("interest", "Declined")),
}


@require_safe
@needs(READ)
def show_waiting(request: DeskRequest) -> HttpResponse:
    """Who waits, the longest first; or who was settled, the newest first."""
    return _page(request)


@require_POST
@needs(SETTLE)
def invite(request: DeskRequest, pk: int) -> HttpResponse:
    """The seller is made if unknown and invited; of two admins one wins, the other reads so."""
    row = _get(pk)
    try:
        waiting.invite(row, by=request.user, checked=bool(request.POST.get("checked")))
    except DomainError as refusal:
        return _page(request, kept={"pk": pk, "refusal": str(refusal)}, status=HTTPStatus.CONFLICT)
    told = {"company": row.company, "email": row.email}
    words = _("%(company)s is invited: the letter goes to %(email)s.")
    messages.success(request, words % told)
    return redirect("admin:waiting-list")


@require_POST
@needs(SETTLE)
def decline(request: DeskRequest, pk: int) -> HttpResponse:
    """The person is told why, politely; a refusal keeps the reason that was typed."""
    row, reason = _get(pk), request.POST.get("reason", "")[:LONGEST]
    try:
        waiting.decline(row, by=request.user, reason=reason)
    except DomainError as refusal:
        kept = {"pk": pk, "refusal": str(refusal), "reason": reason, "declining": True}
        return _page(request, kept=kept, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("Declined. The letter is on its way to %(email)s.") % vars(row))
    return redirect("admin:waiting-list")


@require_POST
@needs(SETTLE)
def put_back(request: DeskRequest, pk: int) -> HttpResponse:
    """A declined one waits again."""
    row = _get(pk)
    with refusals_as_messages(request):
        waiting.put_back(row, by=request.user)
        messages.success(request, _("%(company)s is on the waiting list again.") % vars(row))
    return redirect("admin:waiting-list")


def _get(pk: int) -> Interest:
    """A row of the list; unconfirmed ones are nobody's business yet."""
    found = Interest.objects.exclude(status=Status.UNCONFIRMED).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: DeskRequest, kept: dict[str, Any] | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    at = timezone.now()
    show = request.GET.get("show", "waiting")
    show = show if show in _TABS else "waiting"
    found, after = _rows(show, request.GET.get("after", ""))
    known = _known(found) if show == "waiting" else {}
    kept = kept or {}
    rows = [_row(one, known.get(one.merchant_id), kept) for one in found]
    context: dict[str, Any] = {
        "rows": rows,
        # Settled meanwhile by somebody else: the sentence then stands above the list.
        "refusal": "" if any(row["refusal"] for row in rows) else kept.get("refusal", ""),
        "tabs": [
            {"key": key, "label": label, "here": key == show}
            for key, (_status, label) in _TABS.items()
        ],
        "show": show,
        "after": after,
        "may_settle": request.user.has_perm(SETTLE),
        "longest": LONGEST,
        "topics": "queue",
        "section": "queue",
    }
    context |= frame(request, at, here="waiting-list")
    return render(request, "sellers/desk/interest.html", context, status=status)


def _rows(show: str, after: str) -> tuple[list[Interest], str]:
    rows: QuerySet[Interest] = Interest.objects.filter(status=_TABS[show][0])
    place = places.read(after)
    if show == "waiting":
        rows = rows.order_by("confirmed_at", "pk")
        if place is not None:
            rows = rows.filter(confirmed_at__gte=place[0])
            rows = rows.exclude(confirmed_at=place[0], pk__lte=place[1])
    else:
        rows = rows.order_by("-settled_at", "-pk")
        if place is not None:
            rows = rows.filter(settled_at__lte=place[0])
            rows = rows.exclude(settled_at=place[0], pk__gte=place[1])
    found = list(rows.select_related("settled_by")[: PAGE + 1])
    if len(found) <= PAGE:
        return found, ""
    last = found[PAGE - 1]
    moment = last.confirmed_at if show == "waiting" else last.settled_at
    assert moment is not None
    return found[:PAGE], places.written(moment, last.pk)


def _known(found: list[Interest]) -> dict[str, tuple[Seller, set[str]]]:
    """The sellers whose merchant ids these are, with every address that is theirs; two
    statements.
    """
    sellers = Seller.objects.filter(merchant_id__in={one.merchant_id for one in found})
    known = {seller.merchant_id: (seller, {seller.default_email.lower()}) for seller in sellers}
    members = Membership.objects.filter(seller__in=[seller for seller, _emails in known.values()])
    for merchant_id, email in members.values_list("seller__merchant_id", "user__email"):
        known[merchant_id][1].add(email)
    return known


def _row(
    one: Interest, known: tuple[Seller, set[str]] | None, kept: dict[str, Any]
) -> dict[str, Any]:
    mine = kept if kept.get("pk") == one.pk else {}
    return {
        "pk": one.pk,
        "company": one.company,
        "merchant": one.merchant_id,
        "email": one.email,
        "country": countries.named(one.country),
        "language": one.get_language_display(),
        "words": one.words,
        "since": one.confirmed_at,
        "settled_at": one.settled_at,
        "by": str(one.settled_by or ""),
        "reason": one.reason,
        "known_as": known[0].name if known else "",
        "others": known is not None and one.email not in known[1],
        "refusal": mine.get("refusal", ""),
        "typed": mine.get("reason", ""),
        "declining": mine.get("declining", False),
    }


PAGES: list[Page] = [
    ("waiting-list/", show_waiting, "waiting-list"),
    ("waiting-list/<int:pk>/invite/", invite, "invite-interest"),
    ("waiting-list/<int:pk>/decline/", decline, "decline-interest"),
    ("waiting-list/<int:pk>/back/", put_back, "put-back-interest"),
]
