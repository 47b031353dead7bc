"""Accounts on the desk: what the marketplace tells about them, by file and by hand (P9)."""

import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from csba import places
from csba.errors import DomainError
from csba.staff import DeskRequest, Page, frame, needs
from sellers.desk.invitation_forms import MerchantIdField
from sellers.feeds import account_status
from sellers.feeds.facts import NotReadable
from sellers.models import Enrolment, Seller, Suspension
from sellers.operations import standing
from sellers.operations.batches import Report

READ: Final = "sellers.view_seller"
RECORD: Final = "sellers.record_standing"
PAGE: Final = 50
LARGEST: Final = 2 * 1024 * 1024
"""Bytes of an uploaded file; larger ones are for the command."""
SHOWN: Final = 200
"""Bad rows that the page shows; the count is of all."""


class RecordForm(forms.Form):
    """One account as a person of the desk has learnt it."""

    merchant_id = MerchantIdField(
        error_messages={"required": gettext_lazy("Please give the seller's merchant id.")}
    )
    professional = forms.ChoiceField(
        label=gettext_lazy("Professional plan"),
        required=False,
        choices=[
            ("", pgettext_lazy("account status", "No news")),
            ("yes", pgettext_lazy("account status", "Yes")),
            ("no", pgettext_lazy("account status", "No")),
        ],
    )
    standing = forms.ChoiceField(
        label=gettext_lazy("Standing"),
        required=False,
        choices=[("", pgettext_lazy("account status", "No news")), *Seller.Standing.choices],
    )
    reason = forms.CharField(
        label=gettext_lazy("Where this is known from"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept in the journal; the seller does not read it."),
        error_messages={"required": gettext_lazy("Please say where this is known from.")},
    )

    def clean(self) -> dict[str, Any]:
        """The seller, and that something is told."""
        given: dict[str, Any] = super().clean() or {}
        if not (given.get("professional") or given.get("standing")) and not self.errors:
            self.add_error(None, _("Please choose what is known: the plan, the standing or both."))
        if merchant_id := given.get("merchant_id"):
            given["seller"] = Seller.objects.filter(merchant_id=merchant_id).first()
            if given["seller"] is None:
                self.add_error("merchant_id", _("No seller here has this merchant id."))
        return given


@require_safe
@needs(READ)
def show_accounts(request: DeskRequest) -> HttpResponse:
    """Accounts that are not fit, the newest news first; or those at risk."""
    merchant = {"merchant_id": request.GET.get("merchant", "")[:20]}
    return _page(request, RecordForm(initial=merchant))


@require_POST
@needs(RECORD)
def record(request: DeskRequest) -> HttpResponse:
    """One account by hand, as of now; a refusal keeps what was typed."""
    form = RecordForm(request.POST)
    if form.is_valid():
        given, plan = form.cleaned_data, form.cleaned_data["professional"]
        try:
            standing.record(
                given["seller"],
                professional=None if not plan else plan == "yes",
                standing=given["standing"] or None,
                as_of=timezone.now(),
                by=request.user,
                reason=given["reason"],
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("Recorded for %(seller)s.") % {"seller": given["seller"].name}
            messages.success(request, words)
            return redirect("admin:standing")
    return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@needs(RECORD)
def import_file(request: DeskRequest) -> HttpResponse:
    """The same file that the command takes; the page says what became of its rows."""
    file = request.FILES.get("file")
    refusal, report = "", None
    if file is None:
        refusal = _("Please choose a file.")
    elif (file.size or 0) > LARGEST:
        refusal = _("The file is too large for this page. Please split it into several.")
    else:
        try:
            rows = account_status.read(io.BytesIO(file.read()))
            report = standing.take_in(rows, by=request.user)
        except NotReadable as problem:
            refusal = str(problem)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK
    return _page(request, RecordForm(), report=report, refusal=refusal, status=status)


def not_fit() -> QuerySet[Seller]:
    """Sellers whose new orders are not covered because of their account."""
    return Seller.objects.filter(Q(professional=False) | Q(standing=Seller.Standing.DEACTIVATED))


def _page(
    request: DeskRequest,
    form: RecordForm,
    *,
    report: Report | None = None,
    refusal: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    at = timezone.now()
    at_risk = request.GET.get("show") == "risk"
    rows = Seller.objects.filter(standing=Seller.Standing.AT_RISK) if at_risk else not_fit()
    rows = rows.annotate(moment=Coalesce("standing_as_of", "created_at"))
    if (place := places.read(request.GET.get("after", ""))) is not None:
        rows = rows.filter(moment__lte=place[0]).exclude(moment=place[0], pk__gte=place[1])
    found = list(rows.order_by("-moment", "-pk")[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    pauses = _suspended(found)
    context: dict[str, Any] = {
        "rows": [_row(seller, pauses[seller.pk]) for seller in found],
        "at_risk": at_risk,
        "after": places.written(_moment(found[-1]), found[-1].pk) if more else "",
        "form": form,
        "may_record": request.user.has_perm(RECORD),
        "report": report,
        "problems": report.problems[:SHOWN] if report is not None else [],
        "refusal": refusal,
        "topics": "queue",
        "section": "queue",
    }
    context |= frame(request, at, here="standing")
    return render(request, "sellers/desk/standing.html", context, status=status)


def _moment(seller: Seller) -> datetime:
    return seller.standing_as_of or seller.created_at


def _suspended(sellers: Sequence[Seller]) -> defaultdict[int, list[Suspension]]:
    """The open suspensions of running stints by seller; one statement."""
    found: defaultdict[int, list[Suspension]] = defaultdict(list)
    if sellers:
        rows = Suspension.objects.filter(
            enrolment__seller__in=sellers,
            enrolment__status=Enrolment.Status.ACTIVE,
            until_at__isnull=True,
        ).select_related("enrolment__service")
        for pause in rows.order_by("from_at", "pk"):
            found[pause.enrolment.seller_id].append(pause)
    return found


def _row(seller: Seller, pauses: list[Suspension]) -> dict[str, Any]:
    deactivated = seller.standing == Seller.Standing.DEACTIVATED
    return {
        "name": seller.name,
        "merchant": seller.merchant_id,
        "standing": seller.get_standing_display(),
        "level": "bad" if deactivated else ("warn" if seller.standing == "AT_RISK" else "ok"),
        "professional": seller.professional,
        "as_of": seller.standing_as_of,
        "pauses": [
            {
                "service": pause.enrolment.service.name,
                "reason": pause.get_reason_display(),
                "from_at": pause.from_at,
            }
            for pause in pauses
        ],
    }


PAGES: list[Page] = [
    ("standing/", show_accounts, "standing"),
    ("standing/record/", record, "record-standing"),
    ("standing/import/", import_file, "import-standing"),
]
