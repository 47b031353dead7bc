"""P20 by mail: what is not covered reaches the seller, and the buyer learns who answers."""

from typing import Any

import pytest
from django.utils import timezone

from csba.verdicts import Verdict
from inquiries.models import BuyerMessage, Inquiry
from tests.factories.sellers import OrderFactory
from tests.mail.posting import JONAS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "fields", "verdict"),
    [
        ("Wo bleibt mein Paket?", {"channel": "AFN"}, Verdict.FBA),
        ("Mir fehlt noch die Rechnung.", {}, Verdict.INVOICE),
        ("Kann die Gravur noch geändert werden?", {}, Verdict.CUSTOMISATION),
        ("Wo bleibt mein Paket?", {"programmes": ["PRIME"]}, Verdict.EXCLUDED_PROGRAMME),
    ],
)
def test_the_seller_has_the_words_the_buyer_knows_who_answers_and_no_agent_is_asked(
    postman: Any,
    travel: Any,
    blume: Any,
    served: Any,
    letters: Any,
    words: str,
    fields: dict[str, Any],
    verdict: str,
) -> None:
    served(blume)
    order = OrderFactory(seller=blume, buyer_email=JONAS, **fields)
    inquiry = postman.delivers_new(words, subject=f"Bestellung {order.number}").inquiry
    assert (inquiry.verdict, inquiry.status) == (verdict, Inquiry.Status.ROUTED)
    assert not Inquiry.objects.agents_turn(timezone.now()).exists()
    message = BuyerMessage.objects.get()
    assert (message.seller, message.body.strip()) == (blume, words)
    assert blume.name in letters.last(JONAS).text
    # The letter to the seller names the order, and nothing of the buyer's.
    to_seller = letters.last(blume.default_email)
    assert order.number in to_seller.text
    assert words not in to_seller.text
    assert JONAS not in to_seller.text


def test_what_the_buyer_adds_by_mail_goes_the_same_way(
    postman: Any, travel: Any, blume: Any, served: Any, letters: Any
) -> None:
    served(blume)
    order = OrderFactory(seller=blume, buyer_email=JONAS, channel="AFN")
    postman.delivers_new("Wo bleibt mein Paket?", subject=f"Bestellung {order.number}")
    postman.delivers_new("Es ist übrigens dringend.", to=letters.last(JONAS).reply_to)
    said = BuyerMessage.objects.order_by("id").values_list("body", flat=True)
    assert [body.strip() for body in said] == ["Wo bleibt mein Paket?", "Es ist übrigens dringend."]
    assert Inquiry.objects.count() == 1
