"""What product pages could not answer: in the buyer's wording, counted, ticked off (P24)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from csba.journal import read as journal
from inquiries.models import BuyerMessage, Inquiry, PageGap
from inquiries.operations import buyer_messages, page_gaps
from inquiries.rules import gaps
from inquiries.rules.gaps import Item
from sellers.models import Order, Seller
from tests.conftest import Travel
from tests.factories.inquiries import InquiryFactory
from tests.factories.sellers import (
    DE,
    MembershipFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
)
from tests.inquiries.portal.conftest import read, signed_in

PAGES = "/portal/pages/"

ASKED = "Ist die Teekanne für Induktion geeignet?"

WORDINGS = [
    (ASKED, ASKED),
    (f"Guten Tag Frau Blume,\n\n{ASKED}\n\nMit freundlichen Grüßen\nJonas Weber", ASKED),
    (f"Hallo! {ASKED} Danke. LG Jonas", ASKED),
    ("Hi, is the lid included?\nBest regards, Jonas", "is the lid included?"),
    ("您好，这个茶壶可以用洗碗机吗？谢谢", "这个茶壶可以用洗碗机吗？"),
    ("Ich, Jonas Weber, frage: passt der Deckel?", "Ich, …, frage: passt der Deckel?"),
    ("Passt es zu 302-1234567-7654321?", "Passt es zu …?"),
    ("Antwort bitte an jonas@web.de oder 0151 23456789?", "Antwort bitte an … oder …?"),
    ("Ich wohne Karl-Heine-Straße 12. Gibt es Ersatz?", "Gibt es Ersatz?"),
    ("Wie tief ist das Fach in 1.5 m Höhe?", "Wie tief ist das Fach in 1.5 m Höhe?"),
    ("Die Maße fehlen leider. Bitte nennen.", "Die Maße fehlen leider. Bitte nennen."),
    ("Und für Gas?", "Und für Gas?"),
    ("Mit freundlichen Grüßen\nJonas", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "wording"), WORDINGS)
def test_a_wording_is_what_was_asked_without_the_buyer(text: str, wording: str) -> None:
    personal = [*gaps.names("Jonas Weber"), "Karl-Heine-Straße 12", "04229"]
    assert gaps.wording(text, personal=personal) == wording


def test_a_long_wording_ends_in_an_ellipsis() -> None:
    said = gaps.wording("Ist das " + "sehr " * 200 + "gut?")
    assert (len(said), said[-1]) == (gaps.LONGEST, "…")


POT = Item(DE, "B0TEEKANNE", "Teekanne aus Glas")
CUP = Item(DE, "B0BECHER00", "Becher aus Ton")


@pytest.mark.parametrize(
    ("items", "question", "found"),
    [
        ([], ASKED, None),
        ([POT, POT], "Passt das?", POT),
        ([POT, CUP], ASKED, POT),
        ([POT, CUP], "Ist B0BECHER00 dicht?", CUP),
        ([POT, CUP], "Passt das?", None),
    ],
)
def test_a_question_is_about_one_product_or_about_none(
    items: list[Item], question: str, found: Item | None
) -> None:
    assert gaps.about(items, question) == found


def asked(
    seller: Seller, asin: str = "B0TEEKANNE", question: str = ASKED, **fields: Any
) -> PageGap:
    """A buyer of this seller has asked about this product."""
    order = OrderFactory(seller=seller, line=None)
    OrderLineFactory(order=order, asin=asin, title=fields.pop("title", "Teekanne"))
    gap = page_gaps.record(InquiryFactory(order=order), question=question, at=timezone.now())
    assert gap is not None
    return gap


@pytest.mark.django_db
def test_pages_show_each_product_once_with_a_count_and_the_buyers_wording(
    blume: Seller, longmen: Seller, anna: Client, travel: Travel
) -> None:
    asked(blume)
    travel(minutes=5)
    asked(blume, question="Is it dishwasher safe?")
    travel(minutes=5)
    asked(blume, asin="B0BECHER00", title="Becher")
    asked(longmen, asin="B0FREMD000", title="Fremdes")
    page = anna.get(PAGES)
    said = read(page)
    assert said.index("Becher") < said.index("Teekanne")
    assert "2 questions" in said
    assert ASKED in said
    assert "Is it dishwasher safe?" in said
    assert b'<span class="count">3</span>' in anna.get("/portal/").content
    assert "Product pages: open questions (3)" in read(anna.get("/portal/messages/"))
    assert b'lang="en">Is it dishwasher safe?' in page.content
    assert "Fremdes" not in said
    assert "Jonas" not in said


@pytest.mark.django_db
def test_updated_ticks_off_what_was_shown_and_nothing_that_came_since(
    blume: Seller, anna: Client, travel: Travel
) -> None:
    first = asked(blume)
    page = anna.get(PAGES).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    travel(minutes=5)
    second = asked(blume, question="Und für Gas?")
    close = f"{PAGES}{first.marketplace_id}/{first.asin}/updated"
    for _click in range(2):
        assert anna.post(close, {"seen": seen}).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.closed_by == blume.memberships.get().user
    assert second.closed_at is None
    assert [line.verb for line in journal.of(first)] == ["page_updated"]
    said = read(anna.get(PAGES))
    assert "Und für Gas?" in said
    assert ASKED not in said
    assert "Asked again since you updated the page on 4 November 2026." in said


@pytest.mark.django_db
def test_a_product_without_open_questions_stands_among_the_updated(
    blume: Seller, anna: Client, travel: Travel
) -> None:
    gap = asked(blume, title="Teekanne")
    person = blume.memberships.get().user
    page_gaps.close(
        blume, marketplace_id=gap.marketplace_id, asin=gap.asin, seen=gap.asked_at, by=person
    )
    said = read(anna.get(PAGES))
    assert "Your pages answer everything" in said
    assert "Updated in the last 30 days" in said
    assert "Teekanne" in said
    travel(days=31)
    anna.force_login(person)
    assert "Teekanne" not in read(anna.get(PAGES))


@pytest.mark.django_db
def test_the_same_inquiry_asked_again_is_open_again(blume: Seller, travel: Travel) -> None:
    gap = asked(blume)
    page_gaps.close(
        blume,
        marketplace_id=gap.marketplace_id,
        asin=gap.asin,
        seen=gap.asked_at,
        by=blume.memberships.get().user,
    )
    travel(hours=1)
    again = page_gaps.record(gap.inquiry, question="Und für Gas?", at=timezone.now())
    assert again == gap
    assert again is not None
    assert (again.closed_at, again.wording, again.asked_at) == (
        None,
        "Und für Gas?",
        timezone.now(),
    )
    assert PageGap.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("topic", "bullets", "gap"),
    [
        ("PRODUCT", ["Mit Sieb"], True),
        ("PRODUCT", ["Für Induktion geeignet"], False),
        ("WHERE_IS_IT", ["Mit Sieb"], False),
    ],
)
def test_a_product_question_that_a_seller_answers_is_a_gap_if_the_page_is_silent(
    topic: str, bullets: list[str], gap: bool, order: Order, writes: Callable[..., Inquiry]
) -> None:
    line = order.lines.get()
    page = ProductFactory(asin=line.asin, bullets=bullets)
    _searchable(page)
    inquiry = writes(ASKED, topic=topic, topic_words="geeignet")
    message = BuyerMessage.objects.get(inquiry=inquiry)
    person = order.seller.memberships.get().user
    buyer_messages.answer(message, body="Ja, das ist sie.", by=person)
    found = list(PageGap.objects.values_list("asin", "wording"))
    assert found == ([(line.asin, ASKED)] if gap else [])


def _searchable(page: Any) -> None:
    """As the feed leaves it: with its words ready to be found."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sellers_product SET search_german = to_tsvector('german', bullets::text)"
            " WHERE id = %s",
            [page.pk],
        )


