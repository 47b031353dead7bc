"""Refunds on their way: released, put to the payment service, settled, failed, asked again."""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from caselog.models import Case, Entry
from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import read as journal
from returns.channels import payout as channel
from returns.gateways import payout
from returns.models import Refund
from returns.operations import payouts, refunds
from sellers.models import LedgerLine, Seller
from tests.conftest import Letters, Travel
from tests.returns.money import service as standin
from tests.returns.money.asking import ask, balance, bought, settle
from tests.returns.money.service import SECRET, Service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("travel")]


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    """The settings name a payment service on the loopback that answers within a moment."""
    with standin.running() as found:
        settings.CSBA_PAYOUT_URL, settings.CSBA_PAYOUT_SECRET = found.url, SECRET
        settings.CSBA_PAYOUT_TIMEOUT = 0.5
        yield found


def released(seller: Seller, amount: str = "5.00", **fields: Any) -> Refund:
    refund = ask(bought(seller), amount, **fields)
    payouts.release_due(timezone.now() + timedelta(hours=2))
    refund.refresh_from_db()
    return refund


def send(after: timedelta = timedelta(hours=2)) -> int:
    return payouts.send_due(timezone.now() + after)


def now(refund: Refund) -> Refund:
    return Refund.objects.get(pk=refund.pk)


def test_without_a_payment_service_our_own_ledger_settles_at_once(
    blume: Seller, letters: Letters
) -> None:
    refund = settle(ask(bought(blume), "12.90", reason="Die Kanne kam zerbrochen an."))
    assert (refund.status, refund.gateway, refund.tries) == ("SETTLED", "embedded", 1)
    line = LedgerLine.objects.get()
    assert (line.amount, line.kind, line.reference) == (
        Decimal("-12.90"),
        "REFUND",
        refund.number,
    )
    assert "Die Kanne kam zerbrochen an." in line.reason
    letter = letters.last("jonas@buyers.test")
    assert "12,90" in letter.text
    assert refund.number in letter.text


def test_the_seller_is_told_the_reason_and_nothing_about_the_buyer(
    longmen: Seller, letters: Letters
) -> None:
    refund = settle(ask(bought(longmen)))
    case = Case.objects.get()
    body = Entry.objects.get(case=case).body
    assert refund.reason in body
    letter = letters.last("service@longmen.test")
    for text in (body, case.subject, letter.subject, letter.text, LedgerLine.objects.get().reason):
        for secret in ("Jonas", "Weber", "jonas@", "Leipzig", "Karl-Heine"):
            assert secret not in text


def test_a_debit_that_cannot_be_claimed_says_so(blume: Seller) -> None:
    Seller.objects.filter(pk=blume.pk).update(language="en")
    blume.refresh_from_db()
    settle(ask(bought(blume), origin="ON_BEHALF"))
    assert LedgerLine.objects.get().reimbursable is False
    assert "cannot be claimed back" in Entry.objects.get().body


def test_what_the_seller_did_is_debited_without_telling_them_again(blume: Seller) -> None:
    settle(ask(bought(blume), origin="SELLER"))
    assert LedgerLine.objects.count() == 1
    assert not Case.objects.exists()


def test_a_refund_within_its_hold_is_neither_released_nor_sent(
    blume: Seller, travel: Travel
) -> None:
    refund = ask(bought(blume))
    travel(hours=1, minutes=59, seconds=59)
    assert payouts.release_due(timezone.now()) == payouts.send_due(timezone.now()) == 0
    travel(seconds=1)
    assert payouts.release_due(timezone.now()) == 1
    assert now(refund).status == "RELEASED"


def test_the_service_is_asked_once_and_gets_no_word_about_the_buyer(
    blume: Seller, service: Service
) -> None:
    refund = released(blume)
    assert send() == 1
    assert send() == 0
    assert service.asked == [refund.key]
    assert service.bodies[0] == {
        "type": "refund",
        "key": refund.key,
        "amount": "5.00",
        "currency": "EUR",
        "order": refund.order.number,
        "number": refund.number,
    }
    assert now(refund).gateway_reference == "P-1"


@pytest.mark.parametrize("trouble", ["500", "401", "302", "409", "hang", "lost", "garbage"])
def test_where_nothing_is_known_the_same_key_is_asked_again_and_the_money_moves_once(
    blume: Seller, service: Service, travel: Travel, trouble: str
) -> None:
    refund = released(blume)
    travel(hours=2)
    service.next.append(trouble)
    payouts.send_due(timezone.now())
    doubtful = now(refund)
    assert (doubtful.status, doubtful.tries) == ("RELEASED", 1)
    assert doubtful.last_error
    assert payouts.send_due(timezone.now()) == 0  # not before its pause
    travel(seconds=30)
    assert payouts.send_due(timezone.now()) == 1
    assert now(refund).status == "SETTLED"
    assert service.asked == [refund.key] * 2
    assert service.moved == {refund.key: Decimal("5.00")}
    assert LedgerLine.objects.count() == 1


