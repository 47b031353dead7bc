"""Mail by a provider's API: sent, refused, uncertain; against a stand-in that speaks Postmark's."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from csba import providers
from csba.outbox import delivery
from csba.outbox.models import OutgoingMail
from tests.csba.factories import outgoing_mail, refreshed

pytestmark = pytest.mark.django_db


class Api:
    """Answers with `status`; at 0 it hangs up without a word."""

    def __init__(self) -> None:
        self.status = 200
        self.taken: list[dict[str, Any]] = []
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                said = json.loads(self.rfile.read(length))
                api.taken.append(said)
                if api.status == 0:
                    self.close_connection = True
                    return
                answer = {
                    "To": said["To"] if isinstance(said, dict) else "",
                    "MessageID": "pm-77",
                    "ErrorCode": 0 if api.status == 200 else 300,
                    "Message": "OK" if api.status == 200 else "refused",
                }
                body = json.dumps(answer).encode()
                self.send_response(api.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join(20)
        self.server.server_close()


@pytest.fixture
def api(settings: Any) -> Iterator[Api]:
    running = Api()
    settings.CSBA_MAIL_PROVIDER = "postmark"
    settings.ANYMAIL = providers.anymail(
        provider="postmark",
        key="server-token",
        domain="",
        url=running.url,
        inbound=[],
        inbound_secret="",
        inbound_key="",
    )
    yield running
    running.stop()


def sent(**fields: Any) -> OutgoingMail:
    mail = outgoing_mail(**fields)
    delivery.deliver_due()
    return refreshed(mail)


def test_a_mail_leaves_with_its_headers_and_gets_the_providers_number(api: Api) -> None:
    mail = sent(to_address="anna@buyers.test", reply_to="inq+1@csba.example")
    assert (mail.status, mail.provider_id) == ("SENT", "pm-77")
    said = api.taken[0]
    headers = {one["Name"]: one["Value"] for one in said["Headers"]}
    assert said["To"] == "anna@buyers.test"
    assert said["ReplyTo"] == "inq+1@csba.example"
    assert mail.message_id in headers["References"]
    assert headers["Auto-Submitted"] == "auto-generated"
    assert said["HtmlBody"].startswith("<!doctype html>") or "<html" in said["HtmlBody"].lower()


@pytest.mark.parametrize(
    ("status", "becomes"),
    [(422, "FAILED"), (406, "FAILED"), (429, "QUEUED"), (401, "QUEUED"), (500, "QUEUED")],
)
def test_an_answer_with_a_status_says_whether_another_try_makes_sense(
    api: Api, status: int, becomes: str
) -> None:
    api.status = status
    assert sent().status == becomes


def test_a_connection_that_broke_after_the_request_is_uncertain_and_not_tried_again(
    api: Api,
) -> None:
    api.status = 0
    mail = sent()
    assert (mail.status, len(api.taken)) == ("UNCERTAIN", 1)
    delivery.deliver_due()
    assert len(api.taken) == 1


def test_where_nobody_answers_nothing_has_left(api: Api, settings: Any) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_API_URL": "http://127.0.0.1:9/"}
    assert sent().status == "QUEUED"
