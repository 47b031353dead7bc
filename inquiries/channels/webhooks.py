"""POST /hooks/mail/<provider>/: mail that a provider has received for us, by its signed webhook.

django-anymail knows the signatures and the shapes; ours is the order of things: the mail is
committed before 200 is said, and 503 makes the provider come again.
"""

import hashlib
import json
import logging
from collections.abc import Callable
from typing import Any, Final

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.inbound import AnymailInboundMessage
from anymail.webhooks.base import AnymailCoreWebhookView
from anymail.webhooks.brevo import BrevoInboundWebhookView
from anymail.webhooks.mailersend import MailerSendInboundWebhookView
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.mailjet import MailjetInboundWebhookView
from anymail.webhooks.mandrill import MandrillCombinedWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from anymail.webhooks.sendgrid import SendGridInboundWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from inquiries.channels.mailbox import receive
from inquiries.models import InboundMail

log = logging.getLogger(__name__)

PROVIDERS: Final[dict[str, type[AnymailCoreWebhookView]]] = {
    "brevo": BrevoInboundWebhookView,
    "mailersend": MailerSendInboundWebhookView,
    "mailgun": MailgunInboundWebhookView,
    "mailjet": MailjetInboundWebhookView,
    "mandrill": MandrillCombinedWebhookView,
    "postmark": PostmarkInboundWebhookView,
    "sendgrid": SendGridInboundWebhookView,
    "sparkpost": SparkPostInboundWebhookView,
}
SIGNED: Final = frozenset({"mailersend", "mailgun", "mandrill"})
"""These sign what they send; the others are known by name and password in the address."""

_UNREADABLE: Final = (
    AnymailError,
    SuspiciousOperation,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
)
_AS_IT_CAME: Final[dict[str, Callable[[HttpRequest], str]]] = {
    "mailgun": lambda request: request.POST.get("body-mime", ""),
    "sendgrid": lambda request: request.POST.get("email", ""),
    "postmark": lambda request: json.loads(request.body).get("RawEmail", ""),
}


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def mail_hook(request: HttpRequest, provider: str) -> HttpResponse:
    """Each mail of the call is kept; 403 for a wrong signature, 400 for what is no mail, 413 for
    what is too large, 503 while nothing can be stored.
    """
    if provider not in settings.CSBA_INBOUND_PROVIDERS or provider not in PROVIDERS:
        raise Http404
    if request.method == "HEAD":
        return HttpResponse()
    if int(request.headers.get("Content-Length") or 0) > 2 * settings.CSBA_MAIL_SIZE_LIMIT:
        return HttpResponse(status=413)
    try:
        view = PROVIDERS[provider]()
        view.run_validators(request)
        found = [_bytes(provider, request, event) for event in view.parse_events(request)]
    except AnymailWebhookValidationFailure:
        return HttpResponse(status=403)
    except _UNREADABLE as problem:
        log.warning("%s sent what cannot be read: %s", provider, type(problem).__name__)
        return HttpResponse(status=400)
    try:
        for raw, sender, recipients in found:
            receive.receive(
                raw, via=InboundMail.Via.WEBHOOK, envelope_from=sender, envelope_to=recipients
            )
    except DatabaseError as problem:
        log.warning("mail not kept, %s will try again: %s", provider, type(problem).__name__)
        return HttpResponse(status=503)
    return HttpResponse()


def _bytes(provider: str, request: HttpRequest, event: Any) -> tuple[bytes, str, list[str]]:
    """The mail as it came if the provider hands that on, else as it can be put together again."""
    message = event.message
    if message is None or not (message.get("From") or message.text or message.html):
        raise ValueError("a call without a mail")
    read = _AS_IT_CAME.get(provider)
    whole = read(request) if read is not None else ""
    raw = whole.encode("utf-8", "surrogateescape") if whole else _rebuilt(message)
    sender = message.envelope_sender or ""
    recipient = message.envelope_recipient or ""
    return raw, str(sender), [str(recipient)] if recipient else []


def _rebuilt(message: AnymailInboundMessage) -> bytes:
    """The same call gives the same bytes, so that it is one mail however often it comes."""
    said = "\n".join(f"{name}: {value}" for name, value in message.items())
    digest = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]
    for number, part in enumerate(message.walk()):
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            part.set_boundary(f"csba-{digest}-{number}")
    return bytes(message.as_bytes())
