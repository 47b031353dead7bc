"""The addresses at which machines hand mail over."""

from django.urls import path

from inquiries.channels import webhooks

app_name = "hooks"

urlpatterns = [path("mail/<slug:provider>/", webhooks.mail_hook, name="mail")]
