"""How allauth behaves here: no account without an invitation; everybody logs in at one door."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse

INVITATION_KEY = "invitation"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up only by an invitation; after login staff go to the desk, sellers to the portal."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return INVITATION_KEY in request.session

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user = request.user
        if user.is_authenticated and user.is_staff:
            return reverse("admin:index")
        return resolve_url("portal:home")
