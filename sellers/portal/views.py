"""Account Info, Your Services, opting in and out (P16, P18, P19)."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from csba.errors import DomainError, refusals_as_messages
from sellers.access import SellerRequest, acting_seller_required, seller_required
from sellers.models import Enrolment, Seller
from sellers.operations import enrolment
from sellers.operations import terms as conditions
from sellers.portal.documents import shown
from sellers.portal.forms import AgreementForm
from sellers.rules import eligibility, stints


@require_safe
@seller_required
def account(request: SellerRequest) -> HttpResponse:
    """Account Info: what the marketplace knows, and the services at a glance."""
    return render(request, "sellers/portal/account.html", _service(request.seller, timezone.now()))


@require_safe
@seller_required
def services(request: SellerRequest) -> HttpResponse:
    """Your Services: state, what is covered, what was before; a fragment while it is activating."""
    at = timezone.now()
    context = _service(request.seller, at)
    if request.headers.get("HX-Request"):
        return render(request, "sellers/portal/_service.html", context)
    if context["runs"]:
        context["asked"] = conditions.asked(request.seller)
        context["to_agree"] = conditions.outstanding(request.seller, context["service"], at)
    return render(request, "sellers/portal/services.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def opt_in(request: HttpRequest) -> HttpResponse:
    """The opt-in page, and behind «Opt-in Now» the click itself."""
    return _opt_in_now(request) if request.method == "POST" else _opt_in_page(request)


@seller_required
def _opt_in_page(request: SellerRequest) -> HttpResponse:
    context = _opting_in(request.seller)
    if context["runs"]:
        return redirect("sellers:services")
    form = AgreementForm(documents=context["documents"])
    return render(request, "sellers/portal/opt_in.html", {**context, "form": form})


@acting_seller_required
def _opt_in_now(request: SellerRequest) -> HttpResponse:
    context = _opting_in(request.seller)
    form = AgreementForm(request.POST, documents=context["documents"])
    if form.is_valid():
        try:
            enrolment.agree_and_opt_in(
                request.seller, terms_ids=form.cleaned_data["terms"], by=request.user
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("You have opted in. The service starts within an hour."))
            return redirect("sellers:services")
    return render(request, "sellers/portal/opt_in.html", {**context, "form": form}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def opt_out(request: HttpRequest) -> HttpResponse:
    """The page that says what opting out means, and behind «Opt-out now» the click itself."""
    return _opt_out_now(request) if request.method == "POST" else _opt_out_page(request)


@seller_required
def _opt_out_page(request: SellerRequest) -> HttpResponse:
    context = _service(request.seller, timezone.now())
    if not context["runs"]:
        return redirect("sellers:services")
    return render(request, "sellers/portal/opt_out.html", context)


@acting_seller_required
def _opt_out_now(request: SellerRequest) -> HttpResponse:
    with refusals_as_messages(request):
        enrolment.opt_out(request.seller, by=request.user)
        messages.success(request, _("You have opted out. Existing orders stay with the service."))
    return redirect("sellers:services")


def _service(seller: Seller, at: datetime) -> dict[str, Any]:
    """How the service stands, with all stints and the number of their orders; three statements."""
    service = enrolment.csba()
    rows = Enrolment.objects.filter(seller=seller, service=service).annotate(
        orders=stints.orders_served(at)
    )
    all_stints = list(
        rows.select_related("plan", "opted_in_by", "ended_by").prefetch_related("suspensions")
    )
    situation = stints.situation(all_stints, at)
    runs = situation.state in (stints.State.ACTIVATING, stints.State.ACTIVE, stints.State.SUSPENDED)
    return {
        "service": service,
        "situation": situation,
        "stint": situation.stint,
        "runs": runs,
        "earlier": [stint for stint in all_stints if stint.ended_at and stint.active_from],
    }


def _opting_in(seller: Seller) -> dict[str, Any]:
    at = timezone.now()
    context = _service(seller, at)
    checks = enrolment.checks(seller, service=context["service"], at=at)
    needed = [check for check in checks if check.key != eligibility.AGREEMENT]
    documents = conditions.current(context["service"], at)
    return {
        **context,
        "checks": needed,
        "eligible": all(check.met for check in needed),
        "documents": documents,
        "shown": [shown(document) for document in documents],
    }
