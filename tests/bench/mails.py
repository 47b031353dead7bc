"""Mails that differ: plain, quoted, HTML, with attachments, each about an order that exists."""

import functools
from email.message import EmailMessage

from tests.bench import data

_BODY = (
    "Guten Tag,\n\nmeine Bestellung {order} ist noch nicht da. Können Sie bitte nachsehen, wo "
    "das Paket bleibt? "
    "Angekündigt war der Dienstag, heute ist schon Freitag.\n\nViele Grüße\nKäufer {n}\n"
)
_QUOTE = (
    "\nAm Mo., 2. Nov. 2026 um 10:15 Uhr schrieb Kundenservice <service@csba.example>:\n"
    "> vielen Dank für Ihre Nachricht.\n> Wir sehen nach.\n"
)


def buyer_of(n: int) -> str:
    """Who writes mail n."""
    return data.buyer(n)


@functools.cache
def about(n: int, *, unique: str = "") -> bytes:
    """A mail of the buyer of order n; with `unique` the same words in another mail."""
    message = EmailMessage()
    message["From"] = f"Käufer {n} <{data.buyer(n)}>"
    message["To"] = "service@csba.example"
    message["Subject"] = f"Wo ist meine Bestellung {data.order_number(n)}?"
    message["Message-ID"] = f"<bench.{n}.{unique}@buyers.test>"
    message["Date"] = "Fri, 06 Nov 2026 10:00:00 +0100"
    text = _BODY.format(order=data.order_number(n), n=n)
    if n % 3 == 0:
        text += _QUOTE
    message.set_content(text)
    if n % 2 == 0:
        message.add_alternative(f"<html><body><p>{text}</p></body></html>", subtype="html")
    if n % 5 == 0:
        message.add_attachment(
            b"\x89PNG" + b"0" * 60_000, maintype="image", subtype="png", filename="paket.png"
        )
    return message.as_bytes()