def test_an_unknown_outcome_never_gives_the_money_free(
    blume: Seller, service: Service, lead: User, travel: Travel
) -> None:
    refund = released(blume)
    travel(hours=2)
    service.next.append("lost")
    payouts.send_due(timezone.now())
    with pytest.raises(Refused):
        refunds.call_back(refund, by=lead, reason="Doch nicht.")
    assert balance(refund.lines.get().line).back_item == Decimal("5.00")


def test_the_pause_grows_up_to_an_hour() -> None:
    pauses = [payouts.pause(tries).total_seconds() for tries in range(1, 12)]
    assert pauses[:3] == [30, 60, 120]
    assert pauses[-1] == max(pauses) == 3600


def test_when_the_service_is_away_the_rest_waits_for_the_next_sweep(
    blume: Seller, service: Service
) -> None:
    for _number in range(6):
        released(blume)
    service.next.extend(["500"] * 3)
    assert send() == 3
    assert len(service.asked) == 3
    assert set(Refund.objects.values_list("status", flat=True)) == {"RELEASED"}
    assert Refund.objects.filter(tries=0, sent_at=None).count() == 3


@pytest.mark.parametrize(("answer", "why"), [("decline", "closed"), ("failed", "no such order")])
def test_a_declined_refund_fails_and_keeps_its_amount_until_it_is_called_back(
    blume: Seller, service: Service, lead: User, answer: str, why: str
) -> None:
    refund = released(blume)
    line = refund.lines.get().line
    service.next.append(answer)
    send()
    failed = now(refund)
    assert failed.status == "FAILED"
    assert why in failed.last_error
    assert not LedgerLine.objects.exists()
    assert balance(line).back_item == Decimal("5.00")
    refunds.call_back(refund, by=lead, reason="Karte geschlossen, neuer Weg.")
    assert balance(line).back_item == 0


def test_a_failed_refund_can_be_sent_again_with_the_same_key(
    blume: Seller, service: Service, lead: User
) -> None:
    refund = released(blume)
    service.next.append("decline")
    send()
    refunds.send_again(refund, by=lead)
    send()
    assert now(refund).status == "SETTLED"
    assert service.moved == {refund.key: Decimal("5.00")}
    with pytest.raises(Refused):
        refunds.send_again(refund, by=lead)


def test_accepted_it_waits_for_the_webhook(blume: Seller, service: Service) -> None:
    refund = released(blume)
    service.next.append("accept")
    send()
    assert (now(refund).status, now(refund).gateway_reference) == ("SENT", "A-1")
    payouts.settled(refund.key, "P-9")
    assert (now(refund).status, now(refund).gateway_reference) == ("SETTLED", "P-9")


def test_a_result_that_never_comes_is_asked_for(
    blume: Seller, service: Service, travel: Travel
) -> None:
    refund = released(blume)
    travel(hours=2)
    service.next.append("accept")
    payouts.send_due(timezone.now())
    travel(hours=5, minutes=59)
    assert payouts.recover_stuck(timezone.now()) == 0
    travel(minutes=1)
    assert payouts.recover_stuck(timezone.now()) == 1
    payouts.send_due(timezone.now())
    assert now(refund).status == "SETTLED"
    assert service.asked == [refund.key] * 2


def test_settled_twice_is_booked_and_told_once(blume: Seller, letters: Letters) -> None:
    refund = settle(ask(bought(blume)))
    payouts.settled(refund.key, "again")
    assert LedgerLine.objects.count() == Case.objects.count() == 1
    assert letters.to("jonas@buyers.test") == ["refund_settled"]
    assert [line.verb for line in journal.of(refund)] == [
        "refund_asked",
        "refund_released",
        "refund_settled",
    ]


def test_what_was_never_sent_cannot_be_settled(blume: Seller) -> None:
    refund = ask(bought(blume))
    for act in (lambda: payouts.settled(refund.key), lambda: payouts.failed(refund.key, "?")):
        with pytest.raises(Refused):
            act()
    assert now(refund).status == "ASKED"


def test_a_service_that_changes_its_mind_after_the_call_back_is_a_conflict(
    blume: Seller, service: Service, lead: User
) -> None:
    refund = released(blume)
    service.next.append("decline")
    send()
    refunds.call_back(refund, by=lead, reason="Anders erstattet.")
    with pytest.raises(Conflict):
        payouts.settled(refund.key, "P-1")
    assert not LedgerLine.objects.exists()


