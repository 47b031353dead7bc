"""The sink's web server: pages for people, /api/mails for tests; loopback only, GET only."""

import json
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from csba.sink import box, pages
from csba.sink.box import Box

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A stranger's HTML: no script, no request, no form, no origin; also when opened outside its frame.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
OURS = {"localhost", "127.0.0.1", "[::1]"}


def serve(mails: Box, port: int) -> ThreadingHTTPServer:
    """A server on loopback that shows these mails; the caller runs it."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, mails))
    server.daemon_threads = True
    return server


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server_version = "sink"
    sys_version = ""
    timeout = 30

    def __init__(self, mails: Box, *arguments: Any) -> None:
        self.mails = mails  # before the request is handled, which the constructor does
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Answer with a page, a part of a mail, or JSON."""
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        if host not in OURS:  # a stranger's page that made its own name point here
            self._send("Ask for localhost.", "text/plain", status=HTTPStatus.FORBIDDEN)
            return
        address = urlsplit(self.path)
        asked = parse_qs(address.query)
        wanted = asked.get("to", [""])[0].strip()
        match address.path.strip("/").split("/"):
            case [""]:
                self._send(pages.listing(self.mails.list(wanted), wanted))
            case ["rows"]:
                self._send(pages.rows(self.mails.list(wanted), wanted))
            case ["sink.css"]:
                self._send(pages.STYLE, "text/css")
            case ["sink.js"]:
                self._send(pages.SCRIPT, "text/javascript")
            case ["api", "mails"]:
                self._send(self._as_json(wanted, asked.get("after", [""])[0]), "application/json")
            case ["mails", mail_id, *rest]:
                self._mail(mail_id, rest)
            case _:
                self._missing()

    def _mail(self, mail_id: str, rest: list[str]) -> None:
        raw = self.mails.raw(mail_id)
        if raw is None:
            self._missing()
            return
        mail = box.read(raw)
        match rest:
            case []:
                self._send(pages.one(mail_id, mail))
            case ["html"]:
                self._send(box.body(mail, "html"), policy=MAIL_POLICY)
            case ["raw"]:
                self._send(raw.decode("utf-8", "replace"), "text/plain", policy=MAIL_POLICY)
            case ["files", number] if number.isdecimal() and int(number) < len(
                list(box.attachments(mail))
            ):
                name, _, content = list(box.attachments(mail))[int(number)]
                self._send(content, "application/octet-stream", policy=MAIL_POLICY, name=name)
            case _:
                self._missing()

    def _as_json(self, wanted: str, after: str) -> str:
        """The newest mails with their text; `after` is an id, for a test that waits for more."""
        return json.dumps(
            [
                {
                    "id": found.id,
                    "at": found.at.isoformat(),
                    "from": found.sender,
                    "to": list(found.to),
                    "subject": found.subject,
                    "headers": box.headers(mail),
                    "text": box.body(mail, "plain"),
                    "html": box.body(mail, "html"),
                    "attachments": [name for name, _, _ in box.attachments(mail)],
                }
                for found in self.mails.list(wanted)
                if found.id > after
                for raw in [self.mails.raw(found.id)]
                if raw is not None
                for mail in [box.read(raw)]
            ]
        )

    def _missing(self) -> None:
        self._send("There is no such mail.", "text/plain", status=HTTPStatus.NOT_FOUND)

    def _send(
        self,
        content: str | bytes,
        kind: str = "text/html",
        *,
        policy: str = PAGE_POLICY,
        status: HTTPStatus = HTTPStatus.OK,
        name: str = "",
    ) -> None:
        data = content.encode("utf-8", "replace") if isinstance(content, str) else content
        self.send_response(status)
        self.send_header(
            "Content-Type", kind if isinstance(content, bytes) else f"{kind}; charset=utf-8"
        )
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        if name:
            ascii_name = name.encode("ascii", "replace").decode().replace("?", "_")
            self.send_header("Content-Disposition", f'attachment; filename="{ascii_name}"')
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:
        """Requests are not worth a line: the page asks every two seconds."""
