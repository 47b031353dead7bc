"""manage.py fetch_mail: fetches mail from the IMAP mailbox of CSBA_IMAP_HOST, as it comes."""

import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from inquiries.channels import imap


class Command(BaseCommand):
    help = "Fetches mail from an IMAP mailbox until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="fetch what is there, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CSBA_IMAP_HOST:
            raise CommandError("CSBA_IMAP_HOST is not set: it names the server of the mailbox.")
        if options["once"]:
            try:
                with imap.connected() as box:
                    found = imap.fetch(box)
            except imap.PROBLEMS as problem:
                said = f"The mailbox at {settings.CSBA_IMAP_HOST}: {imap.in_words(problem)}."
                raise CommandError(said) from problem
            self.stdout.write(f"{found.kept} kept, {found.left} left in the mailbox.")
            return
        enough = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            enough.set()

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, end)
        self.stdout.write(f"Fetching mail from {settings.CSBA_IMAP_HOST}.")
        self.stdout.flush()
        imap.watch(enough)
