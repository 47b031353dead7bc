"""Pages of a seller's account: below /portal/."""

from django.urls import path

from sellers.portal import agreements, interest, joining, people, preferences, views

app_name = "sellers"

urlpatterns = [
    path("account/", views.account, name="account"),
    path("services/", views.services, name="services"),
    path("services/csba/opt-in/", views.opt_in, name="opt-in"),
    path("services/csba/opt-out/", views.opt_out, name="opt-out"),
    path("switch/", joining.switch, name="switch"),
    path("join/", joining.join, name="join"),
    path("join/<str:secret>/", joining.open_invitation, name="open-invitation"),
    *(
        path(route, view, name=name)
        for route, view, name in [
            *agreements.PAGES,
            *interest.PAGES,
            *people.PAGES,
            *preferences.PAGES,
        ]
    ),
]
