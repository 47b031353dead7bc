"""The contact page: anybody may write; nobody learns from it whether an order exists."""

from typing import Final

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from inquiries.buyer.forms import ContactForm
from inquiries.channels import limits, page
from sellers.models import Seller

_SALT: Final = "inquiries.buyer.thanks"
_HOUR: Final = 3600
# Enough for somebody in distress, too little to fill a stranger's mailbox with our letters.
_FROM_ONE_ADDRESS: Final = 5
_FROM_ONE_NETWORK: Final = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST takes the message in, or says what is amiss and keeps the text."""
    asked = request.POST.get("seller") or request.GET.get("seller") or ""
    seller = Seller.objects.filter(merchant_id=asked).first() if asked else None
    if request.method != "POST":
        form = ContactForm(initial={"seller": seller.merchant_id if seller else ""})
        return _form(request, form, seller, 200)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _form(request, form, seller, 422)
    if _too_many(request, form.cleaned_data["email"]):
        form.add_error(
            None,
            _("Too many messages within an hour. Your text is kept: please send it again later."),
        )
        return _form(request, form, seller, 429)
    inquiry = page.write(
        body=form.cleaned_data["body"],
        email=form.cleaned_data["email"],
        name=form.cleaned_data["name"],
        order_number=form.cleaned_data["order_number"],
        topic=form.cleaned_data["topic"],
        seller=seller,
        reads=translation.get_language() or settings.LANGUAGE_CODE,
        client_id=form.cleaned_data["client_id"],
    )
    return redirect("buyer:thanks", signing.dumps(inquiry.number, salt=_SALT))


@require_safe
def thanks(request: HttpRequest, receipt: str) -> HttpResponse:
    """The number and what happens next: the same words for every inquiry, covered or not."""
    try:
        number = signing.loads(receipt, salt=_SALT)
    except signing.BadSignature:
        raise Http404 from None
    return render(request, "inquiries/buyer/thanks.html", {"number": number})


def _form(
    request: HttpRequest, form: ContactForm, seller: Seller | None, status: int
) -> HttpResponse:
    shown = {"form": form, "seller": seller}
    return render(request, "inquiries/buyer/contact.html", shown, status=status)


def _too_many(request: HttpRequest, email: str) -> bool:
    by_address = limits.exceeded("page-email", email, most=_FROM_ONE_ADDRESS, seconds=_HOUR)
    by_network = limits.exceeded(
        "page-network", _network(request), most=_FROM_ONE_NETWORK, seconds=_HOUR
    )
    return by_address or by_network


def _network(request: HttpRequest) -> str:
    """Who calls; behind our own proxy the last address it names: anybody can write the others."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))
