"""Which mails a machine wrote, by the standard marks; tested in both directions."""

from pathlib import Path

import pytest

from inquiries.channels.mailbox import classify
from inquiries.channels.mailbox.parse import parse

OURS = "csba.example"
REPORT = "Content-Type: multipart/report; boundary=p; report-type={}"


def kind(headers: str, *, sender: str = "Jonas <jonas@buyers.test>", envelope: str = "x@y") -> str:
    raw = f"From: {sender}\nMessage-ID: <1@buyers.test>\n{headers}\n\nx".encode()
    return classify.kind(parse(raw), envelope_from=envelope, own_domain=OURS)


@pytest.mark.parametrize(
    "headers",
    [
        "Subject: Frage",
        "Auto-Submitted: no",
        "X-Auto-Response-Suppress: None",
        "Precedence: normal",
        "List-Id: <familie.lists.test>\nList-Unsubscribe: <mailto:x@lists.test>",
        "Subject: Automatische Antwort auf Ihre Frage?",
        "Return-Path: <jonas@buyers.test>",
        "X-Mailer: Auto-Mailer 3",
    ],
)
def test_a_person_wrote_it(headers: str) -> None:
    assert kind(headers) == "HUMAN"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("Auto-Submitted: auto-replied", "AUTO_REPLY"),
        ("auto-submitted: Auto-Generated; owner=x", "AUTO_REPLY"),
        ("Auto-Submitted: auto-notified (by x)", "AUTO_REPLY"),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", "AUTO_REPLY"),
        ("X-Autoreply: yes", "AUTO_REPLY"),
        ("X-Autorespond: Urlaub", "AUTO_REPLY"),
        ("Precedence: auto_reply", "AUTO_REPLY"),
        ("Precedence: bulk", "BULK"),
        ("Precedence: LIST", "BULK"),
        ("Precedence: junk", "BULK"),
        (REPORT.format("delivery-status"), "BOUNCE"),
        (REPORT.format("disposition-notification"), "AUTO_REPLY"),
        ("X-Failed-Recipients: a@b.test", "BOUNCE"),
        ("X-CSBA-Loop: csba.example", "ECHO"),
    ],
)
def test_a_machine_wrote_it(headers: str, expected: str) -> None:
    assert kind(headers) == expected


def test_an_empty_return_path_is_a_machines_and_an_unknown_one_tells_nothing() -> None:
    assert kind("Subject: x", envelope="<>") == "AUTO_REPLY"
    assert kind("Subject: x", envelope="") == "HUMAN"


def test_the_postmaster_sends_bounces() -> None:
    assert kind("Subject: x", sender="MAILER-DAEMON@mx.test", envelope="<>") == "BOUNCE"


def test_a_message_id_of_our_own_domain_is_our_own_mail() -> None:
    raw = b"From: a@b.test\nMessage-ID: <csba.7@CSBA.example>\n\nx"
    assert classify.kind(parse(raw), envelope_from="a@b.test", own_domain=OURS) == "ECHO"


def test_an_answer_that_only_quotes_an_automatic_mail_is_a_persons() -> None:
    raw = (
        b"From: a@b.test\nContent-Type: multipart/mixed; boundary=p\n\n"
        b"--p\n\nSiehe Anlage\n--p\n"
        b"Content-Type: message/rfc822\n\nAuto-Submitted: auto-replied\nX-CSBA-Loop: x\n\n"
        b"x\n--p--\n"
    )
    assert classify.kind(parse(raw), envelope_from="a@b.test", own_domain=OURS) == "HUMAN"


def test_the_demo_mail_of_a_machine_is_known_as_one() -> None:
    for path in Path("tests/mail/demo").glob("*.eml"):
        mail = parse(path.read_bytes())
        found = classify.kind(mail, envelope_from=mail.sender, own_domain=OURS)
        assert (found != "HUMAN") == ("automatic" in path.name), path.name
