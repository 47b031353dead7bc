"""Refunds on the desk: the queue of the second person, one refund, the buttons."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from csba.accounts.models import User
from returns.models import Refund
from sellers.models import Seller
from tests.conftest import Travel
from tests.returns.money.asking import ask, bought, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("travel")]


def to_approve(seller: Seller, by: User, **fields: Any) -> Refund:
    return ask(bought(seller), "15.00", origin="AGENT", by=by, **fields)


def url(name: str, refund: Refund) -> str:
    return reverse(f"admin:{name}", args=[refund.number])


def test_the_queue_shows_what_waits_the_longest_first(
    leads_desk: Client, blume: Seller, agent: User, travel: Travel
) -> None:
    assert "No refund waits" in leads_desk.get(reverse("admin:refunds")).content.decode()
    first = to_approve(blume, agent)
    travel(minutes=1)
    second = to_approve(blume, agent)
    held = ask(bought(blume))
    found = leads_desk.get(reverse("admin:refunds")).content.decode()
    assert found.index(first.number) < found.index(second.number)
    assert held.number not in found
    assert held.number in leads_desk.get(reverse("admin:refunds") + "?show=hold").content.decode()


def test_page_by_page_every_refund_is_shown_once(
    leads_desk: Client, blume: Seller, travel: Travel
) -> None:
    for number in range(60):
        if number % 30 == 0:
            travel(minutes=1)
        ask(bought(blume), "1.00", key=f"page:{number}")
    for show in ("hold", "all"):
        seen: list[str] = []
        after = ""
        for _page in range(3):
            query = {"show": show, "after": after}
            context = leads_desk.get(reverse("admin:refunds"), query).context
            seen += [row["number"] for row in context["rows"]]
            after = context["after"]
            if not after:
                break
        assert len(seen) == len(set(seen)) == 60


def test_a_lead_approves_on_the_page(leads_desk: Client, blume: Seller, agent: User) -> None:
    refund = to_approve(blume, agent)
    found = leads_desk.get(url("refund", refund)).content.decode()
    assert "€15.00 beyond the entitlement" in found
    assert "Ines Albrecht" in found
    assert leads_desk.post(url("approve-refund", refund)).status_code == 302
    refund.refresh_from_db()
    assert refund.status == "ASKED"
    found = leads_desk.get(url("refund", refund)).content.decode()
    assert "Approved by a second person" in found
    assert "It can be called back until" in found


def test_without_a_reason_nothing_is_rejected_and_the_page_says_so(
    leads_desk: Client, blume: Seller, agent: User
) -> None:
    refund = to_approve(blume, agent)
    answer = leads_desk.post(url("reject-refund", refund), {"reason": " "})
    assert answer.status_code == 422
    assert "Please give the reason." in answer.content.decode()
    leads_desk.post(url("reject-refund", refund), {"reason": "Gerät ist noch dort."})
    refund.refresh_from_db()
    assert refund.status == "REJECTED"
    assert "Gerät ist noch dort." in leads_desk.get(url("refund", refund)).content.decode()


def test_an_own_refund_has_no_button_to_approve(
    leads_desk: Client, blume: Seller, agent: User, lead: User
) -> None:
    refund = to_approve(blume, agent)
    Refund.objects.filter(pk=refund.pk).update(asked_by=lead)
    found = leads_desk.get(url("refund", refund)).content.decode()
    assert "a second person must approve" in found
    assert url("approve-refund", refund) not in found
    answer = leads_desk.post(url("approve-refund", refund), {"reason": "Doch."})
    assert answer.status_code == 422
    refund.refresh_from_db()
    assert refund.status == "TO_APPROVE"


def test_an_agent_calls_back_but_does_not_approve(
    desk: Client, blume: Seller, agent: User, travel: Travel
) -> None:
    refund = ask(bought(blume))
    late = ask(bought(blume))
    assert desk.post(url("approve-refund", refund)).status_code == 403
    assert desk.post(url("call-back-refund", refund), {"reason": "Irrtum."}).status_code == 302
    refund.refresh_from_db()
    assert refund.status == "CANCELLED"
    travel(hours=2)
    answer = desk.post(url("call-back-refund", late), {"reason": "Noch ein Irrtum."})
    assert answer.status_code == 422
    assert "is over" in answer.content.decode()
    assert "Why it is called back" not in answer.content.decode()


def test_a_failed_refund_shows_why_and_can_be_sent_again(leads_desk: Client, blume: Seller) -> None:
    refund = ask(bought(blume))
    Refund.objects.filter(pk=refund.pk).update(status="FAILED", last_error="Konto <b>zu</b>")
    found = leads_desk.get(url("refund", refund)).content.decode()
    assert "Konto &lt;b&gt;zu" in found
    assert leads_desk.post(url("send-again-refund", refund)).status_code == 302
    refund.refresh_from_db()
    assert refund.status == "RELEASED"


def test_a_settled_refund_has_no_buttons(leads_desk: Client, blume: Seller) -> None:
    refund = settle(ask(bought(blume)))
    found = leads_desk.get(url("refund", refund)).content.decode()
    assert "What happens now" not in found
    assert "Paid back" in found


def test_the_trace_that_was_given_is_shown(leads_desk: Client, blume: Seller) -> None:
    step = {"rule": "window", "sets": {}, "facts": {}, "versions": {}, "source": "domain 2.2"}
    refund = ask(bought(blume), facts={"trace": [step]})
    assert "domain 2.2" in leads_desk.get(url("refund", refund)).content.decode()


def test_who_may_not_read_refunds_is_kept_out(portal: Client, blume: Seller) -> None:
    refund = ask(bought(blume))
    for address in (reverse("admin:refunds"), url("refund", refund)):
        assert portal.get(address).status_code in {302, 403, 404}
        assert Client().get(address).status_code == 302


def test_an_unknown_number_is_404(desk: Client) -> None:
    for name in ("refund", "claim"):
        assert desk.get(reverse(f"admin:{name}", args=["REF-00000000"])).status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_the_queue_asks_the_same_number_of_times(
    leads_desk: Client, blume: Seller, agent: User, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        to_approve(blume, agent, key=f"q:{number}")
    leads_desk.get(reverse("admin:refunds"))
    with django_assert_max_num_queries(12):
        leads_desk.get(reverse("admin:refunds"))
