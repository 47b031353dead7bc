"""Our own pages below /accounts/; they stand before those of the login library."""

from django.urls import path

from csba.accounts import login_with, profile

urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("sessions/<int:pk>/end/", profile.end_session, name="end_session"),
    path("amazon/login/", login_with.begin, name="amazon_login"),
    path("amazon/login/callback/", login_with.come_back, name="amazon_callback"),
]
