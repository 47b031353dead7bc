"""Who may act for the seller: everybody sees it; owners invite, change and remove."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, Final, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from csba import limits
from csba.errors import DomainError
from csba.staff import Page
from sellers.access import SellerRequest, seller_required
from sellers.models import Invitation, Membership, Seller
from sellers.operations import people
from sellers.portal.forms import PersonForm, RoleForm

SHOWN: Final = 200
INVITATIONS_AN_HOUR: Final = 30
"""More from one seller is not a team but a mistake, or somebody sending mail in our name."""

P = ParamSpec("P")
SellerView = Callable[Concatenate[SellerRequest, P], HttpResponse]


def owner_required(view: SellerView[P]) -> Callable[..., HttpResponse]:
    """For an owner of the seller; other people of the seller are told who can, with 403."""

    @wraps(view)
    def guarded(request: SellerRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.membership.role != Membership.Role.OWNER:
            page = "sellers/portal/people_owners_only.html"
            return render(request, page, status=HTTPStatus.FORBIDDEN)
        return view(request, *args, **kwargs)

    return seller_required(guarded)


@require_safe
@seller_required
def show_people(request: SellerRequest) -> HttpResponse:
    """Members with their roles, and invitations that are open."""
    return _page(request, PersonForm())


@require_POST
@owner_required
def invite_person(request: SellerRequest) -> HttpResponse:
    """A colleague is invited by mail; what was typed comes back when that cannot be done."""
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    who = str(request.seller.pk)
    if limits.exceeded("invite_person", who, most=INVITATIONS_AN_HOUR, seconds=3600):
        form.add_error(None, _("That is a lot of invitations. Please go on in an hour."))
        return _page(request, form, HTTPStatus.TOO_MANY_REQUESTS)
    email, role = form.cleaned_data["email"], form.cleaned_data["role"]
    try:
        people.invite(request.seller, email=email, role=role, by=request.user)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": email})
    return redirect("sellers:people")


@require_POST
@owner_required
def withdraw_person(request: SellerRequest, number: int) -> HttpResponse:
    """The link in a colleague's letter no longer works."""
    found = _colleagues(request.seller).filter(pk=number).first()
    if found is None:
        raise Http404
    try:
        people.withdraw(request.seller, invitation=found, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The invitation is withdrawn. Its link no longer works."))
    return redirect("sellers:people")


@require_POST
@owner_required
def change_person(request: SellerRequest, number: int) -> HttpResponse:
    """The person has another role."""
    membership = _member(request.seller, number)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, PersonForm(), HTTPStatus.UNPROCESSABLE_ENTITY, form)
    try:
        people.change_role(
            request.seller, membership=membership, role=form.cleaned_data["role"], by=request.user
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("The role of %(person)s is changed.") % {"person": membership.user}
        )
    return redirect("sellers:people")


@require_POST
@owner_required
def remove_person(request: SellerRequest, number: int) -> HttpResponse:
    """The person no longer acts for the seller; who removes themselves is led away."""
    membership = _member(request.seller, number)
    try:
        person = people.remove(request.seller, membership=membership, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("sellers:people")
    if person == request.user:
        left = [found for found in request.memberships if found.pk != membership.pk]
        return redirect("portal:home" if left else "account_logout")
    messages.success(request, _("%(person)s no longer acts for this account.") % {"person": person})
    return redirect("sellers:people")


def _page(
    request: SellerRequest,
    form: PersonForm,
    status: int = HTTPStatus.OK,
    refused: RoleForm | None = None,
) -> HttpResponse:
    members = Membership.objects.filter(seller=request.seller).select_related("user")
    at = timezone.now()
    open_ones = _colleagues(request.seller).filter(status=Invitation.Status.OPEN)
    context: dict[str, Any] = {
        "members": list(members.order_by("created_at", "pk")[:SHOWN]),
        "invitations": [
            {"row": row, "over": row.expires_at <= at}
            for row in open_ones.select_related("invited_by").order_by("-invited_at")[:SHOWN]
        ],
        "roles": Membership.Role.choices,
        "owner": request.membership.role == Membership.Role.OWNER,
        "form": form,
        "refused": refused,
    }
    return render(request, "sellers/portal/people.html", context, status=status)


def _colleagues(seller: Seller) -> Any:
    """Invitations by people of the seller; those of the desk are the desk's."""
    return Invitation.objects.filter(seller=seller, invited_by__is_staff=False)


def _member(seller: Seller, number: int) -> Membership:
    found = Membership.objects.filter(seller=seller, pk=number).select_related("user").first()
    if found is None:
        raise Http404
    return found


PAGES: list[Page] = [
    ("people/", show_people, "people"),
    ("people/invite/", invite_person, "invite-person"),
    ("people/<int:number>/role/", change_person, "change-person"),
    ("people/<int:number>/remove/", remove_person, "remove-person"),
    ("people/invitations/<int:number>/withdraw/", withdraw_person, "withdraw-person"),
]
