"""The mail on the wire: its headers, its two parts, and nothing that somebody smuggled in."""

import pytest
from django.conf import settings as product

from csba.outbox import delivery
from csba.outbox.models import OutgoingMail
from tests.csba.conftest import JONAS, Queue
from tests.csba.factories import refreshed
from tests.csba.relay import TestRelay

Status = OutgoingMail.Status


def test_the_headers_carry_the_thread_and_say_that_a_robot_writes(
    queue: Queue, relay: TestRelay
) -> None:
    mail = queue(
        reply_to="inq+1@csba.example",
        in_reply_to="<second@buyers.test>",
        references=["<first@buyers.test>", "<second@buyers.test>"],
        subject="Ihre Anfrage — größer als 龙",
    )
    delivery.deliver_due()
    message = relay.taken[0].message
    assert message["Message-ID"] == mail.message_id
    assert message["In-Reply-To"] == "<second@buyers.test>"
    assert message["References"].split() == [
        "<first@buyers.test>",
        "<second@buyers.test>",
        mail.message_id,
    ]
    assert message["Reply-To"] == "inq+1@csba.example"
    assert message["To"] == JONAS
    assert message["From"].addresses[0].addr_spec == product.CSBA_SENDER_ADDRESS
    assert message["From"].addresses[0].display_name == product.CSBA_SENDER_NAME
    assert message["Subject"] == "Ihre Anfrage — größer als 龙"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-CSBA-Loop"] == product.CSBA_REPLY_DOMAIN
    assert message["Content-Language"] == "de"
    assert message["Date"].datetime == mail.created_at.replace(microsecond=0)


def test_a_persons_mail_does_not_say_that_a_robot_writes(queue: Queue, relay: TestRelay) -> None:
    queue(automatic=False)
    delivery.deliver_due()
    message = relay.taken[0].message
    assert message["Auto-Submitted"] is None
    assert message["In-Reply-To"] is None
    assert message["Reply-To"] is None


def test_long_foreign_message_ids_are_neither_encoded_nor_broken(
    queue: Queue, relay: TestRelay
) -> None:
    ids = [f"<{letter * 90}@mail.of-a-long-name.test>" for letter in "abc"]
    queue(in_reply_to=ids[2], references=ids)
    delivery.deliver_due()
    raw = relay.taken[0].content
    for wanted in ids:
        assert wanted.encode() in raw
    assert f"In-Reply-To: {ids[2]}\r\n".encode() in raw
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert relay.taken[0].message["References"].split()[:3] == ids


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("de", "Größe: 5 €, „schön“\n\n.\n\nEin Punkt allein"),
        ("zh-hans", "深圳龙门电子有限公司：您好！"),
    ],
)
def test_text_and_html_arrive_as_written(
    queue: Queue, relay: TestRelay, language: str, body: str
) -> None:
    mail = queue(language=language, body=body)
    delivery.deliver_due()
    message = relay.taken[0].message
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert [text.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    assert [text.get_content_charset(), html.get_content_charset()] == ["utf-8", "utf-8"]
    assert text.get_content().replace("\r\n", "\n") == mail.text == f"{body}\n"
    assert html.get_content().replace("\r\n", "\n").strip() == mail.html.strip()
    assert message["Content-Language"] == language
    assert all(byte < 128 for byte in relay.taken[0].content)


SMUGGLED = "Bcc: all@buyers.test"


@pytest.mark.parametrize(
    "fields", [{"to_address": f"a@b.test\r\n{SMUGGLED}"}, {"subject": f"x\n{SMUGGLED}"}]
)
def test_a_row_with_a_smuggled_header_fails_and_stops_no_other(
    queue: Queue, relay: TestRelay, fields: dict[str, str]
) -> None:
    """`enqueue` lets none through; a row written by other means does not leave either."""
    bad, good = queue(), queue("anna@buyers.test")
    OutgoingMail.objects.filter(pk=bad.pk).update(**fields)
    assert delivery.deliver_due() == 2
    assert refreshed(bad).status == Status.FAILED
    assert refreshed(good).status == Status.SENT
    assert [mail.to for mail in relay.taken] == [["anna@buyers.test"]]


def test_smuggled_words_do_not_become_headers(queue: Queue, relay: TestRelay) -> None:
    queue(subject=f"x\r\n{SMUGGLED}", in_reply_to=f"<a@b>\r\n{SMUGGLED}")
    delivery.deliver_due()
    assert relay.taken[0].message["Bcc"] is None
    assert b"Bcc:" not in relay.taken[0].content.split(b"\r\n\r\n")[0]


def test_a_domain_with_umlauts_is_written_in_ascii(queue: Queue, relay: TestRelay) -> None:
    queue("post@bücher.test")
    delivery.deliver_due()
    assert relay.taken[0].to == ["post@xn--bcher-kva.test"]
    assert relay.taken[0].message["To"] == "post@xn--bcher-kva.test"


def test_a_name_with_umlauts_before_the_at_fails_with_the_reason(
    queue: Queue, relay: TestRelay
) -> None:
    mail = queue("müller@buyers.test")
    delivery.deliver_due()
    assert refreshed(mail).status == Status.FAILED
    assert "ascii" in mail.last_error
