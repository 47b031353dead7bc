"""manage.py receive_mail: keeps one mail from standard input, for a pipe of Postfix or Exim.

    transport: csba unix - n n - 4 pipe user=csba null_sender=<>
        argv=/srv/csba/bin/manage receive_mail --sender ${sender} ${recipient}

The exit status speaks the language of mail servers: 0 kept, 75 try again later (the database is
away), 65 not a mail. So nothing is lost and nothing bounces without reason.
"""

import sys
from argparse import ArgumentParser
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError

from inquiries.channels.mailbox import receive
from inquiries.models import InboundMail

EX_DATAERR: Final = 65
EX_TEMPFAIL: Final = 75


class Command(BaseCommand):
    help = "Keeps one mail from standard input (for a mail server's pipe)."
    requires_system_checks: Any = []  # it runs once a mail

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sender", default="", help="the envelope's sender; <> for none")
        parser.add_argument("recipients", nargs="*", help="the envelope's recipients")

    def handle(self, *args: Any, **options: Any) -> None:
        limit = settings.CSBA_MAIL_SIZE_LIMIT
        raw = sys.stdin.buffer.read(limit + 1)
        if not raw.strip():
            self._end(EX_DATAERR, "Nothing came in: expected a mail on standard input.")
        if len(raw) > limit:
            self._end(EX_DATAERR, f"The mail is larger than {limit} bytes (CSBA_MAIL_SIZE_LIMIT).")
        try:
            receive.receive(
                raw,
                via=InboundMail.Via.PIPE,
                envelope_from=options["sender"],
                envelope_to=options["recipients"],
            )
        except DatabaseError as problem:
            self._end(
                EX_TEMPFAIL,
                f"The mail could not be stored and should be tried again: {problem}",
            )

    def _end(self, status: int, words: str) -> None:
        self.stderr.write(words.strip())
        sys.exit(status)
