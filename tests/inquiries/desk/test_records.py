"""The lists under «Records»: read mostly; what can be done there is done by operations."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.utils import timezone

from csba.accounts.models import User
from csba.journal import read as journal
from csba.journal.models import Line
from csba.outbox.enqueue import enqueue
from csba.outbox.models import OutgoingMail
from csba.rulebook import read as rulebook
from csba.rulebook.models import Rule
from inquiries.models import BuyerMessage, InboundMail, Inquiry
from tests.factories.inquiries import BuyerMessageFactory, InboundMailFactory, InquiryFactory
from tests.inquiries.desk.conftest import url

pytestmark = pytest.mark.django_db

OURS = [Inquiry, InboundMail, BuyerMessage, OutgoingMail, Line, Rule, User]


def said(page: Any) -> str:
    return str(page.content.decode())


def place(model: Any, page: str) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}_{page}"


@pytest.mark.parametrize("model", OURS)
def test_nobody_deletes_anything(model: Any, rf: Any, django_user_model: Any) -> None:
    request = rf.get("/")
    request.user = django_user_model.objects.create_superuser("root@desk.test", "x" * 20)
    assert not admin.site._registry[model].has_delete_permission(request)


@pytest.mark.parametrize("model", [model for model in OURS if model is not User])
def test_rows_are_read_and_not_edited(model: Any, rf: Any, django_user_model: Any) -> None:
    request = rf.get("/")
    request.user = django_user_model.objects.create_superuser("root@desk.test", "x" * 20)
    for may in ("has_add_permission", "has_change_permission"):
        assert not getattr(admin.site._registry[model], may)(request)


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize("model", [Inquiry, InboundMail, BuyerMessage])
def test_a_list_costs_the_same_however_long_it_is(
    at_desk: Any, lead: Any, django_assert_max_num_queries: Any, model: Any, count: int
) -> None:
    made = {Inquiry: InquiryFactory, InboundMail: InboundMailFactory}.get(
        model, BuyerMessageFactory
    )
    for _ in range(count):
        made()
    browser = at_desk(lead)
    with django_assert_max_num_queries(10):
        assert browser.get(url(place(model, "changelist"))).status_code == 200


def test_records_begin_at_one_page_and_the_desk_at_the_queue(desk: Client) -> None:
    assert desk.get(url("index")).headers["Location"] == url("queue")
    page = said(desk.get(url("records")))
    for words in ("Sellers and orders", "Outgoing mail", "Rulebook", "Journal"):
        assert words in page


def test_an_inquiry_is_found_by_its_order_and_leads_to_its_page(at_desk: Any, lead: Any) -> None:
    inquiry, other = InquiryFactory(), InquiryFactory()
    page = at_desk(lead).get(url(place(Inquiry, "changelist")), {"q": inquiry.order.number})
    assert url("inquiry", inquiry.number) in said(page)
    assert other.number not in said(page)


# --- mail that was not understood -----------------------------------------------------------


def test_a_lead_reads_a_mail_in_quarantine_and_has_it_handled_again(
    at_desk: Any, lead: Any
) -> None:
    mail = InboundMailFactory()
    browser = at_desk(lead)
    page = said(browser.get(url(place(InboundMail, "change"), mail.pk)))
    assert "Guten Tag!" in page
    assert "the mail could not be read" in page
    there = url("inquiries_inboundmail_replay", mail.pk)
    assert there in page
    assert "The mail is handled once more." in said(browser.post(there, follow=True))
    mail.refresh_from_db()
    assert mail.status == "RECEIVED"
    assert [line.verb for line in journal.of(mail)] == ["replayed"]
    assert there not in said(browser.get(url(place(InboundMail, "change"), mail.pk)))


def test_a_mail_already_handled_is_not_handled_again(at_desk: Any, lead: Any) -> None:
    mail = InboundMailFactory(status="HANDLED")
    page = at_desk(lead).post(url("inquiries_inboundmail_replay", mail.pk), follow=True)
    assert "This can no longer be done" in said(page)
    mail.refresh_from_db()
    assert mail.status == "HANDLED"


def test_an_agent_sees_the_mail_and_not_the_button(desk: Client) -> None:
    mail = InboundMailFactory()
    there = url("inquiries_inboundmail_replay", mail.pk)
    assert there not in said(desk.get(url(place(InboundMail, "change"), mail.pk)))
    assert desk.post(there).status_code == 403
    assert desk.get(there).status_code == 405
    mail.refresh_from_db()
    assert mail.status == "FAILED"


def test_the_rail_leads_to_the_quarantine_and_to_mail_not_sent(desk: Client, travel: Any) -> None:
    InboundMailFactory(subject="Unverständlich")
    InboundMailFactory(subject="Verstanden", status="HANDLED")
    page = said(desk.get(url(place(InboundMail, "changelist")), {"status__exact": "FAILED"}))
    assert "Unverständlich" in page
    assert "Verstanden" not in page
    mail = unsent()
    found = {"status__in": "FAILED,UNCERTAIN"}
    assert mail.subject in said(desk.get(url(place(OutgoingMail, "changelist")), found))


# --- mail that did not go out ---------------------------------------------------------------


def unsent() -> OutgoingMail:
    inquiry = InquiryFactory()
    mail = enqueue(
        "inquiries/mail/received",
        to="jonas@buyers.test",
        language="de",
        context={"inquiry": inquiry, "due": inquiry.promise_due_at},
    )
    OutgoingMail.objects.filter(pk=mail.pk).update(
        status="FAILED", last_error="550 no such user", settled_at=timezone.now()
    )
    return mail


def test_a_mail_that_failed_is_sent_again_by_a_lead(at_desk: Any, lead: Any, travel: Any) -> None:
    mail = unsent()
    browser = at_desk(lead)
    page = said(browser.get(url(place(OutgoingMail, "change"), mail.pk)))
    assert "550 no such user" in page
    there = url("outbox_outgoingmail_send_again", mail.pk)
    assert there in page
    browser.post(there)
    mail.refresh_from_db()
    assert mail.status == "QUEUED"
    assert [line.verb for line in journal.of(mail)] == ["sent_again"]
    again = said(browser.post(there, follow=True))
    assert "Only a mail that failed or is uncertain can be sent again." in again


def test_an_agent_may_not_send_again(desk: Client, travel: Any) -> None:
    mail = unsent()
    there = url("outbox_outgoingmail_send_again", mail.pk)
    assert there not in said(desk.get(url(place(OutgoingMail, "change"), mail.pk)))
    assert desk.post(there).status_code == 403
    assert desk.get(there).status_code == 405
    mail.refresh_from_db()
    assert mail.status == "FAILED"


# --- the rulebook ---------------------------------------------------------------------------

KEY = "inquiry.seller_deadline_hours"


def test_the_rulebook_shows_what_is_in_force(desk: Client, travel: Any) -> None:
    page = said(desk.get(url(place(Rule, "changelist"))))
    assert KEY in page
    assert url("rulebook_rule_change_value", KEY) not in page


def test_a_policy_admin_changes_a_rule_from_a_moment_on(
    at_desk: Any, policy_admin: Any, travel: Any
) -> None:
    browser = at_desk(policy_admin)
    there = url("rulebook_rule_change_value", KEY)
    assert there in said(browser.get(url(place(Rule, "changelist"))))
    assert browser.get(there).status_code == 200
    form = {"value": "36", "why": "Holidays in China"}
    assert browser.post(there, form).status_code == 302
    at = timezone.now()
    rulebook.forget()
    assert rulebook.value(KEY, at) == 24
    assert rulebook.value(KEY, at + timedelta(minutes=2)) == 36
    changed = Rule.objects.get(key=KEY, valid_to=None)
    assert (changed.changed_by, changed.why) == (policy_admin, "Holidays in China")
    assert "Holidays in China" in said(browser.get(there))


@pytest.mark.parametrize(
    "form",
    [
        {"value": "36", "why": ""},
        {"value": '"many"', "why": "Because"},
        {"value": "not json", "why": "Because"},
        {"value": "", "why": "Because"},
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    at_desk: Any, policy_admin: Any, form: dict[str, str], travel: Any
) -> None:
    page = at_desk(policy_admin).post(url("rulebook_rule_change_value", KEY), form)
    assert page.status_code == 422
    assert Rule.objects.filter(key=KEY).count() == 1


@pytest.mark.parametrize("who", ["agent", "lead", "auditor"])
def test_nobody_else_changes_rules(at_desk: Any, request: Any, who: str, travel: Any) -> None:
    browser = at_desk(request.getfixturevalue(who))
    there = url("rulebook_rule_change_value", KEY)
    assert browser.get(there).status_code == 403
    assert browser.post(there, {"value": "36", "why": "x"}).status_code == 403
    assert Rule.objects.filter(key=KEY).count() == 1


def test_an_unknown_rule_is_not_found(at_desk: Any, policy_admin: Any) -> None:
    assert (
        at_desk(policy_admin).get(url("rulebook_rule_change_value", "no.rule")).status_code == 404
    )


# --- people ---------------------------------------------------------------------------------


def test_a_new_person_has_no_password_and_an_address_in_lower_case(admin_client: Client) -> None:
    form = {
        "email": "Neu@Desk.Test",
        "name": "Neue Kollegin",
        "language": "de",
        "time_zone": "Europe/Berlin",
        "is_staff": "on",
        "is_active": "on",
    }
    assert admin_client.post(url(place(User, "add")), form).status_code == 302
    person = User.objects.get(email="neu@desk.test")
    assert not person.has_usable_password()


def test_agents_do_not_change_people(desk: Client, agent: Any) -> None:
    page = desk.post(url(place(User, "change"), agent.pk), {"is_superuser": "on", "name": "x"})
    assert page.status_code == 403
