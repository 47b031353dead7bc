"""What the addresses of mails on the desk point to: an HTML mail with a file, words of others."""

from typing import Any

from csba.outbox import suppressed
from inquiries import tasks
from inquiries.models import Inquiry, Message, WordRule
from inquiries.operations import inbound
from tests.mail.posting import mail

HTML = b"""From: Jonas <jonas@buyers.test>
To: service@csba.example
Subject: Foto
Message-ID: <foto-of-access@buyers.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=p

--p
Content-Type: text/html; charset=utf-8

<p>Siehe Foto.</p>
--p
Content-Type: text/plain; name=notiz.txt
Content-Disposition: attachment; filename=notiz.txt

Notiz
--p--
"""


def made(at: Any) -> dict[str, list[Any]]:
    """By the name of the address, what stands in it."""
    kept = inbound.keep(HTML, via="SMTP")
    inbound.keep(mail("Hallo?", sender="eva@strangers.test"), via="SMTP")
    tasks.handle_received_mail()
    kept.refresh_from_db()
    inquiry: Inquiry = kept.inquiry  # type: ignore[assignment]
    message = Message.objects.get(inbound=kept)
    here = [inquiry.number, message.pk]
    row = suppressed.suppress("gone@buyers.test", reason="HARD_BOUNCE", at=at)
    return {
        **dict.fromkeys(("mail", "mail-html", "mail-html-images"), here),
        **dict.fromkeys(("accept-sender", "separate-message", "take-back"), here),
        "mail-file": [inquiry.number, kept.attachments.get().pk],
        "correct-reason": [inquiry.number],
        "undelivered-seen": [inquiry.number],
        "inquiries_wordrule_change_words": [WordRule.objects.earliest("pk").pk],
        "outbox_suppression_lift": [row.pk],
    }
