"""manage.py demo: it loads once, is lawful, and shows every state there is.

Longer than other files: all that is looked at here comes from one load, which takes seconds.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from caselog.models import Case, Entry, Question
from csba.accounts.models import User
from csba.demo_logins import DEMO_LOGINS
from csba.journal.models import Line
from csba.outbox.models import OutgoingMail
from csba.verdicts import Verdict
from inquiries.demo import anchors, load, script
from inquiries.desk import queue
from inquiries.models import (
    BuyerMessage,
    Decision,
    InboundMail,
    Inquiry,
    LineVerdict,
    Message,
    Note,
)
from inquiries.rules import answers
from sellers.models import (
    Acceptance,
    Enrolment,
    Invitation,
    Membership,
    Order,
    OrderLine,
    Parcel,
    Product,
    Seller,
    TrackingEvent,
)
from sellers.rules import stints
from tests.conftest import START

EVERYTHING = [
    User, Seller, Membership, Invitation, Acceptance, Enrolment, Order, OrderLine, Parcel,
    TrackingEvent, Product, Inquiry, Message, Note, Decision, LineVerdict, BuyerMessage,
    InboundMail, Case, Entry, Question, OutgoingMail, Line,
]  # fmt: skip


# Loading takes seconds; the tests share one load, each in a savepoint of it.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def demo(django_db_setup: Any, django_db_blocker: Any) -> Iterator[load.Loaded]:
    """The demo as it stands at START, loaded once for all tests here, and taken back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load.load(START)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def acted(demo: load.Loaded) -> dict[str, Inquiry]:
    """The inquiry that each scene began with, by its key; merged and routed ones too."""
    scenes = {START - scene.ago: scene.key for scene in script.scenes()}
    found = Inquiry.objects.filter(follow_up_of=None)
    return {scenes[inquiry.opened_at]: inquiry for inquiry in found}


def _rows() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in EVERYTHING}


def test_the_marketplace_has_the_size_that_is_promised(demo):
    assert demo.sellers == Seller.objects.count() == 12
    assert demo.orders == Order.objects.count() == 400
    assert 45 <= demo.products <= 60
    assert demo.inquiries.total() == Inquiry.objects.count() >= 150
    assert Counter(Seller.objects.values_list("country", flat=True)) == {"DE": 7, "CN": 5}
    assert Product.objects.values("category").distinct().count() == 10


def test_everybody_who_is_printed_can_log_in_and_staff_have_their_roles(demo):
    for _role, email, password in DEMO_LOGINS:
        user = User.objects.get(email=email)
        assert check_password(password, user.password)
        assert EmailAddress.objects.get(user=user).verified
    groups = {user.email: user.groups.get().name for user in User.objects.filter(is_staff=True)}
    assert groups["ines@desk.example"] == "agent"
    assert groups["mara@desk.example"] == "lead"
    assert groups["pavel@desk.example"] == "policy_admin"


def test_nobody_has_an_address_that_could_exist(demo):
    addresses = {
        *User.objects.values_list("email", flat=True),
        *Seller.objects.values_list("default_email", flat=True),
        *Order.objects.values_list("buyer_email", flat=True),
        *Inquiry.objects.values_list("buyer_email", flat=True),
        *OutgoingMail.objects.values_list("to_address", flat=True),
    }
    assert [address for address in addresses if not address.endswith(".example")] == []
    assert sum(address.endswith("@marketplace.example") for address in addresses) >= 10


def test_every_state_of_an_enrolment_is_shown(demo):
    shown = {}
    for seller in Seller.objects.prefetch_related("enrolments__suspensions"):
        found = list(seller.enrolments.all())
        shown[seller.short_name] = (str(stints.situation(found, START).state), len(found))
    assert shown == {
        "Blume": ("ACTIVE", 2),
        "Longmen": ("ACTIVE", 1),
        "Nordlicht": ("ACTIVE", 1),
        "Isarfuchs": ("ACTIVE", 1),
        "Haitong": ("ACTIVE", 1),
        "Xiaoman": ("ACTIVE", 1),
        "Sauer": ("ACTIVE", 1),
        "Kiebitz": ("OPTED_OUT", 1),
        "Qingyu": ("SUSPENDED", 1),
        "Pfotenhof": ("ACTIVATING", 1),
        "Wanxiang": ("READY", 0),
        "Papier & Faden": ("READY", 0),
    }
    this_morning = Enrolment.objects.get(seller__short_name="Sauer").active_from
    assert this_morning is not None
    assert START - timedelta(hours=6) < this_morning < START
    assert Invitation.objects.get(seller__short_name="Wanxiang").status == "OPEN"
    assert not Invitation.objects.filter(seller__short_name="Papier & Faden").exists()
    assert Acceptance.objects.values("seller").distinct().count() == 10


