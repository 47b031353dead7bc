"""Login with Amazon: a second key to an account that exists or was invited, never a new door.

The public protocol is OAuth 2.0 with the scope `profile`. What Amazon lets us read is the name, the
address and an id; its tokens are not kept.
"""

from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.amazon.views import (
    AmazonOAuth2Adapter,
    oauth2_callback,
    oauth2_login,
)
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from csba.accounts.adapter import reading
from csba.accounts.models import User

_URL = urlsplit(AmazonOAuth2Adapter.authorize_url)


class LoginWithAdapter(DefaultSocialAccountAdapter):
    """Who comes from Amazon is somebody we know by the link, or was invited just now."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Only what the environment has switched on; no row of a table opens another door."""
        amazon: dict[str, Any] = settings.SOCIALACCOUNT_PROVIDERS.get("amazon", {})
        return [
            SocialApp(provider="amazon", name="Amazon", **app)
            for app in amazon.get("APPS", [])
            if provider in {None, "amazon"} and client_id in {None, app["client_id"]}
        ]

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """A proposal from what Amazon says; it is stored only for somebody with an invitation."""
        user: User = super().populate_user(request, sociallogin, data)
        names = (data.get("first_name"), data.get("last_name"))
        user.name = " ".join(filter(None, names))[:120]
        user.email = user.email.lower()
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Who was invited goes on in the language they have been reading."""
        if sociallogin.user is not None:
            sociallogin.user.language = reading()
        saved: User = super().save_user(request, sociallogin, form)
        return saved

    def validate_disconnect(self, account: SocialAccount, accounts: list[SocialAccount]) -> None:
        """Always allowed: a password can be set by mail at any time."""


# A form that ends at Amazon: browsers check where a form leads also when it is led on.
@csp_update({"form-action": [f"{_URL.scheme}://{_URL.netloc}"]})
def begin(request: HttpRequest) -> HttpResponse:
    """A page that says where the way leads; its button leads to Amazon."""
    return _if_on(oauth2_login, request)


def come_back(request: HttpRequest) -> HttpResponse:
    """From Amazon with a code, or with a refusal."""
    return _if_on(oauth2_callback, request)


def _if_on(view: Any, request: HttpRequest) -> HttpResponse:
    if not settings.SOCIALACCOUNT_PROVIDERS:
        raise Http404
    answer: HttpResponse = view(request)
    return answer
