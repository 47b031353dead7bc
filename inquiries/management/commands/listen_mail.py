"""manage.py listen_mail: takes mail over SMTP at CSBA_SMTP_HOST:CSBA_SMTP_PORT."""

import signal
import threading
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from inquiries.channels.smtp import Listener


class Command(BaseCommand):
    help = "Takes mail over SMTP until SIGTERM or Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = settings.CSBA_SMTP_HOST, settings.CSBA_SMTP_PORT
        enough = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            enough.set()

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, end)
        listener = Listener(host, port)
        try:
            listener.start()
        except OSError as problem:
            raise CommandError(
                f"Cannot listen on {host}:{port}: {problem}. "
                "Set CSBA_SMTP_HOST and CSBA_SMTP_PORT to an address that is free."
            ) from problem
        self.stdout.write(f"Listening for mail on {host}:{port}.")
        self.stdout.flush()
        enough.wait()
        listener.stop()
