"""The map of the house: /desk for agents, /portal for sellers, /help for buyers, /status for
machines.
"""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from csba import live
from csba.accounts.views import choose_language
from csba.health import views as health

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="portal:home"), name="start"),
    path("desk/", admin.site.urls),
    path("admin/", RedirectView.as_view(pattern_name="admin:index")),
    path("portal/", include("inquiries.portal.urls")),
    path("portal/", include("sellers.portal.urls")),
    path("portal/", include("caselog.portal.urls")),
    path("portal/", include("returns.portal.urls")),
    path("help/", include("returns.buyer.urls")),
    path("help/", include("inquiries.buyer.urls")),
    path("accounts/", include("csba.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/set", choose_language, name="set_language"),
    path("api/", include("returns.api.urls")),
    path("hooks/", include("returns.channels.urls")),
    path("hooks/", include("inquiries.channels.urls")),
    path("live", live.stream, name="live"),
    path("healthz", health.alive, name="alive"),
    path("status", health.status, name="status"),
]

# What went wrong, in our frame; the login library asks for the 429.
handler400 = "csba.views.bad_request"
handler403 = "csba.views.forbidden"
handler404 = "csba.views.not_found"
handler429 = "csba.views.too_many"
handler500 = "csba.views.broken"
