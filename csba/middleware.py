"""What every page needs: the reader's language and zone, and a second factor for staff."""

import zoneinfo

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

from csba.accounts.models import User
from csba.views import not_allowed

# Where staff without a second factor may still go: to set one up, or to leave.
_OPEN_TO_ALL = ("/accounts/", "/static/", "/i18n/")
# Recovery codes stand in for one of these; alone they are none.
_SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# What machines and scripts read: no words in it, and it must answer when the database does not.
_NOT_FOR_READERS = {"/healthz", "/status", "/live"}

# Who calls here reads the status and the Allow header.
_FOR_MACHINES = ("/api/", "/hooks/", "/live", "/healthz", "/status")


class ReaderLanguageAndZone(MiddlewareMixin):
    """A person reads in their own language and zone; a stranger in the cookie's or the browser's,
    else German.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path in _NOT_FOR_READERS:
            return
        user = request.user
        if isinstance(user, User):
            language, zone = user.language, user.time_zone
        else:
            language, zone = (
                translation.get_language_from_request(request),
                settings.CSBA_MARKETPLACE_ZONE,
            )
        translation.activate(language)
        try:
            timezone.activate(zoneinfo.ZoneInfo(zone))
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            # A name that this machine's data does not hold locks nobody out of every page.
            timezone.activate(zoneinfo.ZoneInfo(settings.CSBA_MARKETPLACE_ZONE))
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code == 405 and not request.path.startswith(_FOR_MACHINES):
            # Django answers with nothing at all, and asks no handler.
            response = not_allowed(request, response.headers.get("Allow", ""))
        response.headers.setdefault(
            "Content-Language", translation.get_language() or settings.LANGUAGE_CODE
        )
        patch_vary_headers(response, ["Accept-Language"])
        return response


class SecondFactorForStaff(MiddlewareMixin):
    """Staff without a second factor are led to the page that sets one up; the demo is the one
    exception.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if not settings.CSBA_STAFF_SECOND_FACTOR or request.path in _NOT_FOR_READERS:
            return None
        user = request.user
        if not isinstance(user, User) or not user.is_staff:
            return None
        if request.path.startswith(_OPEN_TO_ALL) or is_mfa_enabled(user, _SECOND_FACTORS):
            return None
        return redirect(reverse("mfa_index"))
