"""The review of sellers' policies: the queue, one policy beside the standard and the one before,
approval and rejection (P13, P14).
"""

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from csba.errors import Conflict, DomainError
from csba.staff import DeskRequest, Page, frame, needs
from returns.models import SellerPolicy
from returns.operations import policies
from returns.rules import clauses, table
from returns.rules.comparison import CounterExample, Mark, compare
from returns.rules.examples import sentence
from returns.rules.standard import standard
from returns.terms import BY_KEY, CLAUSES

READ: Final = "returns.view_sellerpolicy"
REVIEW: Final = "returns.review_policy"
PAGE: Final = 50
VERSIONS: Final = 20
Status = SellerPolicy.Status


@require_safe
@needs(READ)
def show_policies(request: DeskRequest) -> HttpResponse:
    """Submitted policies, the longest waiting first; `?show=approved` shows those that hold."""
    at = timezone.now()
    approved = request.GET.get("show") == "approved"
    rows = SellerPolicy.objects.select_related("seller", "submitted_by")
    if approved:
        rows = rows.filter(status=Status.APPROVED).order_by("-valid_from", "-pk")
    else:
        rows = rows.filter(status=Status.SUBMITTED).order_by("submitted_at", "pk")
    found = list(rows[: PAGE + 1])
    context: dict[str, Any] = {
        "rows": [_row(policy) for policy in found[:PAGE]],
        "more": len(found) > PAGE,
        "approved": approved,
        "section": "policies",
    }
    context |= frame(request, at, here="policies")
    return render(request, "returns/desk/policies.html", context)


@require_safe
@needs(READ)
def show_policy(request: DeskRequest, merchant: str, version: int) -> HttpResponse:
    """One version: what it changes against the standard and against the one that holds."""
    return _shown(request, _get(merchant, version))


@require_POST
@needs(REVIEW)
def decide_policy(request: DeskRequest, merchant: str, version: int) -> HttpResponse:
    """Approved or rejected with a reason; a refusal keeps what was typed."""
    policy = _get(merchant, version)
    verdict, reason = request.POST.get("verdict"), request.POST.get("reason", "")[:2000]
    # What the judge has seen, not what is there now.
    policy.submitted_at = parse_datetime(request.POST.get("seen", "")) or policy.submitted_at
    try:
        match verdict:
            case "approve":
                policies.approve(policy, by=request.user, reason=reason)
                messages.success(request, _("Approved. It holds for orders placed from now on."))
            case "reject":
                policies.reject(policy, by=request.user, reason=reason)
                messages.success(request, _("Rejected. The seller has been told why."))
            case _:
                raise Http404
    except DomainError as refusal:
        status = (
            HTTPStatus.CONFLICT
            if isinstance(refusal, Conflict)
            else HTTPStatus.UNPROCESSABLE_ENTITY
        )
        return _shown(request, _get(merchant, version), reason, str(refusal), status)
    return redirect("admin:policies")


def _get(merchant: str, version: int) -> SellerPolicy:
    rows = SellerPolicy.objects.select_related("seller", "submitted_by", "decided_by", "case")
    found = rows.filter(seller__merchant_id=merchant, version=version).first()
    if found is None:
        raise Http404
    return found


def _row(policy: SellerPolicy) -> dict[str, Any]:
    labels = [str(clause.label) for clause in CLAUSES if clause.key in policy.clauses]
    return {
        "merchant": policy.seller.merchant_id,
        "version": policy.version,
        "seller": policy.seller.name,
        "country": policy.seller.country,
        "moment": policy.submitted_at or policy.valid_from,
        "by": str(policy.submitted_by or ""),
        "clauses": labels,
    }


def _shown(
    request: DeskRequest,
    policy: SellerPolicy,
    reason: str = "",
    error: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    at = timezone.now()
    now = standard(policy.valid_from or at)
    others = SellerPolicy.objects.for_seller(policy.seller).exclude(pk=policy.pk)
    others_shown = list(others.order_by("-version")[:VERSIONS])
    before = next(
        (one for one in others_shown if one.status in {Status.APPROVED, Status.SUPERSEDED}), None
    )
    compared = compare(policy.clauses, now, search=False)
    earlier = clauses.read(before.clauses) if before is not None else None
    rows = table.rows(compared.clauses, earlier)
    searched = policy.comparison.get("searched", 0)
    context: dict[str, Any] = {
        "policy": policy,
        "different": [row for row in rows if row.changed or row.mark != Mark.EQUAL],
        "same": [row for row in rows if not row.changed and row.mark == Mark.EQUAL],
        "before": before,
        "worse": [str(BY_KEY[key].label) for key in compared.worse],
        "better": [str(BY_KEY[key].label) for key in compared.better],
        "searched": searched,
        "searched_shown": formats.number_format(searched, force_grouping=True),
        "example": _example(policy),
        "others": others_shown,
        "may_review": policy.status == Status.SUBMITTED and request.user.has_perm(REVIEW),
        "seen": policy.submitted_at.isoformat() if policy.submitted_at else "",
        "reason": reason,
        "error": error,
        "section": "policies",
    }
    context |= frame(request, at, here="policies")
    return render(request, "returns/desk/policy.html", context, status=status)


def _example(policy: SellerPolicy) -> str:
    stored = policy.comparison.get("counter_example")
    return sentence(CounterExample.from_json(stored)) if stored else ""


PAGES: list[Page] = [
    ("policies/", show_policies, "policies"),
    ("policies/<slug:merchant>/<int:version>/", show_policy, "policy"),
    ("policies/<slug:merchant>/<int:version>/decide/", decide_policy, "decide-policy"),
]
