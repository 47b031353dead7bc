"""The portal's home, which mixes all apps, and what buyers wrote that the seller answers."""

from django.urls import path

from inquiries.portal import gaps, home

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("messages/", home.messages, name="messages"),
    path("messages/<str:number>/", home.message, name="message"),
    *(path(route, view, name=name) for route, view, name in gaps.PAGES),
]
