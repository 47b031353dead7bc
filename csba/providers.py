"""Mail providers in the settings: one key for each direction, under the names each library part
asks for.
"""

from collections.abc import Sequence
from typing import Any, Final

from csba import environment as env

KEYS: Final = {
    "brevo": "BREVO_API_KEY",
    "mailersend": "MAILERSEND_API_TOKEN",
    "mailgun": "MAILGUN_API_KEY",
    "mandrill": "MANDRILL_API_KEY",
    "postmark": "POSTMARK_SERVER_TOKEN",
    "resend": "RESEND_API_KEY",
    "sendgrid": "SENDGRID_API_KEY",
    "sparkpost": "SPARKPOST_API_KEY",
}
"""Those that send for us, and what the library calls their key."""

_SIGNED: Final = {
    "mailersend": "MAILERSEND_INBOUND_SECRET",
    "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY",
    "mandrill": "MANDRILL_WEBHOOK_KEY",
}
_BY_PASSWORD: Final = frozenset({"brevo", "mailjet", "postmark", "sendgrid", "sparkpost"})


def anymail(
    *,
    provider: str,
    key: str,
    domain: str,
    url: str,
    inbound: Sequence[str],
    inbound_secret: str,
    inbound_key: str,
) -> dict[str, Any]:
    """The library's own settings; the end with a sentence where something is missing that would
    let anybody send in our name, or hand mail to us.
    """
    found: dict[str, Any] = {"REQUESTS_TIMEOUT": (10, 60)}
    if provider:
        if not key:
            env.stop("CSBA_MAIL_PROVIDER_KEY is not set: it is the provider's key for sending.")
        found[KEYS[provider]] = key
        if domain:
            found["MAILGUN_SENDER_DOMAIN"] = domain
        if url:
            found[f"{provider.upper()}_API_URL"] = url
    for name in inbound:
        if name in _SIGNED:
            if not inbound_key:
                env.stop(f"CSBA_INBOUND_KEY is not set: {name} signs its calls with it.")
            found[_SIGNED[name]] = inbound_key
        elif name in _BY_PASSWORD:
            if ":" not in inbound_secret:
                env.stop(
                    f"CSBA_INBOUND_SECRET is not set: {name} shows it as name:password, and "
                    "anybody could hand mail to us without it."
                )
        else:
            known = ", ".join(sorted({*_SIGNED, *_BY_PASSWORD}))
            env.stop(f"CSBA_INBOUND_PROVIDERS holds {name!r}: set it to some of {known}.")
    if inbound_secret:
        found["WEBHOOK_SECRET"] = inbound_secret
    return found
