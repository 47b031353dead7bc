"""Where the world's machines call, below /hooks/; each call is signed."""

from django.urls import path

from returns.channels import payout

urlpatterns = [path("payout", payout.hear, name="payout-hook")]
