"""A mail has come in, by whatever door: it is kept, and a worker is woken."""

from collections.abc import Sequence

from inquiries.models import InboundMail
from inquiries.operations import inbound


def receive(
    raw: bytes, *, via: str, envelope_from: str = "", envelope_to: Sequence[str] = ()
) -> InboundMail:
    """The mail is committed; only then may anybody be told that we have it."""
    mail = inbound.keep(raw, via=via, envelope_from=envelope_from, envelope_to=envelope_to)
    inbound.wake()
    return mail
