"""Whatever bytes come: they are read, told apart, cleaned and shown, and nothing is raised."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inquiries.channels.mailbox import (
    authentication,
    classify,
    forwards,
    headers,
    marketplace,
    reports,
    safe_html,
    texts,
)
from inquiries.channels.mailbox.parse import parse
from inquiries.rules import mail_identity

RAW = [path.read_bytes() for path in sorted((Path(__file__).parent / "raw").glob("*.eml"))]
PIECES = [
    *(b"\r\n", b"\n", b"\r", b"\0", b"\xff\xfe", b"=?", b"?=", b"=?gb2312?B?", b"--", b"boundary="),
    *(b"Content-Type: ", b"multipart/mixed; ", b"message/rfc822", b"charset=utf-7", b"base64"),
    *(b"Content-Transfer-Encoding: ", b"begin 644 a\n", b"\nend\n", b"<div>", b"</", b"&#0;"),
    *(b"Von: ", "发件人：".encode(), b"From: ", b"> ", b"Am 3.11. schrieb", b"<", b">", b'"', b"("),
    *(b"filename*0*=utf-8''%", b"\x78\x9f\x3e\x22", b"------------- Message: -------------"),
]


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """A real mail with pieces cut out, doubled and put in, or bytes that never were one."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=2_000))
    raw = bytearray(draw(st.sampled_from(RAW)))
    for _change in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(raw)))
        match draw(st.integers(0, 3)):
            case 0:
                del raw[at : at + draw(st.integers(1, 200))]
            case 1:
                raw[at:at] = draw(st.sampled_from(PIECES)) * draw(st.integers(1, 3))
            case 2:
                raw[at:at] = draw(st.binary(max_size=20))
            case _:
                raw[at:at] = raw[at : at + draw(st.integers(1, 300))]
    return bytes(raw)


def everything(raw: bytes) -> None:
    """All that intake and desk do with a mail before the database is asked."""
    mail_identity.of(raw)
    mail = parse(raw)
    classify.kind(mail, envelope_from="", own_domain="csba.example")
    classify.may_be_answered(mail)
    authentication.of(mail)
    reports.failures(mail)
    reports.complaint_of(mail)
    headers.bare_subject(mail.subject)
    marketplace.notice(
        sender="x@marketplace.amazon.de", subject=mail.subject, text=mail.text, head=mail.headers
    )
    for one in forwards.all_in(mail):
        marketplace.framed(one.text)
    cleaned = safe_html.clean(mail.html, pictures={}, remote=False).html.lower()
    assert "<script" not in cleaned
    assert " onerror=" not in cleaned
    texts.from_html(mail.html)
    # PostgreSQL takes neither of these.
    for said in (mail.text, mail.subject, mail.sender, mail.sender_name, mail.html):
        assert "\0" not in said
        said.encode()
    assert mail.fold_at is None or 0 < mail.fold_at <= len(mail.text)


@given(mangled())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_bytes_make_the_reader_fail(raw: bytes) -> None:
    everything(raw)


@pytest.mark.slow
@pytest.mark.skipif(
    "FUZZ_MINUTES" not in os.environ, reason="a minute of bytes: set FUZZ_MINUTES=1"
)
@given(mangled())
@settings(
    max_examples=int(os.environ.get("FUZZ_MINUTES", "1")) * 32_000,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
def test_a_minute_of_bytes_makes_the_reader_fail_nowhere(raw: bytes) -> None:
    everything(raw)
