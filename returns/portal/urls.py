"""The addresses of this app's pages in the portal, below /portal/."""

from django.urls import path

from returns.portal import changes, money, policies, requests, trial

app_name = "returns"

urlpatterns = [
    path(route, view, name=name)
    for route, view, name in [
        *policies.PAGES,
        *requests.PAGES,
        *money.PAGES,
        *changes.PAGES,
        *trial.PAGES,
    ]
]
