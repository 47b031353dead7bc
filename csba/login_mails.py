"""The login library's mails, which leave by our outbox like every other letter."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from csba.accounts.adapter import AccountAdapter, reading
from csba.accounts.models import User
from csba.outbox.enqueue import enqueue

# For a mail of the library that we have no letter for: its words in our form.
_ANY_LETTER = "account/mail/any"


class MailingAdapter(AccountAdapter):
    """What the library wants to send is stored for its reader; no relay is needed for that."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The mail is in the outbox, in its reader's language and zone; nothing is sent here.

        The letter is `account/mail/<name>.txt` (`mfa/mail/…`) for `account/email/<name>`; where
        there is none, the library's own words in our form. Links and codes in it are secrets.
        """
        user = context.get("user") or User.objects.filter(email=email.strip().lower()).first()
        enqueue(
            _letter(template_prefix),
            to=email,
            language=user.language if user else reading(),
            time_zone=user.time_zone if user else settings.CSBA_MARKETPLACE_ZONE,
            about=user,
            context={
                **context,
                "email": email,
                "account": user,
                "current_site": {
                    "name": settings.CSBA_SENDER_NAME,
                    "domain": urlsplit(settings.CSBA_BASE_URL).netloc,
                },
                "subject_template": f"{template_prefix}_subject.txt",
                "message_template": f"{template_prefix}_message.txt",
            },
            automatic=True,
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """A change to the account is told to its owner, who reads it in their own language."""
        super().send_notification_mail(
            template_prefix, user, {**(context or {}), "user": user}, email
        )

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Built from our own address, never from what a browser says the host is."""
        return _at_home(super().get_email_confirmation_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Built from our own address, never from what a browser says the host is."""
        return _at_home(super().get_reset_password_from_key_url(key))


def _letter(template_prefix: str) -> str:
    ours = template_prefix.replace("/email/", "/mail/")
    try:
        get_template(f"{ours}.txt")
    except TemplateDoesNotExist:
        return _ANY_LETTER
    return ours


def _at_home(url: str) -> str:
    return f"{settings.CSBA_BASE_URL}{urlsplit(url).path}"
