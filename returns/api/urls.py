"""The addresses of this app's API, below /api/."""

from django.urls import path

from returns.api import trial

app_name = "returns_api"

urlpatterns = [path("returns/try", trial.Try.as_view(), name="try")]
