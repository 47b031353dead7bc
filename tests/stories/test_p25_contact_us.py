"""P25: questions about the service go to Selling Partner Support by Contact Us; the answer stands
in the Case Log.
"""

import uuid

import pytest
from django.test import Client

from caselog.models import Case
from csba.accounts.models import User
from sellers.models import Seller
from tests.conftest import Letters, Travel
from tests.inquiries.desk.conftest import url

pytestmark = pytest.mark.django_db


def test_a_seller_asks_support_answers_and_the_case_log_keeps_both(
    longmen: Seller, agent: User, travel: Travel, letters: Letters
) -> None:
    wei = Client()
    wei.force_login(longmen.memberships.get().user)
    page = wei.get("/portal/contact/").content.decode()
    assert page.count("<details") >= 10, "the questions most asked are answered beside the form"
    sent = {
        "topic": "MONEY",
        "subject": "试用期后费用是多少？",
        "body": "我们想知道试用结束后的价格。",
        "order_number": "",
        "client_id": str(uuid.uuid4()),
    }
    for _click in range(2):
        assert wei.post("/portal/contact/", sent).status_code == 302
    case = Case.objects.get()
    assert letters.to(longmen.default_email) == ["support_received"]

    desk = Client()
    desk.force_login(agent)
    queue = desk.get(url("cases"), {"kind": "support"}).content.decode()
    assert case.number in queue
    assert "试用期后费用是多少？" in queue
    travel(hours=5)
    words = "您好，试用期间免费；之后的价格会提前30天通知。"
    answer = {"body": words, "client_id": str(uuid.uuid4()), "seen_seq": "1"}
    assert desk.post(url("reply-case", case.number), answer).status_code == 302
    assert case.number not in desk.get(url("cases"), {"kind": "support"}).content.decode()

    assert letters.to(longmen.default_email)[-1] == "desk_wrote"
    letter = letters.last(longmen.default_email)
    assert words not in letter.text
    assert f"/portal/cases/{case.number}/" in letter.text
    assert words in wei.get(f"/portal/cases/{case.number}/").content.decode()
    assert case.number in wei.get("/portal/cases/").content.decode()
