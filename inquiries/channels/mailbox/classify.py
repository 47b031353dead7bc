"""Was this mail written by a person? Automatic mail is kept, and never treated as an answer.

Whatever may be a machine must not be answered by one: that is how two systems write to each other
for ever. List headers alone (List-Id and the like) do not make a mail automatic (helpdesk L1, L3).
"""

from typing import Final

from inquiries.channels.mailbox import headers
from inquiries.channels.mailbox.parse import ParsedMail
from inquiries.models import InboundMail

Kind = InboundMail.Kind

NULL_SENDER: Final = "<>"
"""An envelope without sender, as bounces and many automatic answers have it; "" means unknown."""

_POSTMASTERS: Final = ("mailer-daemon@", "postmaster@", "mail-daemon@")
_AUTOMATIC_PRECEDENCE: Final = frozenset({"auto_reply", "auto-reply"})
_BULK_PRECEDENCE: Final = frozenset({"bulk", "list", "junk"})


def kind(mail: ParsedMail, *, envelope_from: str, own_domain: str) -> str:
    """The kind of a mail, by the standard marks only; nobody's words are read for it."""
    if _is_ours(mail, own_domain):
        return Kind.ECHO
    if _is_bounce(mail, envelope_from):
        return Kind.BOUNCE
    if _is_auto_reply(mail, envelope_from):
        return Kind.AUTO_REPLY
    if _word(mail, "precedence") in _BULK_PRECEDENCE:
        return Kind.BULK
    return Kind.HUMAN


def _is_ours(mail: ParsedMail, own_domain: str) -> bool:
    host = mail.message_id.strip("<>").rpartition("@")[2].lower()
    return host == own_domain or "x-csba-loop" in mail.headers


def _is_bounce(mail: ParsedMail, envelope_from: str) -> bool:
    if mail.content_type == "multipart/report":
        # A receipt ("your mail was read") is a report as well, but nothing has failed.
        return mail.report_type != "disposition-notification"
    if "x-failed-recipients" in mail.headers:
        return True
    return mail.sender.startswith(_POSTMASTERS) and envelope_from in {NULL_SENDER, ""}


def _is_auto_reply(mail: ParsedMail, envelope_from: str) -> bool:
    if envelope_from == NULL_SENDER or mail.content_type == "multipart/report":
        return True
    if _word(mail, "auto-submitted") not in {"", "no"}:
        return True
    if _word(mail, "x-auto-response-suppress") not in {"", "none"}:
        return True
    if _word(mail, "precedence") in _AUTOMATIC_PRECEDENCE:
        return True
    return any(name in mail.headers for name in ("x-autoreply", "x-autorespond", "x-autoresponder"))


def _word(mail: ParsedMail, name: str) -> str:
    """The first word of a header, without comments and parameters."""
    value = headers.decoded(mail.headers.get(name, ""))
    return value.partition(";")[0].partition("(")[0].strip().lower()
