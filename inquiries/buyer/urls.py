"""The buyer's pages, below /help/."""

from django.urls import path

from inquiries.buyer import views

app_name = "buyer"

urlpatterns = [
    path("", views.contact, name="contact"),
    path("thanks/<str:receipt>/", views.thanks, name="thanks"),
]
