"""P20: pre-order, invoices, product customisation and FBA are not covered; everybody learns who
answers.
"""

from typing import Any

import pytest
from django.utils import translation

from csba.verdicts import Verdict
from inquiries.models import BuyerMessage, Inquiry
from inquiries.operations import intake
from inquiries.rules import coverage
from tests.factories.sellers import OrderFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "topic", "verdict"),
    [
        ({"channel": "AFN"}, "WHERE_IS_IT", Verdict.FBA),
        ({}, "INVOICE", Verdict.INVOICE),
        ({}, "CUSTOMISATION", Verdict.CUSTOMISATION),
        ({"programmes": ["PRIME"]}, "LATE", Verdict.EXCLUDED_PROGRAMME),
    ],
)
def test_what_the_service_leaves_out_reaches_the_seller_with_the_reason(
    travel: Any, longmen: Any, served: Any, letters: Any, fields: Any, topic: str, verdict: str
) -> None:
    served(longmen)
    order = OrderFactory(seller=longmen, **fields)
    inquiry = intake.receive(
        intake.Incoming(
            channel="EMAIL",
            body="Guten Tag",
            buyer_email=order.buyer_email,
            order=order,
            topic=topic,
        )
    )
    assert (inquiry.status, inquiry.verdict) == (Inquiry.Status.ROUTED, verdict)
    message = BuyerMessage.objects.get()
    assert (message.seller, message.reason) == (longmen, verdict)
    assert longmen.name in letters.last(order.buyer_email).subject
    assert letters.to("service@longmen.test") == ["buyer_message"]


def test_a_question_before_an_order_goes_to_the_seller_it_was_put_to(
    travel: Any, longmen: Any, served: Any
) -> None:
    served(longmen)
    inquiry = intake.receive(
        intake.Incoming(
            channel="PAGE",
            body="Passt das auf ein 15-Zoll-Notebook?",
            buyer_email="neu@buyers.test",
            seller=longmen,
            topic="PRE_ORDER",
        )
    )
    assert (inquiry.status, inquiry.verdict) == ("ROUTED", Verdict.PRE_ORDER)


@pytest.mark.parametrize("language", ["de", "zh-hans", "en"])
@pytest.mark.parametrize("verdict", Verdict.values)
def test_every_verdict_has_a_sentence_in_every_language(verdict: str, language: str) -> None:
    facts = {
        "placed_at": "2026-10-25T08:00:00+00:00",
        "opted_in_at": "2026-10-25T07:00:00+00:00",
        "active_from": "2026-10-25T09:00:00+00:00",
        "ended_at": "2026-10-26T09:00:00+00:00",
        "suspended_from": "2026-10-25T07:30:00+00:00",
        "programme": "PRIME",
    }
    with translation.override(language):
        sentence = coverage.sentence(verdict, facts)
    assert "%(" not in sentence
    assert sentence.endswith((".", "。"))
