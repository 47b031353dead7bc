"""manage.py demo_mail: sends the demo's mails over SMTP and says what became of each."""

import re
import smtplib
import time
import uuid
import zoneinfo
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from csba import addresses
from inquiries.channels.mailbox.dispatch import Result
from inquiries.demo import anchors
from inquiries.models import BuyerMessage, InboundMail, Inquiry
from inquiries.rules import coverage, mail_identity
from sellers.models import Order

FOLDER: Final = settings.ROOT / "tests" / "mail" / "demo"
PATIENCE: Final = 30.0
_ID = re.compile(rb"^Message-ID: <(?P<name>[^@>]+)@(?P<host>[^>]+)>", re.MULTILINE)
_REPLY_TO = re.compile(rb"\$\{reply-to (?P<name>[\w-]+)\}")
_FROM = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True)
class Outcome:
    """One mail's line: what it was about, whether it is ours, where it went and why."""

    covered: str
    where: str
    why: str


class Command(BaseCommand):
    help = "Sends the mails of tests/mail/demo into the running system, one line each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="other mails than the demo's")
        parser.add_argument("--port", type=int, default=settings.CSBA_SMTP_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        files = options["files"] or sorted(FOLDER.glob("*.eml"))
        if not files:
            raise CommandError(f"There are no mails in {FOLDER}.")
        if not Order.objects.filter(number=anchors.ORDERS[0].number).exists():
            self.stderr.write("The demo's orders are not here: run `manage.py demo` first.")
        self.opened: dict[str, Inquiry] = {}
        berlin = zoneinfo.ZoneInfo(settings.CSBA_MARKETPLACE_ZONE)
        with translation.override("en"), timezone.override(berlin):
            for path in files:
                kept = self._wait_for(self._send(path, options["port"]))
                if kept.inquiry is not None and kept.result == Result.OPENED:
                    self.opened[path.stem] = kept.inquiry
                self._say(path.stem, _outcome(kept))

    def _send(self, path: Path, port: int) -> str:
        """The mail is with the listener; returns the Message-ID it went out with, new each time."""
        raw = path.read_bytes().replace(b"${service}", settings.CSBA_SENDER_ADDRESS.encode())
        raw = raw.replace(b"${transfer}", settings.CSBA_TRANSFER_ADDRESSES["DE"].encode())
        if found := _REPLY_TO.search(raw):
            inquiry = self.opened.get(found["name"].decode())
            if inquiry is None:
                raise CommandError(f"{path.name} answers {found['name'].decode()}: send that too.")
            address = addresses.write(addresses.BUYER_LANE, inquiry.number)
            raw = raw.replace(found[0], address.encode())
        mark = uuid.uuid4().hex[:8].encode()
        raw = _ID.sub(rb"Message-ID: <\g<name>." + mark + rb"@\g<host>>", raw, count=1)
        sender = _FROM.search(mail_identity.header(raw, "From"))
        to = _FROM.sub(r"\1", mail_identity.header(raw, "To"))
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=30) as session:
                session.sendmail(
                    sender[1] if sender else "", to, raw.replace(b"\n", b"\r\n"), ["BODY=8BITMIME"]
                )
        except (OSError, smtplib.SMTPException) as problem:
            raise CommandError(
                f"The listener on port {port} does not take {path.name}: {problem}. "
                "Is bin/run running?"
            ) from problem
        return mail_identity.of(raw)[0]

    def _wait_for(self, message_id: str) -> InboundMail:
        """The mail once a worker is done with it; as it lies there when patience ends."""
        deadline = time.monotonic() + PATIENCE
        while True:
            kept = (
                InboundMail.objects.defer("raw")
                .select_related("inquiry__seller", "case")
                .get(message_id=message_id)
            )
            if kept.status != InboundMail.Status.RECEIVED or time.monotonic() > deadline:
                return kept
            time.sleep(0.05)

    def _say(self, name: str, outcome: Outcome) -> None:
        self.stdout.write(f"{name:32} {outcome.covered:12} {outcome.where:44} {outcome.why}")


def _outcome(kept: InboundMail) -> Outcome:
    if kept.status == InboundMail.Status.RECEIVED:
        return Outcome("-", "still waiting", f"No worker took it within {PATIENCE:.0f} s.")
    if kept.status == InboundMail.Status.FAILED:
        return Outcome("-", "quarantine", kept.error)
    result = str(Result(kept.result).label)
    inquiry = kept.inquiry
    if inquiry is None:
        return Outcome("-", str(kept.case or "nowhere"), result)
    if kept.result not in {Result.OPENED, Result.TAKEN_OVER}:
        return Outcome("-", inquiry.number, result)
    return Outcome(
        "covered" if inquiry.covered else "not covered",
        f"{inquiry.number} → {_where(inquiry)}",
        coverage.sentence(inquiry.verdict, inquiry.verdict_facts),
    )


def _where(inquiry: Inquiry) -> str:
    if inquiry.status == Inquiry.Status.ROUTED:
        message = BuyerMessage.objects.select_related("seller").get(inquiry=inquiry)
        return f"{message.seller.short_name}'s buyer messages"
    if inquiry.waiting_since is None:
        return "buyer asked"
    return f"queue ({inquiry.signal.lower()} signal)" if inquiry.signal else "queue"
