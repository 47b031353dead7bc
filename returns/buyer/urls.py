"""The addresses of this app's pages for buyers, below /help/."""

from django.urls import path

from returns.buyer import requests

app_name = "buyer-returns"

urlpatterns = [path(route, view, name=name) for route, view, name in requests.PAGES]
