"""How allauth behaves here: no account without an invitation; everybody logs in at one door.

How its mails leave stands in csba/login_mails.py.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import translation

from csba.accounts.models import User
from csba.limits import network

INVITATION_KEY = "invitation"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up only by an invitation; after login staff go to the desk, sellers to the portal."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return INVITATION_KEY in request.session

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Who signs up goes on in the language they have been reading."""
        user.language = reading()
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose tries are counted together: the caller, not the proxy that stands before us."""
        return network(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if INVITATION_KEY in request.session:
            return reverse("sellers:join")
        user = request.user
        if user.is_authenticated and user.is_staff:
            return reverse("admin:index")
        return resolve_url("portal:home")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Who has just been made goes on where everybody goes after the login."""
        return self.get_login_redirect_url(request)


def reading() -> str:
    """The language of the page that the reader has before them."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