def test_a_buyer_without_an_address_gets_the_money_all_the_same(
    blume: Seller, letters: Letters
) -> None:
    refund = settle(ask(bought(blume, order={"buyer_email": ""})))
    assert refund.status == "SETTLED"
    assert [mail.to_address for mail in letters()] == ["service@blume.test"]


# The webhook.


def post(said: object, **change: Any) -> HttpResponse:
    body = change.get("body", json.dumps(said).encode())
    at = timezone.now() + change.get("later", timedelta())
    headers = payout.signed(change.get("signed_body", body), change.get("secret", SECRET), at)
    request = RequestFactory().post(
        "/hooks/payout", data=body, content_type="application/json", headers=headers
    )
    return channel.hear(request)


@pytest.fixture
def waiting(blume: Seller, service: Service) -> Refund:
    """Accepted by the service; the result is outstanding."""
    refund = released(blume)
    service.next.append("accept")
    send()
    return refund


def test_the_webhook_settles_once_however_often_it_comes(waiting: Refund) -> None:
    said = {"key": waiting.key, "status": "settled", "reference": "P-7"}
    assert [post(said).status_code for _time in range(3)] == [200, 200, 200]
    assert now(waiting).gateway_reference == "P-7"
    assert LedgerLine.objects.count() == 1


def test_the_webhook_tells_of_a_failure(waiting: Refund) -> None:
    said = {"key": waiting.key, "status": "failed", "reason": "account closed"}
    assert [post(said).status_code for _time in range(2)] == [200, 200]
    assert (now(waiting).status, now(waiting).last_error) == ("FAILED", "account closed")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"secret": "guessed"}, 401),
        ({"later": timedelta(minutes=-6)}, 401),
        ({"later": timedelta(minutes=6)}, 401),
        ({"signed_body": b'{"key": "another"}'}, 401),
        ({"body": b"not json"}, 400),
        ({"body": b"[]"}, 400),
        ({"body": b'{"key": "x", "status": "maybe"}'}, 400),
        ({"body": b'{"key": "", "status": "settled"}'}, 400),
        ({"body": b'{"key": "a\\u0000", "status": "settled"}'}, 400),
        ({"body": b'{"key": 7, "status": "settled"}'}, 400),
        ({"body": b'{"key": "nobody", "status": "settled"}'}, 404),
    ],
)
def test_the_webhook_takes_nothing_else(
    waiting: Refund, change: dict[str, Any], status: int
) -> None:
    found = post({"key": waiting.key, "status": "settled"}, **change)
    assert found.status_code == status
    assert found["Content-Type"] == "application/problem+json"
    assert now(waiting).status == "SENT"


def test_the_webhook_answers_409_to_what_contradicts_the_books(waiting: Refund) -> None:
    post({"key": waiting.key, "status": "settled"})
    assert post({"key": waiting.key, "status": "failed"}).status_code == 409
    assert now(waiting).status == "SETTLED"


def test_without_a_secret_nothing_is_believed(waiting: Refund, settings: Any) -> None:
    settings.CSBA_PAYOUT_SECRET = ""
    assert post({"key": waiting.key, "status": "settled"}, secret="").status_code == 401


def test_a_webhook_that_is_faster_than_the_answer_changes_nothing(
    blume: Seller, service: Service, travel: Travel
) -> None:
    refund = released(blume)
    travel(hours=2)
    service.next.append("lost")
    payouts.send_due(timezone.now())
    assert now(refund).status == "RELEASED"
    assert post({"key": refund.key, "status": "settled", "reference": "P-1"}).status_code == 200
    travel(hours=1)
    assert payouts.send_due(timezone.now()) == 0
    assert LedgerLine.objects.count() == 1


@pytest.mark.parametrize(
    "url",
    ["ftp://127.0.0.1/", "http://pay.example/refunds", "refunds", "http:///x"],
)
def test_a_service_elsewhere_needs_https(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        payout.SignedWebhook(url, SECRET)


def test_the_settings_choose_the_service(settings: Any) -> None:
    settings.CSBA_PAYOUT_URL = ""
    assert payout.chosen().name == "embedded"
    settings.CSBA_PAYOUT_URL, settings.CSBA_PAYOUT_SECRET = "https://pay.example/refunds", "s"
    assert payout.chosen().name == "webhook"
    settings.CSBA_PAYOUT_SECRET = ""
    with pytest.raises(ValueError, match="secret"):
        payout.chosen()
