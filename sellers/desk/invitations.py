"""Invitations on the desk: the list, one seller invited, withdrawn, sent again (P17)."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from csba import places
from csba.errors import DomainError, refusals_as_messages
from csba.staff import DeskRequest, Page, frame, needs
from sellers.desk import invitation_lists
from sellers.desk.invitation_forms import InviteForm
from sellers.models import Invitation
from sellers.operations import invitations
from sellers.operations.invitations import Account

READ: Final = "sellers.view_invitation"
INVITE: Final = "sellers.add_invitation"
PAGE: Final = 50
Status = Invitation.Status

OPEN, EXPIRED, USED, WITHDRAWN, ALL = "open", "expired", "used", "withdrawn", "all"
_TABS: Final = {
    OPEN: pgettext_lazy("invitations", "Open"),
    EXPIRED: pgettext_lazy("invitations", "Expired"),
    USED: pgettext_lazy("invitations", "Used"),
    WITHDRAWN: pgettext_lazy("invitations", "Withdrawn"),
    ALL: pgettext_lazy("invitations", "All"),
}


@require_safe
@needs(READ)
def show_invitations(request: DeskRequest) -> HttpResponse:
    """The newest first, by state, found by address, merchant id or company."""
    at = timezone.now()
    show = request.GET.get("show", OPEN)
    show = show if show in _TABS else OPEN
    asked = request.GET.get("q", "").strip()[:160]
    rows = _found(_of(show, at), asked)
    if (place := places.read(request.GET.get("after", ""))) is not None:
        moment, pk = place
        rows = rows.filter(invited_at__lte=moment).exclude(invited_at=moment, pk__gte=pk)
    found = list(
        rows.select_related("seller", "invited_by").order_by("-invited_at", "-pk")[: PAGE + 1]
    )
    more, found = len(found) > PAGE, found[:PAGE]
    after = places.written(found[-1].invited_at, found[-1].pk) if more else ""
    context: dict[str, Any] = {
        "rows": [_row(invitation, at) for invitation in found],
        "tabs": [
            {"label": label, "query": urlencode({"show": key, "q": asked}), "here": key == show}
            for key, label in _TABS.items()
        ],
        "show": show,
        "asked": asked,
        "next": urlencode({"show": show, "q": asked, "after": after}) if more else "",
        "may_invite": request.user.has_perm(INVITE),
        "topics": "queue",
        "section": "queue",
    }
    context |= frame(request, at, here="invitations")
    return render(request, "sellers/desk/invitations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(INVITE)
def invite_seller(request: DeskRequest) -> HttpResponse:
    """The form; sent, a known or new seller is invited. A refusal keeps what was typed."""
    if request.method != "POST":
        return _form(request, InviteForm(initial={"merchant_id": request.GET.get("merchant", "")}))
    form = InviteForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        account = Account(
            merchant_id=given["merchant_id"],
            company=given["company"],
            email=given["default_email"] or given["email"],
            country=given["country"],
            language=given["language"],
            short_name=given["short_name"],
            time_zone=given["time_zone"],
        )
        try:
            invitation, made = invitations.invite_account(
                account, email=given["email"], by=request.user, replace=False
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("%(seller)s is new here and invited: the letter goes to %(email)s.")
            known = _("%(seller)s is invited: the letter goes to %(email)s.")
            told = {"seller": invitation.seller.name, "email": invitation.email}
            messages.success(request, (words if made else known) % told)
            return redirect("admin:invitations")
    return _form(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@needs(INVITE)
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """The link no longer works."""
    invitation = _get(pk)
    with refusals_as_messages(request):
        invitations.withdraw(invitation, by=request.user)
        words = _("Withdrawn: the link in the letter to %(email)s no longer works.")
        messages.success(request, words % {"email": invitation.email})
    return redirect("admin:invitations")


@require_POST
@needs(INVITE)
def send_again(request: DeskRequest, pk: int) -> HttpResponse:
    """A new letter with a new link; the old link no longer works."""
    with refusals_as_messages(request):
        fresh = invitations.send_again(_get(pk), by=request.user)
        words = _("A new letter goes to %(email)s. The earlier link no longer works.")
        messages.success(request, words % {"email": fresh.email})
    return redirect("admin:invitations")


def _get(pk: int) -> Invitation:
    found = Invitation.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _of(show: str, at: datetime) -> QuerySet[Invitation]:
    rows = Invitation.objects.all()
    match show:
        case "open":
            return rows.filter(status=Status.OPEN, expires_at__gt=at)
        case "expired":
            # Nobody sweeps them: that its time is over is all there is to it.
            return rows.filter(status=Status.OPEN, expires_at__lte=at)
        case "used":
            return rows.filter(status=Status.USED)
        case "withdrawn":
            return rows.filter(status=Status.WITHDRAWN)
    return rows


def _found(rows: QuerySet[Invitation], asked: str) -> QuerySet[Invitation]:
    if not asked:
        return rows
    return rows.filter(
        Q(email__icontains=asked)
        | Q(seller__merchant_id__istartswith=asked)
        | Q(seller__name__icontains=asked)
    )


def _row(invitation: Invitation, at: datetime) -> dict[str, Any]:
    expired = invitation.status == Status.OPEN and invitation.expires_at <= at
    state = pgettext("invitation", "Expired") if expired else invitation.get_status_display()
    badges = {Status.OPEN: "warn" if expired else "asked", Status.USED: "ok"}
    return {
        "pk": invitation.pk,
        "email": invitation.email,
        "seller": invitation.seller.name,
        "merchant": invitation.seller.merchant_id,
        "role": invitation.get_role_display(),
        "by": str(invitation.invited_by or ""),
        "invited_at": invitation.invited_at,
        "expires_at": invitation.expires_at,
        "settled_at": invitation.settled_at,
        "expired": expired,
        "open": invitation.status == Status.OPEN,
        "state": state,
        "badge": badges.get(Status(invitation.status), "quiet"),
    }


def _form(request: DeskRequest, form: InviteForm, status: int = HTTPStatus.OK) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "topics": "queue", "section": "queue"}
    context |= frame(request, timezone.now(), here="invitations")
    return render(request, "sellers/desk/invitation_form.html", context, status=status)


PAGES: list[Page] = [
    ("invitations/", show_invitations, "invitations"),
    ("invitations/new/", invite_seller, "invite-seller"),
    *invitation_lists.PAGES,
    ("invitations/<int:pk>/withdraw/", withdraw, "withdraw-invitation"),
    ("invitations/<int:pk>/again/", send_again, "resend-invitation"),
]
