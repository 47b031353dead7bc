"""The portal's home, which mixes all apps, and what buyers wrote that the seller answers."""

from django.urls import path

from inquiries.portal import home

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("messages/", home.messages, name="messages"),
    path("messages/<str:number>/", home.message, name="message"),
]