@pytest.mark.django_db
def test_pages_take_the_same_statements_for_1_and_50_products_and_come_page_by_page(
    blume: Seller, anna: Client, travel: Travel
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert anna.get(PAGES).status_code == 200
        return len(found)

    asked(blume)
    asked(blume, question="Und für Gas?")
    anna.get(PAGES)
    few = count()
    inquiry = InquiryFactory(order=OrderFactory(seller=blume))
    at = timezone.now()
    PageGap.objects.bulk_create(
        PageGap(
            seller=blume,
            marketplace_id=DE,
            asin=f"B0PAGE{number:04d}",
            title=f"Product {number}",
            inquiry=inquiry,
            wording=f"Question {number}?",
            language="en",
            asked_at=at,
        )
        for number in range(49)
    )
    assert count() == few <= 10
    seen: list[str] = []
    address = PAGES
    while address:
        page = anna.get(address).content.decode()
        seen += page.split("<section")[1:]
        more = page.split('rel="next" href="')
        address = PAGES + more[1].split('"')[0].replace("&amp;", "&") if len(more) > 1 else ""
    assert len(seen) == 50
    assert anna.get(PAGES, {"after": "nonsense"}).status_code == 200


@pytest.mark.django_db
def test_a_reader_looks_on_and_a_stranger_finds_nothing(
    blume: Seller, longmen: Seller, travel: Travel
) -> None:
    gap = asked(blume)
    close = f"{PAGES}{gap.marketplace_id}/{gap.asin}/updated"
    reader = signed_in(MembershipFactory(seller=blume, role="READER").user)
    page = reader.get(PAGES)
    assert ASKED in read(page)
    assert b'name="seen"' not in page.content
    assert reader.post(close, {"seen": "1-1"}).status_code == 403
    assert signed_in(longmen.memberships.get().user).post(close).status_code == 404
    owner = signed_in(blume.memberships.get(role="OWNER").user)
    assert owner.post(close, {"seen": "nonsense"}).status_code == 302
    gap.refresh_from_db()
    assert gap.closed_at is None
