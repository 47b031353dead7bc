"""manage.py listen_mail: takes mail over SMTP at CSBA_SMTP_HOST:CSBA_SMTP_PORT.

With --lmtp it speaks LMTP there, for a mail server that delivers to us; with a socket
(CSBA_LMTP_SOCKET or --socket) it speaks LMTP at that.
"""

import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from inquiries.channels.smtp import Listener, SocketListener


class Command(BaseCommand):
    help = "Takes mail over SMTP (or LMTP) until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lmtp", action="store_true", help="speak LMTP at host and port")
        parser.add_argument(
            "--socket", default=settings.CSBA_LMTP_SOCKET, help="speak LMTP at this unix socket"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = settings.CSBA_SMTP_HOST, settings.CSBA_SMTP_PORT
        enough = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            enough.set()

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, end)
        where = options["socket"] or f"{host}:{port}"
        listener: Listener | SocketListener
        try:
            if options["socket"]:
                listener = SocketListener(options["socket"])
            else:
                listener = Listener(host, port, lmtp=options["lmtp"])
            listener.start()
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        except OSError as problem:
            raise CommandError(
                f"Cannot listen on {where}: {problem}. "
                "Set CSBA_SMTP_HOST and CSBA_SMTP_PORT to an address that is free."
            ) from problem
        self.stdout.write(f"Listening for mail on {where}.")
        self.stdout.flush()
        enough.wait()
        listener.stop()
