"""What every page needs: the reader's language and zone, and a second factor for staff."""

import zoneinfo

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

from csba.accounts.models import User

# Where staff without a second factor may still go: to set one up, or to leave.
_OPEN_TO_ALL = ("/accounts/", "/static/", "/healthz", "/status", "/i18n/")


class ReaderLanguageAndZone(MiddlewareMixin):
    """A person reads in their own language and zone; a stranger in the cookie's or the browser's,
    else German.
    """

    def process_request(self, request: HttpRequest) -> None:
        user = request.user
        if isinstance(user, User):
            language, zone = user.language, user.time_zone
        else:
            language, zone = (
                translation.get_language_from_request(request),
                settings.CSBA_MARKETPLACE_ZONE,
            )
        translation.activate(language)
        timezone.activate(zoneinfo.ZoneInfo(zone))
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
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
        user = request.user
        if not settings.CSBA_STAFF_SECOND_FACTOR or not isinstance(user, User) or not user.is_staff:
            return None
        if request.path.startswith(_OPEN_TO_ALL) or is_mfa_enabled(user):
            return None
        return redirect(reverse("mfa_index"))
