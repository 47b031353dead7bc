"""The seller's ledger and claims: what was debited and why, and what should not have been."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from csba.errors import DomainError
from csba.money import shown
from csba.staff import Page
from returns.access_money import evidence, get_claim, get_line
from returns.models import Claim, Refund
from returns.notifications.money import clause_words
from returns.operations import claims
from returns.portal import ledger_rows
from returns.rules import book, places
from sellers.access import SellerRequest, acting_seller_required, seller_required
from sellers.models import LedgerLine

LONGEST: Final = 4000


class Files(forms.FileField):
    """Any number of files, each read up to just over what is taken."""

    widget = forms.ClearableFileInput

    def clean(self, data: Any, initial: Any = None) -> list[tuple[str, bytes]]:
        """Name and content of each."""
        found: Sequence[UploadedFile] = data or []
        return [(str(one.name), one.read(claims.LARGEST + 1)) for one in found]


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class ClaimForm(forms.Form):
    """Why the seller should not bear a debit."""

    ground = forms.ChoiceField(label=gettext_lazy("Ground"), choices=Claim.Ground.choices)
    words = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Please say what happened.")},
    )
    proofs = Files(
        label=gettext_lazy("Evidence"),
        required=False,
        widget=ManyFiles(attrs={"multiple": True, "accept": ".pdf,.png,.jpg,.jpeg"}),
    )


@require_safe
@seller_required
def ledger(request: SellerRequest) -> HttpResponse:
    """What the seller owes and is owed, line by line."""
    at = timezone.now()
    wanted = _wanted(request)
    rows, after = ledger_rows.page(
        request.seller, wanted, after=request.GET.get("after", ""), at=at
    )
    chosen = {"kind": wanted.kind, "month": wanted.month_text}
    context = {
        "rows": rows,
        "wanted": wanted,
        "kinds": LedgerLine.Kind.choices,
        "months": ledger_rows.months(request.seller, at),
        "balances": ledger_rows.balances(request.seller),
        "totals": ledger_rows.totals(wanted.over(request.seller)) if rows else [],
        "filtered": bool(wanted.kind or wanted.month),
        "query": urlencode({name: value for name, value in chosen.items() if value}),
        "after": urlencode({**chosen, "after": after}) if after else "",
    }
    return render(request, "returns/portal/ledger.html", context)


@require_safe
@seller_required
def ledger_csv(request: SellerRequest) -> HttpResponse:
    """The same lines for a spreadsheet, all of them."""
    wanted = _wanted(request)
    lines = ledger_rows.as_csv(wanted.over(request.seller))
    name = "-".join(filter(None, ["ledger", wanted.kind.lower(), wanted.month_text]))
    response = HttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@seller_required
def ledger_line(request: SellerRequest, pk: int) -> HttpResponse:
    """One line with its reason, its rule and what can be done about it."""
    return _line(request, get_line(request.seller, pk), ClaimForm())


@require_POST
@acting_seller_required
def file_claim(request: SellerRequest, pk: int) -> HttpResponse:
    """The seller claims a debit back; on an error the page comes back with the typed text."""
    line = get_line(request.seller, pk)
    form = ClaimForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        try:
            claim = claims.file(
                line,
                ground=said["ground"],
                words=said["words"],
                evidence=said["proofs"],
                by=request.user,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            line = get_line(request.seller, pk)  # without the claim that was not kept
        else:
            messages.success(request, _("Thank you. We look at your claim and tell you here."))
            return redirect("returns:claim", claim.number)
    return _line(request, line, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_safe
@seller_required
def claim_list(request: SellerRequest) -> HttpResponse:
    """The seller's claims, newest first."""
    rows = Claim.objects.for_seller(request.seller).select_related("debit__order")
    if (place := places.read(request.GET.get("after", ""))) is not None:
        rows = rows.filter(filed_at__lte=place[0]).exclude(filed_at=place[0], pk__gte=place[1])
    found = list(rows.order_by("-filed_at", "-pk")[: ledger_rows.PAGE + 1])
    more = len(found) > ledger_rows.PAGE
    found = found[: ledger_rows.PAGE]
    context = {
        "rows": [
            {
                "claim": claim,
                "amount": shown(claim.amount, claim.currency),
                "badge": _badge(claim),
            }
            for claim in found
        ],
        "after": places.written(found[-1].filed_at, found[-1].pk) if more else "",
    }
    return render(request, "returns/portal/claims.html", context)


@require_safe
@seller_required
def show_claim(request: SellerRequest, number: str) -> HttpResponse:
    """One claim, and what became of it."""
    claim = get_claim(number, request.seller)
    context = {
        "claim": claim,
        "badge": _badge(claim),
        "amount": shown(claim.amount, claim.currency),
        "granted": shown(claim.granted, claim.currency) if claim.granted is not None else "",
        "files": claim.files.select_related("file"),
    }
    return render(request, "returns/portal/claim.html", context)


@require_safe
@seller_required
def claim_file(request: SellerRequest, number: str, pk: int) -> Any:
    """A piece of the seller's own evidence."""
    return evidence(get_claim(number, request.seller), pk)


def _wanted(request: SellerRequest) -> ledger_rows.Filter:
    return ledger_rows.chosen(request.GET.get("kind", ""), request.GET.get("month", ""))


def _line(
    request: SellerRequest, line: LedgerLine, form: ClaimForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    at = timezone.now()
    claim = getattr(line, "claim", None)
    refund = (
        Refund.objects.for_seller(request.seller)
        .filter(number=line.reference)
        .select_related("request")
        .first()
        if line.kind == LedgerLine.Kind.REFUND
        else None
    )
    context = {
        "line": line,
        "amount": ledger_rows.signed(line.amount, line.currency),
        "rule": clause_words(line.clause),
        "state": ledger_rows.state(line, at),
        "claim": claim,
        "refusal": "" if claim else claims.refusal(line, at),
        "until": line.at + book.claim_window(line.at),
        "refund": refund,
        "parts": [
            {"part": part, "amount": shown(part.amount, line.currency)}
            for part in refund.lines.select_related("line")
        ]
        if refund
        else [],
        "needs": [
            (Claim.Ground(ground).label, count)
            for ground, count in book.claim_evidence(at).items()
            if count and ground in Claim.Ground.values
        ],
        "may_act": request.membership.may_act,
        "form": form,
        "most_files": claims.MOST_FILES,
        "largest": claims.LARGEST,
    }
    return render(request, "returns/portal/ledger_line.html", context, status=status)


def _badge(claim: Claim) -> str:
    return {Claim.Status.GRANTED: "ok", Claim.Status.DECLINED: "bad"}.get(
        Claim.Status(claim.status), "warn"
    )


PAGES: list[Page] = [
    ("ledger/", ledger, "ledger"),
    ("ledger/lines.csv", ledger_csv, "ledger-csv"),
    ("ledger/<int:pk>/", ledger_line, "ledger-line"),
    ("ledger/<int:pk>/claim", file_claim, "file-claim"),
    ("claims/", claim_list, "claims"),
    ("claims/<str:number>/", show_claim, "claim"),
    ("claims/<str:number>/files/<int:pk>", claim_file, "claim-file"),
]
