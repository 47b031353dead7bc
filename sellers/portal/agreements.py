"""The terms in the portal: what holds, what is new, who agreed to which version when; agreeing to a
new one (P8, rulings 15).
"""

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from csba.errors import DomainError
from csba.staff import Page
from sellers.access import SellerRequest, acting_seller_required, seller_required
from sellers.models import Acceptance, Seller, Service, Terms
from sellers.operations import enrolment
from sellers.operations import terms as conditions
from sellers.portal.documents import shown
from sellers.portal.forms import AgreementForm

HISTORY: Final = 50
"""So many agreements are listed, the newest first."""


@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """What is in force and who agreed to it when; POST agrees to a newer version."""
    return _agree(request) if request.method == "POST" else _terms_page(request)


@seller_required
def _terms_page(request: SellerRequest) -> HttpResponse:
    context = _agreeing(request.seller)
    form = AgreementForm(documents=context["outstanding"])
    return render(request, "sellers/portal/terms.html", {**context, "form": form})


@acting_seller_required
def _agree(request: SellerRequest) -> HttpResponse:
    context = _agreeing(request.seller)
    form = AgreementForm(request.POST, documents=context["outstanding"])
    if form.is_valid():
        try:
            conditions.accept(request.seller, terms_ids=form.cleaned_data["terms"], by=request.user)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. Your agreement is recorded."))
            return redirect("sellers:terms")
    page = "sellers/portal/terms.html"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, page, {**context, "form": form}, status=status)


@require_safe
@seller_required
def terms_version(request: SellerRequest, number: int) -> HttpResponse:
    """One version in full: one that holds, that is to come, or that this seller agreed to."""
    document = Terms.objects.filter(pk=number).select_related("service").first()
    if document is None:
        raise Http404
    acceptance = _agreements(request.seller).filter(terms=document).first()
    at = timezone.now()
    coming = document.valid_from > at
    readable = coming or acceptance or document in conditions.current(document.service, at)
    if not readable:
        raise Http404
    context = {"document": shown(document, acceptance), "coming": coming}
    return render(request, "sellers/portal/terms_version.html", context)


def _agreements(seller: Seller) -> Any:
    rows = Acceptance.objects.filter(seller=seller).select_related("user", "terms")
    return rows.defer("terms__bodies").order_by("-accepted_at", "-pk")


def _known(seller: Seller, service: Service) -> dict[str, Terms]:
    """Of each document the newest version that this seller agreed to; one statement."""
    rows = Terms.objects.filter(service=service, acceptances__seller=seller)
    newest = rows.order_by("kind", "-valid_from", "-pk").distinct("kind")
    return {document.kind: document for document in newest}


def _agreeing(seller: Seller) -> dict[str, Any]:
    """What the page needs; six statements."""
    at = timezone.now()
    service = enrolment.csba()
    history = list(_agreements(seller).filter(terms__service=service)[:HISTORY])
    agreed = {acceptance.terms_id: acceptance for acceptance in history}
    known = _known(seller, service)
    documents = [
        shown(
            document,
            agreed.get(document.pk),
            before=None if document.pk in agreed else known.get(document.kind),
        )
        for document in conditions.current(service, at)
    ]
    coming = Terms.objects.filter(service=service, valid_from__gt=at).order_by("valid_from", "pk")
    return {
        "service": service,
        "shown": documents,
        "outstanding": [found["terms"] for found in documents if found["acceptance"] is None],
        "agreed_once": bool(history),
        "history": history,
        "coming": list(coming.defer("bodies")),
        "asked": conditions.asked(seller),
    }


PAGES: list[Page] = [
    ("services/csba/terms/", terms, "terms"),
    ("services/csba/terms/<int:number>/", terms_version, "terms-version"),
]
