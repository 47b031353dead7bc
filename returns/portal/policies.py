"""The seller's own return policy: the standard at the left, theirs at the right, clause by clause
(P13, P14).
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from csba.errors import Conflict, DomainError, refusals_as_messages
from csba.staff import Page
from returns.models import SellerPolicy
from returns.operations import policies
from returns.portal.policy_form import PolicyForm, unit
from returns.rules import clauses, table
from returns.rules.comparison import Comparison, CounterExample, compare
from returns.rules.examples import sentence
from returns.rules.standard import Standard, standard
from returns.terms import BY_KEY, Clauses
from sellers.access import SellerRequest, acting_seller_required, seller_required
from sellers.models import Seller

Status = SellerPolicy.Status

VERSIONS: Final = 50
LOOK: Final = 2000
"""So many purchases are looked at while somebody types; all of them when the policy is
submitted.
"""


@require_safe
@seller_required
def show_policy(request: SellerRequest) -> HttpResponse:
    """What holds, what is in the making, and all versions; a draft can be written in."""
    return _page(request, _versions(request.seller))


@require_safe
@seller_required
def show_version(request: SellerRequest, version: int) -> HttpResponse:
    """One version beside the standard of its day, or of now while it is no policy yet."""
    policy = _get(request.seller, version)
    compared = compare(policy.clauses, standard(policy.valid_from or timezone.now()), search=False)
    context = {
        "policy": policy,
        "rows": table.rows(compared.clauses),
        "example": _stored_example(policy),
        "section": "policy",
    }
    return render(request, "returns/portal/policy_version.html", context)


@require_POST
@acting_seller_required
def begin_policy(request: SellerRequest) -> HttpResponse:
    """There is a draft to write in."""
    with refusals_as_messages(request):
        policies.draft(request.seller, by=request.user)
    return redirect("returns:policy")


@require_POST
@acting_seller_required
def save_policy(request: SellerRequest) -> HttpResponse:
    """The draft is saved, and with the other button submitted; a refusal keeps what was typed."""
    versions = _versions(request.seller)
    policy = _making(versions)
    if policy is None:
        messages.error(request, _("There is no draft any more. Begin a new version."))
        return redirect("returns:policy")
    form = PolicyForm(_values(policy, standard(timezone.now())), request.POST)
    seen = form.seen_at() if form.is_valid() else None
    if not form.is_valid() or seen is None:
        return _page(request, versions, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        policies.save(policy, offer=form.offer(), by=request.user, seen=seen)
        if "submit" in request.POST:
            policies.submit(policy, by=request.user)
            messages.success(request, _("Submitted. You will read the answer in the Case Log."))
        else:
            messages.success(request, _("Saved."))
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, versions, form, status=_status(refusal))
    return redirect("returns:policy")


@require_POST
@seller_required
def check_policy(request: SellerRequest) -> HttpResponse:
    """The marks for what has been typed so far; nothing is stored."""
    now = standard(timezone.now())
    form = PolicyForm(clauses.of_standard(now), request.POST)
    form.is_valid()
    return render(
        request,
        "returns/portal/_policy_marks.html",
        _marks(form.offer(), now, form) | {"oob": True},
    )


@require_POST
@acting_seller_required
def withdraw_policy(request: SellerRequest) -> HttpResponse:
    """What was submitted can be changed again."""
    policy = _making(_versions(request.seller))
    with refusals_as_messages(request):
        if policy is not None:
            policies.withdraw(policy, by=request.user)
            messages.success(request, _("Withdrawn. You can change it now."))
    return redirect("returns:policy")


def _get(seller: Seller, version: int) -> SellerPolicy:
    found = SellerPolicy.objects.for_seller(seller).filter(version=version).first()
    if found is None:
        raise Http404
    return found


def _versions(seller: Seller) -> list[SellerPolicy]:
    rows = SellerPolicy.objects.for_seller(seller).select_related("seller", "case")
    return list(rows.order_by("-version")[:VERSIONS])


def _making(versions: Sequence[SellerPolicy]) -> SellerPolicy | None:
    open_ones = {Status.DRAFT, Status.SUBMITTED}
    return next((policy for policy in versions if policy.status in open_ones), None)


def _rejected(versions: Sequence[SellerPolicy]) -> SellerPolicy | None:
    """The last decision, if it was a no."""
    last = next((found for found in versions if found.decided_at is not None), None)
    return last if last is not None and last.status == Status.REJECTED else None


def _values(policy: SellerPolicy | None, now: Standard) -> dict[str, Any]:
    return clauses.whole(policy.clauses if policy is not None else {}, now, strict=True)


def _page(
    request: SellerRequest,
    versions: Sequence[SellerPolicy],
    form: PolicyForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    now = standard(timezone.now())
    making = _making(versions)
    approved = next((found for found in versions if found.status == Status.APPROVED), None)
    shown = making or approved
    draft = making if making is not None and making.status == Status.DRAFT else None
    editing = draft is not None and request.membership.may_act
    if form is None:
        seen = {"seen": draft.changed_at.isoformat()} if draft is not None else {}
        form = PolicyForm(_values(shown, now), initial=seen)
        offer: Clauses = shown.clauses if shown is not None else {}
    else:
        offer = form.offer()
    context: dict[str, Any] = {
        "approved": approved,
        "making": making,
        "policy": shown,
        "editing": editing,
        "form": form,
        "versions": versions,
        "rejected": _rejected(versions),
        "own": approved is not None and bool(approved.clauses),
        "overtaken": [str(BY_KEY[key].label) for key in _overtaken(approved, now)],
        "section": "policy",
    }
    context |= _marks(offer, now, form)
    return render(request, "returns/portal/policy.html", context, status=status)


def _marks(offer: Clauses, now: Standard, form: PolicyForm) -> dict[str, Any]:
    """What both the page and the answer to typing show: rows, verdict and example."""
    compared = compare(offer, now, search=False)
    if compared.worse:
        compared = compare(offer, now, most=LOOK)
    rows = [
        {
            "row": row,
            "field": form[row.key],
            "unit": unit(BY_KEY[row.key]),
            "wrong": list(form.errors.get(row.key, [])) if form.is_bound else [],
        }
        for row in table.rows(compared.clauses)
    ]
    return {
        "rows": rows,
        "wrong": form.is_bound and any(row["wrong"] for row in rows),
        "may_submit": not compared.worse,
        "worse": [str(BY_KEY[key].label) for key in compared.worse],
        "better": [str(BY_KEY[key].label) for key in compared.better],
        "example": _example(compared),
    }


def _example(compared: Comparison) -> str:
    return sentence(compared.counter_example) if compared.counter_example is not None else ""


def _stored_example(policy: SellerPolicy) -> str:
    stored = policy.comparison.get("counter_example")
    return sentence(CounterExample.from_json(stored)) if stored else ""


def _overtaken(approved: SellerPolicy | None, now: Standard) -> list[str]:
    if approved is None:
        return []
    return compare(approved.clauses, now, search=False).worse


def _status(refusal: DomainError) -> int:
    if isinstance(refusal, Conflict):
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY


PAGES: list[Page] = [
    ("policy/", show_policy, "policy"),
    ("policy/begin/", begin_policy, "begin-policy"),
    ("policy/save/", save_policy, "save-policy"),
    ("policy/check/", check_policy, "check-policy"),
    ("policy/withdraw/", withdraw_policy, "withdraw-policy"),
    ("policy/<int:version>/", show_version, "policy-version"),
]
