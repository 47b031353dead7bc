"""python -m csba.sink: takes mail by SMTP, shows it by HTTP, until it is told to stop."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from csba.sink.box import Box
from csba.sink.web import serve

LARGEST = 40 * 1024 * 1024


class Taker:
    """Takes every mail for every recipient."""

    def __init__(self, mails: Box) -> None:
        self.mails = mails

    async def handle_DATA(  # noqa: N802 -- aiosmtpd calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """The mail is on disk before the sender hears that it was taken."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        mail_id = self.mails.keep(content, sender=envelope.mail_from or "", to=envelope.rcpt_tos)
        return f"250 kept as {mail_id}"


def controller(mails: Box, port: int) -> Controller:
    """An SMTP server on loopback that keeps its mail in this box; the caller starts it."""
    return Controller(
        Taker(mails),
        hostname="127.0.0.1",
        port=port,
        data_size_limit=LARGEST,
        server_hostname="sink.localhost",
    )


def main() -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m csba.sink", description=__doc__)
    parser.add_argument("--smtp-port", type=int, default=1025)
    parser.add_argument("--http-port", type=int, default=8025)
    parser.add_argument("--folder", type=Path, default=Path("var/mail"))
    options = parser.parse_args()
    mails = Box(options.folder)
    done = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: done.set())
    taking = controller(mails, options.smtp_port)
    showing = serve(mails, options.http_port)
    taking.start()
    threading.Thread(target=showing.serve_forever, daemon=True).start()
    done.wait()
    taking.stop()
    showing.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
