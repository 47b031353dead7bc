"""The ways in: an invitation's link, and the choice for whom one acts."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from csba.accounts.adapter import INVITATION_KEY
from csba.accounts.models import User
from csba.errors import DomainError
from sellers.access import SELLER_KEY, memberships_of
from sellers.operations import invitations


@require_safe
@never_cache
def open_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """The secret of a usable link moves from the address into the session: sign-up looks there."""
    try:
        invitations.usable(secret)
    except DomainError as refusal:
        return _closed(request, refusal)
    request.session[INVITATION_KEY] = secret
    return redirect("sellers:join")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def join(request: HttpRequest) -> HttpResponse:
    """Shows who is invited and how to go on; POST accepts for the person who is signed in."""
    secret = request.session.get(INVITATION_KEY)
    if secret is None:
        raise Http404
    try:
        if request.method == "POST" and isinstance(request.user, User):
            return _accepted(request, secret, request.user)
        invitation = invitations.usable(secret)
    except DomainError as refusal:
        del request.session[INVITATION_KEY]
        return _closed(request, refusal)
    return render(request, "sellers/portal/join.html", {"invitation": invitation})


def _accepted(request: HttpRequest, secret: str, user: User) -> HttpResponse:
    membership = invitations.accept(secret, user=user)
    del request.session[INVITATION_KEY]
    request.session[SELLER_KEY] = membership.seller_id
    messages.success(
        request, _("Welcome. You now act for %(seller)s.") % {"seller": membership.seller}
    )
    return redirect("sellers:services")


def _closed(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    context = {"why": str(refusal)}
    return render(request, "sellers/portal/invitation_closed.html", context, status=HTTPStatus.GONE)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """Shows for which sellers the person may act; POST chooses one for this session."""
    assert isinstance(request.user, User)
    memberships = memberships_of(request.user)
    if not memberships:
        raise Http404
    if request.method != "POST":
        context = {"memberships": memberships, "next": _safe(request, request.GET.get("next", ""))}
        return render(request, "sellers/portal/switch.html", context)
    wanted = request.POST.get("seller", "")
    chosen = next((found for found in memberships if found.seller.merchant_id == wanted), None)
    if chosen is None:
        raise Http404
    request.session[SELLER_KEY] = chosen.seller_id
    return redirect(_safe(request, request.POST.get("next", "")))


def _safe(request: HttpRequest, address: str) -> str:
    """The address if it is one of ours, else the portal's home."""
    ours = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if ours else resolve_url("portal:home")
