"""Sellers' claims on the desk: the queue, one claim with its evidence, the decision."""

from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from csba.errors import DomainError, Refused
from csba.money import shown
from csba.staff import DeskRequest, Page, frame, needs
from returns.access_money import evidence, get_claim
from returns.models import Claim, Refund
from returns.notifications.money import clause_words
from returns.operations import claims
from returns.rules import places

READ: Final = "returns.view_claim"
DECIDE: Final = "returns.decide_claim"
PAGE: Final = 50
LONGEST: Final = 4000


@require_safe
@needs(READ)
def show_claims(request: DeskRequest) -> HttpResponse:
    """Claims to decide, the oldest first; `?show=all` the decided ones too, the newest first."""
    at = timezone.now()
    everything = request.GET.get("show") == "all"
    rows = Claim.objects.all() if everything else Claim.objects.to_decide()
    if (place := places.read(request.GET.get("after", ""))) is not None:
        moment, pk = place
        if everything:
            rows = rows.filter(filed_at__lte=moment).exclude(filed_at=moment, pk__gte=pk)
        else:
            rows = rows.filter(filed_at__gte=moment).exclude(filed_at=moment, pk__lte=pk)
    order = ("-filed_at", "-pk") if everything else ("filed_at", "pk")
    found = list(rows.select_related("seller", "debit__order").order_by(*order)[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    context: dict[str, Any] = {
        "rows": [
            {
                "claim": claim,
                "amount": shown(claim.amount, claim.currency),
                "badge": _badge(claim),
            }
            for claim in found
        ],
        "everything": everything,
        "after": places.written(found[-1].filed_at, found[-1].pk) if more else "",
        "topics": "queue",
        "section": "queue",
    }
    context |= frame(request, at, here="claims")
    return render(request, "returns/desk/claims.html", context)


@require_safe
@needs(READ)
def show_claim(request: DeskRequest, number: str) -> HttpResponse:
    """One claim: the debit, the seller's words and evidence, the decision."""
    return _page(request, get_claim(number))


@require_POST
@needs(DECIDE)
def decide_claim(request: DeskRequest, number: str) -> HttpResponse:
    """Granted or declined, with a reason; on a refusal what was typed stays."""
    claim = get_claim(number)
    said = {name: request.POST.get(name, "")[:LONGEST] for name in ("outcome", "amount", "reason")}
    try:
        if said["outcome"] == "grant":
            amount = _amount(said["amount"])
            claims.grant(claim, amount=amount, reason=said["reason"], by=request.user)
        elif said["outcome"] == "decline":
            claims.decline(claim, reason=said["reason"], by=request.user)
        else:
            raise Refused(_("Please choose: grant or decline."), code="outcome")
    except DomainError as refusal:
        kept = {**said, "refusal": str(refusal)}
        return _page(request, get_claim(number), kept, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("Decided. The seller is told."))
    return redirect("admin:claim", claim.number)


@require_safe
@needs(READ)
def claim_file(request: DeskRequest, number: str, pk: int) -> Any:
    """A piece of evidence, to save."""
    return evidence(get_claim(number), pk)


def _page(
    request: DeskRequest,
    claim: Claim,
    kept: dict[str, str] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    at = timezone.now()
    refund = (
        Refund.objects.filter(number=claim.debit.reference).select_related("request").first()
        if claim.debit.reference
        else None
    )
    context: dict[str, Any] = {
        "claim": claim,
        "badge": _badge(claim),
        "amount": shown(claim.amount, claim.currency),
        "granted": shown(claim.granted, claim.currency) if claim.granted is not None else "",
        "files": claim.files.select_related("file"),
        "rule": clause_words(claim.debit.clause),
        "refund": refund,
        "needed": claim.facts.get("evidence_needed", 0),
        "may_decide": claim.status == Claim.Status.OPEN and request.user.has_perm(DECIDE),
        "kept": kept or {"amount": str(claim.amount)},
        "longest": LONGEST,
        "topics": "queue",
        "section": "queue",
    }
    context |= frame(request, at, here="claims")
    return render(request, "returns/desk/claim.html", context, status=status)


def _amount(text: str) -> Decimal:
    """As people type it: 12,90 or 12.90."""
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation as problem:
        sentence = _("Please write the amount as a number, such as 12.90.")
        raise Refused(sentence, code="amount") from problem


def _badge(claim: Claim) -> str:
    return {Claim.Status.GRANTED: "ok", Claim.Status.DECLINED: "bad"}.get(
        Claim.Status(claim.status), "warn"
    )


PAGES: list[Page] = [
    ("claims/", show_claims, "claims"),
    ("claims/<str:number>/", show_claim, "claim"),
    ("claims/<str:number>/decide", decide_claim, "decide-claim"),
    ("claims/<str:number>/files/<int:pk>", claim_file, "claim-file"),
]
