"""Every page of the desk comes with the strict policy and keeps it."""

import json
import re
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from inquiries.models import Inquiry
from tests.factories.caselog import CaseFactory
from tests.factories.inquiries import InboundMailFactory
from tests.inquiries.desk.conftest import url

pytestmark = pytest.mark.django_db

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:|hx-on|hx-vals", re.I
)


def pages(inquiry: Inquiry) -> list[str]:
    case = CaseFactory(seller=inquiry.seller, kind="POLICY")
    mail = InboundMailFactory()
    return [
        url("queue"),
        url("queue", "resolved"),
        url("rail"),
        url("inquiry", inquiry.number),
        url("thread", inquiry.number),
        url("decide-inquiry", inquiry.number),
        url("resolve-inquiry", inquiry.number),
        url("merge-inquiry", inquiry.number),
        url("cases"),
        url("case", case.number),
        url("records"),
        url("inquiries_inquiry_changelist"),
        url("inquiries_inquiry_change", inquiry.pk),
        url("inquiries_inboundmail_change", mail.pk),
        url("outbox_outgoingmail_changelist"),
        url("rulebook_rule_changelist"),
        url("journal_line_changelist"),
    ]


def test_every_page_has_the_policy_and_nothing_inline(
    at_desk: Any, lead: Any, inquiry: Inquiry
) -> None:
    browser = at_desk(lead)
    for page in pages(inquiry):
        answer = browser.get(page)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy, page
        assert "unsafe" not in policy, page
        body = re.sub(r"<script[^>]+type=.application/json.[^>]*>", "", answer.content.decode())
        assert not INLINE.findall(body), (page, INLINE.findall(body))


def test_pages_are_not_kept_by_caches(desk: Client, inquiry: Inquiry) -> None:
    assert "no-cache" in desk.get(url("inquiry", inquiry.number)).headers["Cache-Control"]


def test_a_ticket_is_for_this_person_and_for_topics_of_the_desk_only(
    desk: Client, agent: Any
) -> None:
    asked = "queue inquiry:INQ-00000001 case:CASE-00000001 seller:7 anything"
    answer = json.loads(desk.get(url("live-ticket"), {"topics": asked}).content)
    ticket = answer["stream"].partition("ticket=")[2]
    assert signing.loads(ticket.replace("%3A", ":"), salt="csba.live") == [
        agent.pk,
        ["case:CASE-00000001", "inquiry:INQ-00000001", "queue"],
    ]


def test_the_desk_asks_a_stranger_to_log_in_at_the_one_door(client: Client) -> None:
    first = client.get(url("queue"))
    assert first.headers["Location"] == f"{url('login')}?next={url('queue')}"
    second = client.get(first.headers["Location"])
    assert second.headers["Location"] == "/accounts/login/?next=%2Fdesk%2Fqueue%2F"


def test_staff_without_a_second_factor_are_led_to_set_one_up(desk: Client, settings: Any) -> None:
    settings.CSBA_STAFF_SECOND_FACTOR = True
    assert desk.get(url("queue")).headers["Location"] == "/accounts/2fa/"


def test_staff_without_a_role_see_nothing(at_desk: Any, django_user_model: Any) -> None:
    nobody = django_user_model.objects.create_user("new@desk.test", "x" * 20, is_staff=True)
    assert at_desk(nobody).get(url("queue")).status_code == 403
