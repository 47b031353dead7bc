"""Mail by a provider's webhook: signed or refused, committed or asked for again, once or twice."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from csba import providers
from inquiries.channels.mailbox.parse import parse
from inquiries.models import InboundMail
from tests.mail.posting import mail

pytestmark = pytest.mark.django_db

KEY, SECRET = "signing-key", "mailman:password"


@pytest.fixture(autouse=True)
def _providers(settings: Any) -> None:
    settings.CSBA_INBOUND_PROVIDERS = ["mailgun", "postmark", "sendgrid", "brevo"]
    settings.ANYMAIL = providers.anymail(
        provider="",
        key="",
        domain="",
        url="",
        inbound=settings.CSBA_INBOUND_PROVIDERS,
        inbound_secret=SECRET,
        inbound_key=KEY,
    )


def password(secret: str = SECRET) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()}


def mailgun(raw: bytes, *, key: str = KEY) -> Any:
    stamp, token = str(int(time.time())), "t" * 50
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    said = {
        "timestamp": stamp,
        "token": token,
        "signature": signature,
        "sender": "jonas@buyers.test",
        "recipient": "service@csba.example",
        "body-mime": raw.decode(),
    }
    return Client().post("/hooks/mail/mailgun/", said, headers=password())


def postmark(*, secret: str = SECRET, **more: Any) -> Any:
    said = {
        "FromFull": {"Email": "jonas@buyers.test", "Name": "Jonas"},
        "From": "jonas@buyers.test",
        "To": "service@csba.example",
        "OriginalRecipient": "service@csba.example",
        "Subject": "Größe",
        "Date": "Tue, 3 Nov 2026 18:00:00 +0100",
        "TextBody": "Wo bleibt es?",
        "HtmlBody": "<p>Wo bleibt es?</p>",
        "Headers": [{"Name": "Message-ID", "Value": "<pm1@buyers.test>"}],
        "Attachments": [
            {"Name": "a.txt", "Content": "SGFsbG8=", "ContentType": "text/plain"},
        ],
        **more,
    }
    return Client().post(
        "/hooks/mail/postmark/",
        json.dumps(said),
        content_type="application/json",
        headers=password(secret),
    )


def test_a_signed_mail_is_kept_byte_for_byte() -> None:
    raw = mail("Wo bleibt die Größe?").replace(b"\r\n", b"\n")
    assert mailgun(raw).status_code == 200
    kept = InboundMail.objects.get()
    assert (kept.via, bytes(kept.raw)) == ("WEBHOOK", raw)
    assert (kept.envelope_from, kept.envelope_to) == ("jonas@buyers.test", ["service@csba.example"])


def test_a_wrong_signature_and_a_wrong_password_keep_nothing() -> None:
    assert mailgun(mail(), key="another").status_code == 403
    assert postmark(secret="mailman:wrong").status_code == 403
    assert Client().post("/hooks/mail/postmark/", "{}", "application/json").status_code == 403
    assert not InboundMail.objects.exists()


def test_the_same_call_twice_is_one_mail_though_it_had_to_be_put_together() -> None:
    assert [postmark().status_code for _twice in range(2)] == [200, 200]
    kept = InboundMail.objects.get()
    assert parse(bytes(kept.raw)).text == "Wo bleibt es?"
    assert kept.message_id == "<pm1@buyers.test>"


def test_the_mail_as_it_came_is_kept_where_the_provider_hands_it_on() -> None:
    raw = mail("Wie es kam.").decode()
    assert postmark(RawEmail=raw).status_code == 200
    assert bytes(InboundMail.objects.get().raw) == raw.encode()


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"FromFull": 3}', "nonsense"])
def test_what_is_no_mail_is_refused_and_keeps_nothing(body: str) -> None:
    answer = Client().post("/hooks/mail/postmark/", body, "application/json", headers=password())
    assert answer.status_code == 400
    assert not InboundMail.objects.exists()


def test_a_provider_that_is_not_chosen_is_not_there() -> None:
    for name in ("sparkpost", "nobody"):
        assert Client().post(f"/hooks/mail/{name}/").status_code == 404


def test_what_cannot_be_stored_is_asked_for_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inquiries_inboundmail ADD CHECK (id < 0) NOT VALID")
    try:
        assert mailgun(mail()).status_code == 503
    finally:
        connection.set_rollback(True)


def test_a_provider_may_ask_whether_the_address_is_there() -> None:
    assert Client().head("/hooks/mail/mailgun/").status_code == 200
    assert Client().get("/hooks/mail/mailgun/").status_code == 405
