"""A person's own page, and the end of one of their sessions."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from csba.accounts.forms import ProfileForm
from csba.accounts.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language and zone; beside them the ways to everything else about signing in."""
    # Read anew: a form that is refused must not change what the frame shows about the reader.
    user = get_object_or_404(User, pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        changed: User = form.save(commit=False)
        changed.save(update_fields=form.Meta.fields)
        with translation.override(changed.language):
            messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    return render(
        request,
        "account/profile.html",
        {"form": form, "login_with": bool(settings.SOCIALACCOUNT_PROVIDERS)},
        status=400 if form.is_bound else 200,
    )


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """That browser is signed out at its next click.

    A session that has ended already, or is somebody else's, is not there; the list says what is.
    """
    session = UserSession.objects.filter(user=request.user.pk, pk=pk).first()
    if session is not None:
        if session.session_key == request.session.session_key:
            return redirect("account_logout")
        session.end()
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")