def test_the_orders_that_the_mails_name_are_exactly_as_listed(demo):
    for anchor in anchors.ORDERS:
        order = Order.objects.select_related("seller").get(number=anchor.number)
        line = order.lines.get()
        assert order.seller.merchant_id == anchor.seller
        assert order.placed_at == START - timedelta(days=anchor.placed_days_ago)
        assert (order.buyer_email, order.buyer_name) == (anchor.buyer_email, anchor.buyer_name)
        assert (order.channel, order.status) == (anchor.channel, anchor.status)
        assert order.business == anchor.business
        assert order.programmes == list(anchor.programmes)
        assert (line.asin, line.title, str(line.price)) == (
            anchor.asin,
            anchor.title,
            anchor.price,
        )
        assert line.customised == anchor.customised
        page = Product.objects.get(asin=anchor.asin)
        assert page.title == anchor.title
        assert set(anchor.bullets) <= set(page.bullets)


def test_the_stints_that_the_mails_rely_on_are_exactly_as_listed(demo):
    for stint in anchors.STINTS:
        found = Enrolment.objects.get(
            seller__merchant_id=stint.seller,
            active_from=START - timedelta(days=stint.active_days_ago),
        )
        if stint.ended_days_ago is None:
            assert found.status == "ACTIVE"
        else:
            assert found.ended_at == START - timedelta(days=stint.ended_days_ago)


def test_coverage_says_of_every_scene_what_the_scene_is_about(demo, acted):
    wanted = {scene.key: scene.verdict for scene in script.scenes()}
    assert {key: inquiry.verdict for key, inquiry in acted.items()} == wanted
    # Only an inquiry of the desk's own judgement could hold another reason: all of them are shown.
    assert set(wanted.values()) == set(Verdict.values)


def test_a_mixed_order_is_judged_line_by_line(demo, acted):
    found = LineVerdict.objects.filter(inquiry=acted["mixed-order"])
    assert sorted(found.values_list("verdict", flat=True)) == ["COVERED", "EXCLUDED_PROGRAMME"]


def test_every_state_of_the_parts_is_shown(demo):
    for model, field in (
        (Inquiry, "status"),
        (Question, "status"),
        (Order, "status"),
        (Order, "channel"),
        (Parcel, "status"),
        (Decision, "basis"),
    ):
        shown = set(model._default_manager.values_list(field, flat=True))
        known = {value for value, _label in model._meta.get_field(field).flatchoices}  # type: ignore[union-attr]
        missing = known - shown - {"CANCELLED", "WITHDRAWN"}
        assert missing == set(), (model, field)
    outcomes = set(Inquiry.objects.filter(status="RESOLVED").values_list("outcome", flat=True))
    assert outcomes >= {"ANSWERED", "REFUNDED", "REPLACED", "RETURN_AUTHORISED", "DECLINED"}
    assert set(Message.objects.values_list("author", flat=True)) >= {
        "BUYER",
        "AGENT",
        "OTHER",
        "MACHINE",
    }
    assert Entry.objects.filter(late=True).count() >= 3
    assert Note.objects.count() >= 10
    assert Inquiry.objects.filter(reopened__gt=0).count() >= 3
    assert Inquiry.objects.filter(follow_up_of__isnull=False).exists()
    assert Inquiry.objects.filter(status="OPEN", signal="SAFETY").count() >= 3
    assert Inquiry.objects.filter(signal="LEGAL").exists()
    assert InboundMail.objects.quarantine().count() == 2
    assert not InboundMail.objects.received().exists()


def test_sellers_write_in_chinese_and_in_german(demo):
    for language, sign in (("zh-hans", "您好"), ("de", "Moin")):
        said = Entry.objects.filter(case__language=language, author="SELLER", body__contains=sign)
        assert said.count() >= 5
        asked = Entry.objects.filter(case__language=language, author="DESK", body__contains=sign)
        assert asked.count() >= 5


@pytest.mark.parametrize("slug", queue.VIEWS)
def test_no_queue_of_the_desk_is_empty(demo, slug):
    ines = User.objects.get(email="ines@desk.example")
    assert queue.page(queue.VIEWS[slug], user=ines, at=START).rows


