"""Who stands before a portal page: the seller a person acts for, and whether they may act.

Every portal of the house uses these two decorators. A stranger gets 404, as if nothing were here; a
reader gets 403 with a sentence. Whoever belongs to several sellers says once for which they act.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from csba.accounts.adapter import INVITATION_KEY
from csba.accounts.models import User
from sellers.models import Membership, Seller

SELLER_KEY = "seller"
"""Where the session keeps the key of the seller this person acts for."""

P = ParamSpec("P")


class SellerRequest(HttpRequest):
    """A request of a person who acts for `seller`; `memberships` are all sellers they belong to."""

    user: User
    seller: Seller
    membership: Membership
    memberships: list[Membership]


SellerView = Callable[Concatenate[SellerRequest, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def memberships_of(user: User) -> list[Membership]:
    """All sellers this person belongs to, by name; one statement."""
    return list(
        Membership.objects.filter(user=user).select_related("seller").order_by("seller__name", "pk")
    )


def seller_required(view: SellerView[P]) -> View[P]:
    """The view runs for a member of a seller, named in `request.seller`; strangers get 404."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        memberships = memberships_of(request.user)
        if not memberships:
            if INVITATION_KEY in request.session:
                return redirect("sellers:join")
            raise Http404
        chosen = _chosen(request, memberships)
        if chosen is None:
            here = request.get_full_path() if request.method == "GET" else reverse("portal:home")
            return redirect(f"{reverse('sellers:switch')}?{urlencode({'next': here})}")
        request.memberships = memberships  # type: ignore[attr-defined]
        request.membership = chosen  # type: ignore[attr-defined]
        request.seller = chosen.seller  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return guarded


def acting_seller_required(view: SellerView[P]) -> View[P]:
    """As seller_required, and the person may act; a reader is told who can, with 403."""

    @wraps(view)
    def guarded(request: SellerRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.membership.may_act:
            page = "sellers/portal/readers_only.html"
            return render(request, page, status=HTTPStatus.FORBIDDEN)
        return view(request, *args, **kwargs)

    return seller_required(guarded)


def _chosen(request: HttpRequest, memberships: list[Membership]) -> Membership | None:
    """The membership this session acts with: the only one, or the one that was chosen."""
    if len(memberships) == 1:
        return memberships[0]
    key = request.session.get(SELLER_KEY)
    return next((found for found in memberships if found.seller_id == key), None)
