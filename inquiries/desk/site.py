"""The desk: Django's admin with our frame, our login and our workspace."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from caselog.desk.urls import patterns as pages_of_caselog
from inquiries.desk.urls import patterns
from returns.desk.urls import patterns as pages_of_returns
from sellers.desk.urls import patterns as pages_of_sellers

View = Callable[..., HttpResponse]

_SECTIONS = {
    "account": _("Confirmed e-mail addresses"),
    "accounts": _("People"),
    "auth": _("Roles"),
    "caselog": _("Case Log"),
    "files": _("Files"),
    "inquiries": _("Inquiries"),
    "journal": _("Journal"),
    "outbox": _("Outgoing mail"),
    "returns": _("Returns and refunds"),
    "rulebook": _("Rulebook"),
    "sellers": _("Sellers and orders"),
}
_SECRET = frozenset({"mfa", "socialaccount", "usersessions"})
"""The login's machinery: its rows hold secrets of people, so nobody reads them in lists."""


class DeskSite(AdminSite):
    """Agents begin at the queue; the lists of all rows are one link away, under «Records»."""

    site_header = "CSBA"
    site_title = "CSBA"
    index_title = _("Records")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """As Django's, but the login's machinery has no lists."""
        alone = isinstance(model_or_iterable, type)
        given: list[Any] = [model_or_iterable] if alone else list(model_or_iterable)
        models = [model for model in given if model._meta.app_label not in _SECRET]
        super().register(models, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The workspace before the lists."""
        return [
            *patterns(self.admin_view),
            *pages_of_returns(self.admin_view),
            *pages_of_caselog(self.admin_view),
            *pages_of_sellers(self.admin_view),
            path("records/", self.admin_view(self.records), name="records"),
            *super().get_urls(),
        ]

    # Annotated as what it is: any view in, any view out; Django's stubs know views of one argument.
    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override]
        """A stranger is led to the login; a person who is no staff is refused, not led in
        circles.
        """
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def staff_only(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return staff_only

    # A way on instead of a page.
    def index(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The queue."""
        return redirect("admin:queue")

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """The lists under the words people use for them."""
        apps: list[dict[str, Any]] = super().get_app_list(request, app_label)
        for app in apps:
            app["name"] = _SECTIONS.get(app["app_label"], app["name"])
        return sorted(apps, key=lambda app: str(app["name"]).lower())

    def records(self, request: HttpRequest) -> HttpResponse:
        """The lists of all apps."""
        return super().index(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The one login of the house, which also asks for the second factor."""
        enter: View = secure_admin_login(super().login)
        return enter(request, extra_context)
