"""The mail sink: what comes in by SMTP can be read, and nothing in it can do harm."""

import http.client
import json
import smtplib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from csba.embedded.process import free_port, release
from csba.sink.__main__ import controller
from csba.sink.box import Box, linked
from csba.sink.web import serve


@dataclass
class Sink:
    """A running sink, as a mail program and a browser see it."""

    smtp_port: int
    http_port: int

    def send(self, mail: EmailMessage | bytes, to: str = "jonas@buyer.test") -> None:
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as link:
            link.sendmail("service@csba.test", [to], raw)

    def get(self, path: str, host: str = "localhost") -> tuple[int, str, http.client.HTTPMessage]:
        link = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=5)
        try:
            link.request("GET", path, headers={"Host": f"{host}:{self.http_port}"})
            answer = link.getresponse()
            return answer.status, answer.read().decode(errors="replace"), answer.headers
        finally:
            link.close()

    def mails(self, query: str = "") -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self.get(f"/api/mails{query}")[1])
        return found


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    smtp_port, http_port = free_port(20025), free_port(20080)
    box = Box(tmp_path)
    taking, showing = controller(box, smtp_port), serve(box, http_port)
    taking.start()
    thread = threading.Thread(target=showing.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Sink(smtp_port, http_port)
    showing.shutdown()
    showing.server_close()
    thread.join()
    taking.stop()
    release(smtp_port)
    release(http_port)


def _mail(subject: str = "Ihre Rückgabe 退货", html: str = "") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Kundenservice <service@csba.test>"
    mail["To"] = "Jonas Müller <jonas@buyer.test>"
    mail["Subject"] = subject
    mail.set_content("Guten Tag <b>Jonas</b>,\nsiehe https://csba.test/f?a=1&b=2.\n")
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def test_a_mail_sent_by_smtp_can_be_read_as_json_and_as_a_page(sink: Sink) -> None:
    sink.send(_mail())
    (found,) = sink.mails()
    assert found["subject"] == "Ihre Rückgabe 退货"
    assert found["to"] == ["jonas@buyer.test"]
    assert "siehe https://csba.test/f?a=1&b=2" in str(found["text"])
    status, page, _ = sink.get(f"/mails/{found['id']}")
    assert status == 200
    assert "Guten Tag &lt;b&gt;Jonas&lt;/b&gt;" in page
    assert '<a href="https://csba.test/f?a=1&amp;b=2" target="_blank"' in page
    assert "退货" in sink.get("/")[1]


def test_the_list_is_newest_first_and_searched_by_recipient(sink: Sink) -> None:
    sink.send(_mail("first"), to="anna@seller.test")
    sink.send(_mail("second"))
    sink.send(_mail("third"), to="anna@seller.test")
    assert [mail["subject"] for mail in sink.mails()] == ["third", "second", "first"]
    assert [mail["subject"] for mail in sink.mails("?to=ANNA@")] == ["third", "first"]
    first = sink.mails()[-1]["id"]
    assert [mail["subject"] for mail in sink.mails(f"?after={first}")] == ["third", "second"]
    page = sink.get("/?to=jonas")[1]
    assert "second" in page
    assert "first" not in page


def test_hostile_html_can_neither_run_nor_load_nor_navigate(sink: Sink) -> None:
    evil = '<script>alert(1)</script><img src="https://spy.test/x"><a href="javascript:x">y</a>'
    sink.send(_mail("<script>alert(2)</script>", evil))
    mail_id = sink.mails()[0]["id"]
    _, page, headers = sink.get(f"/mails/{mail_id}")
    assert "<script>alert" not in page
    assert f'<iframe sandbox="" src="/mails/{mail_id}/html"' in page
    assert "javascript:" not in page
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    _, inside, headers = sink.get(f"/mails/{mail_id}/html")
    assert "<script>alert(1)" in inside
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; sandbox")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_links_of_the_html_are_listed_because_its_frame_lets_none_through(sink: Sink) -> None:
    sink.send(_mail(html='<a href="https://csba.test/join?x=1&amp;y=2">Join</a>'))
    page = sink.get(f"/mails/{sink.mails()[0]['id']}")[1]
    assert '<a href="https://csba.test/join?x=1&amp;y=2" target="_blank"' in page


def test_an_attachment_can_be_fetched_and_is_never_shown(sink: Sink) -> None:
    mail = _mail()
    mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename='a"b/ü.pdf')
    sink.send(mail)
    found = sink.mails()[0]
    assert found["attachments"] == ["a_b_ü.pdf"]
    status, content, headers = sink.get(f"/mails/{found['id']}/files/0")
    assert (status, content) == (200, "%PDF-")
    assert headers["Content-Disposition"] == 'attachment; filename="a_b__.pdf"'
    assert headers["Content-Type"] == "application/octet-stream"
    assert sink.get(f"/mails/{found['id']}/files/1")[0] == 404


@pytest.mark.parametrize(
    "raw",
    [
        b"no headers at all\r\n",
        b"Subject: =?xx?q?=ff?=\r\nFrom: =?utf-8?q?<<>>@@\r\nTo: ;;,,\r\n\r\nbody\r\n",
        b"Content-Type: text/plain; charset=nonsense\r\n\r\n\xff\xfe\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\nno parts\r\n",
        b"Message-ID: <[broken]@>\r\nDate: yesterday\r\n\r\n\r\n",
    ],
)
def test_a_broken_mail_is_shown_as_far_as_it_goes(sink: Sink, raw: bytes) -> None:
    sink.send(raw)
    mail_id = sink.mails()[0]["id"]
    assert sink.get(f"/mails/{mail_id}")[0] == 200
    assert sink.get(f"/mails/{mail_id}/raw")[0] == 200
    assert sink.get("/")[0] == 200


@pytest.mark.parametrize("path", ["/mails/../../etc/passwd", "/mails/x", "/nothing", "/mails/"])
def test_what_is_not_there_is_not_found(sink: Sink, path: str) -> None:
    assert sink.get(path)[0] == 404


def test_a_page_elsewhere_that_points_its_name_here_reads_nothing(sink: Sink) -> None:
    sink.send(_mail())
    assert sink.get("/api/mails", host="evil.test")[0] == 403


def test_only_the_last_mails_are_kept_and_they_outlive_a_restart(tmp_path: Path) -> None:
    box = Box(tmp_path, limit=3)
    for number in range(5):
        box.keep(f"Subject: {number}\r\n\r\n".encode(), sender="a@a.test", to=["b@b.test"])
    assert [found.subject for found in box.list()] == ["4", "3", "2"]
    assert len(list(tmp_path.glob("*.eml"))) == 3
    assert [found.subject for found in Box(tmp_path, limit=3).list()] == ["4", "3", "2"]


def test_a_link_ends_before_the_full_stop_and_the_bracket() -> None:
    assert linked("(see https://a.test/x?y=1).") == (
        '(see <a href="https://a.test/x?y=1" target="_blank" '
        'rel="noreferrer noopener">https://a.test/x?y=1</a>).'
    )
    assert linked("<https://a.test/>").count("&gt;") == 1