def test_questions_lapsed_to_the_minute_and_some_wait_for_a_decision(demo):
    for question in Question.objects.filter(status="LAPSED"):
        assert question.settled_at is not None
        assert timedelta(0) <= question.settled_at - question.reply_due_at < timedelta(minutes=1)
    assert not Question.objects.overdue(START).exists()
    undecided = Inquiry.objects.waiting().filter(case__questions__status="LAPSED")
    assert undecided.count() >= 3


def test_hardly_anything_is_overdue_at_a_desk_that_keeps_its_promises(demo):
    assert 1 <= Inquiry.objects.overdue(START).count() <= 2
    assert Inquiry.objects.agents_turn(START).count() >= 25


def test_chinese_is_written_with_the_punctuation_of_chinese(demo):
    for model in (Message, Entry, Note):
        narrow = r"[一-鿿][,!?;:()]|[,!?;:()][一-鿿]"
        assert not model._default_manager.filter(body__regex=narrow).exists(), model


def test_what_was_routed_lies_with_its_seller(demo):
    routed = Inquiry.objects.filter(status="ROUTED")
    assert routed.count() >= 15
    assert set(routed.values_list("pk", flat=True)) == set(
        BuyerMessage.objects.values_list("inquiry", flat=True)
    )


def test_nothing_lies_in_the_future_and_the_journal_runs_forward(demo):
    moments = (
        (Line, "at"),
        (Message, "created_at"),
        (Entry, "created_at"),
        (TrackingEvent, "at"),
        (Order, "placed_at"),
        (OutgoingMail, "created_at"),
        (InboundMail, "received_at"),
    )
    for model, field in moments:
        assert not model._default_manager.filter(**{f"{field}__gt": START}).exists(), model
    told = list(Line.objects.order_by("id").values_list("at", flat=True))
    assert told == sorted(told)


def test_old_letters_have_left_and_the_newest_still_wait(demo):
    hour_ago = START - timedelta(hours=1)
    letters = OutgoingMail.objects
    assert set(letters.values_list("status", flat=True)) == {"SENT", "QUEUED"}
    assert not letters.filter(status="QUEUED", created_at__lt=hour_ago).exists()
    assert not letters.filter(status="SENT", created_at__gte=hour_ago).exists()
    assert letters.filter(status="QUEUED").count() >= 5
    assert not letters.filter(status="SENT", settled_at=None).exists()


def test_no_placeholder_was_left_in_what_people_read(demo):
    for model in (Message, Entry, Note):
        assert not model._default_manager.filter(body__regex=r"[{}]|\(\)|Nummer \.").exists()
    assert not Message.objects.filter(body__contains="None").exists()


def test_every_constraint_holds_and_nobody_waits_in_a_settled_inquiry(demo):
    connection.check_constraints()
    assert not Inquiry.objects.exclude(status="OPEN").exclude(waiting_since=None).exists()


def test_a_product_page_answers_a_question_by_search(demo):
    bottle = Product.objects.filter(asin="B0DEMO0002")
    found = answers.passages(bottle, "Ist die Flasche spülmaschinenfest?")
    assert found[0].text == "Flasche und Deckel sind spülmaschinenfest bis 65 °C"
    assert not Product.objects.filter(search_simple=None).exists()


def test_a_second_run_says_so_and_changes_nothing(demo, settings):
    settings.DEMO = True
    before = _rows()
    said = StringIO()
    call_command("demo", stdout=said)
    assert "already there" in said.getvalue()
    assert _rows() == before


def test_without_the_demo_flag_it_is_refused_and_says_what_is_there(demo, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="12 sellers, 400 orders"):
        call_command("demo", stdout=StringIO())
    with pytest.raises(CommandError, match="CSBA_DEMO is off"):
        call_command("demo", "--again", stdout=StringIO())


def test_again_adds_a_month_and_touches_nothing_that_was_there(demo):
    before = _rows()
    decided = Inquiry.objects.filter(status="RESOLVED").count()
    later = START + timedelta(days=40)
    with transaction.atomic():
        found = load.again(later)
        after = _rows()
        assert (found.sellers, found.orders) == (0, 400)
        assert after["Order"] == before["Order"] + 400
        assert after["Inquiry"] == before["Inquiry"] + found.inquiries.total()
        assert found.inquiries.total() > 100
        assert (after["User"], after["Seller"]) == (before["User"], before["Seller"])
        assert Inquiry.objects.agents_turn(later).filter(opened_at__gt=START).count() >= 10
        old = Inquiry.objects.filter(status="RESOLVED", opened_at__lte=START)
        assert old.count() == decided
        transaction.set_rollback(True)
