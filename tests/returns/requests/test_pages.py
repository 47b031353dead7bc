"""The pages about returns: the desk's list and page, the portal's, and the buyer's signed link."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from csba.accounts.models import User
from returns.models import ReturnRequest, Withdrawal
from returns.notifications import links
from returns.operations import goods, labels
from returns.reasons import LabelKind, Reason
from sellers.models import OrderLine, Seller
from tests.conftest import Letters, Travel
from tests.returns.requests.goods_bought import bought

pytestmark = pytest.mark.django_db

Open = Callable[..., ReturnRequest]


@pytest.fixture
def line(headphones: OrderLine, travel: Travel) -> OrderLine:
    travel.to("2026-10-12T10:00:00+02:00")
    return headphones


@pytest.fixture
def cream(blume: Seller, travel: Travel) -> OrderLine:
    """Needs a person when it is opened."""
    travel.to("2026-11-04T10:00:00+01:00")
    return bought(
        blume,
        "BEAUTY",
        "24.00",
        placed="2026-10-30T10:00:00+01:00",
        delivered="2026-11-02T11:00:00+01:00",
        title="Handcreme",
    )


def many(blume: Seller, opened: Open, count: int) -> None:
    for number in range(count):
        opened(
            bought(
                blume,
                "BEAUTY",
                "24.00",
                placed="2026-10-30T10:00:00+01:00",
                delivered="2026-11-02T11:00:00+01:00",
                asin=f"B0CREAM{number:03d}",
            )
        )


@pytest.mark.parametrize("count", [1, 20])
def test_the_desks_list_costs_the_same_with_one_and_twenty(
    blume: Seller,
    opened: Open,
    desk: Client,
    travel: Travel,
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    travel.to("2026-11-04T10:00:00+01:00")
    many(blume, opened, count)
    with django_assert_max_num_queries(14):
        page = desk.get(reverse("admin:returns"))
    assert page.content.decode().count("return-row") == count


@pytest.mark.parametrize("count", [1, 20])
def test_the_portals_list_costs_the_same_with_one_and_twenty(
    blume: Seller,
    opened: Open,
    portal: Client,
    agent: User,
    travel: Travel,
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    travel.to("2026-11-04T10:00:00+01:00")
    many(blume, opened, count)
    ReturnRequest.objects.update(status="AUTHORISED")
    with django_assert_max_num_queries(16):
        page = portal.get(reverse("returns:requests"))
    assert page.content.decode().count('class="row"') == count


def test_the_page_of_a_return_shows_every_step_of_the_trace(
    cream: OrderLine, opened: Open, desk: Client
) -> None:
    request = opened(cream, words="vertrage sie nicht")
    page = desk.get(reverse("admin:return", args=[request.number]))
    assert page.status_code == 200
    text = page.content.decode()
    stored = request.entitlement["lines"][str(cream.pk)]
    assert text.count('class="trace-said"') == len(stored["trace"])
    assert "vertrage sie nicht" in text
    assert reverse("admin:refuse-return", args=[request.number]) in text


def test_an_agent_authorises_and_refuses_on_the_page(
    cream: OrderLine, opened: Open, desk: Client, agent: User
) -> None:
    request = opened(cream)
    refused = desk.post(reverse("admin:refuse-return", args=[request.number]), {"reason": ""})
    assert refused.status_code == 422
    done = desk.post(reverse("admin:refuse-return", args=[request.number]), {"reason": "Geöffnet."})
    assert done.status_code == 302
    request.refresh_from_db()
    assert (request.status, request.decided_by) == (ReturnRequest.Status.REFUSED, agent)
    again = desk.post(reverse("admin:refuse-return", args=[request.number]), {"reason": "Noch."})
    assert again.status_code == 409


def test_an_auditor_reads_and_changes_nothing(
    cream: OrderLine, opened: Open, client: Client, auditor: User
) -> None:
    request = opened(cream)
    client.force_login(auditor)
    page = client.get(reverse("admin:return", args=[request.number]))
    assert page.status_code == 200
    assert "/refuse" not in page.content.decode()
    for name in ("authorise", "refuse", "close", "sent", "received", "inspected", "refund"):
        url = reverse(f"admin:{name}-return", args=[request.number])
        assert client.post(url, {"reason": "x"}).status_code == 403
        assert client.get(url).status_code == 405
    assert client.get(reverse("admin:open-return")).status_code == 403


def test_the_desk_sees_what_it_comes_to_before_opening(line: OrderLine, desk: Client) -> None:
    url = reverse("admin:open-return")
    asked = {"order": line.order.number}
    assert "Kopfhörer" in desk.get(url, asked).content.decode()
    typed = {
        **asked,
        f"pieces-{line.pk}": "1",
        "reason": "NOT_NEEDED",
        "condition": "OPENED",
        "client_id": str(uuid.uuid4()),
    }
    page = desk.post(url, {**typed, "preview": ""})
    assert 'class="trace"' in page.content.decode()
    assert not ReturnRequest.objects.exists()
    done = desk.post(url, {**typed, "open": ""})
    opened = ReturnRequest.objects.get()
    assert done.headers["Location"] == reverse("admin:return", args=[opened.number])
    assert opened.via == ReturnRequest.Via.DESK


def test_the_whole_way_of_the_goods_on_the_desk(
    line: OrderLine, opened: Open, desk: Client, travel: Travel
) -> None:
    request = opened(line)
    number = [request.number]
    travel.to("2026-10-15T10:00:00+02:00")
    steps = [
        ("sent", {"at_scan": "2026-10-14T18:00"}, "IN_TRANSIT"),
        ("received", {f"pieces-{line.pk}": "1"}, "RECEIVED"),
        ("inspected", {f"found-{line.pk}": "USED"}, "INSPECTED"),
        ("refund", {}, "REFUNDED"),
    ]
    for name, data, status in steps:
        answer = desk.post(reverse(f"admin:{name}-return", args=number), data)
        assert answer.status_code == 302, (name, answer.content.decode()[-2000:])
        request.refresh_from_db()
        assert request.status == status


def test_a_seller_sees_no_buyer_and_no_other_sellers_return(
    line: OrderLine, drone: OrderLine, opened: Open, portal: Client, travel: Travel
) -> None:
    mine = opened(line, words="Meine Nummer ist 0170 1234567")
    travel.to("2026-11-09T15:00:00+01:00")
    theirs = opened(drone)
    text = portal.get(reverse("returns:request", args=[mine.number])).content.decode()
    for secret in ("Jonas", "Weber", "jonas@buyers.test", "Karl-Heine", "Leipzig", "0170"):
        assert secret not in text
    assert mine.number in text
    for name in (
        "request",
        "own-label",
    ):
        assert portal.get(reverse(f"returns:{name}", args=[theirs.number])).status_code == 404
    for name in ("receive-request", "inspect-request", "refund-request", "offer-option"):
        assert portal.post(reverse(f"returns:{name}", args=[theirs.number])).status_code == 404
    assert portal.post(reverse("returns:upload-label", args=[theirs.number])).status_code == 404


def test_a_return_under_review_is_not_the_sellers_yet(
    cream: OrderLine, opened: Open, portal: Client
) -> None:
    request = opened(cream)
    assert portal.get(reverse("returns:request", args=[request.number])).status_code == 404


def test_the_seller_receives_takes_off_and_refunds_in_the_portal(
    line: OrderLine, opened: Open, portal: Client
) -> None:
    request = opened(line)
    page = reverse("returns:request", args=[request.number])
    portal.post(f"{page}received", {f"pieces-{line.pk}": "1"})
    wrong = {f"found-{line.pk}": "USED", f"deduction-{line.pk}": "60.00", "reason": "Kratzer"}
    assert portal.post(f"{page}inspected", wrong).status_code == 409
    right = {**wrong, f"deduction-{line.pk}": "9.00"}
    assert portal.post(f"{page}inspected", right).status_code == 302
    assert portal.post(f"{page}refund").status_code == 302
    request.refresh_from_db()
    assert request.status == ReturnRequest.Status.REFUNDED
    assert request.refunds.get().lines.get(part="ITEM").amount == line.price - 9  # type: ignore[operator]


def test_the_seller_uploads_a_label_and_reads_it_again(
    line: OrderLine, opened: Open, portal: Client
) -> None:
    request = opened(line)
    file = SimpleUploadedFile("label.pdf", b"%PDF-1.4 mine", "application/pdf")
    url = reverse("returns:upload-label", args=[request.number])
    assert portal.post(url, {"file": file, "carrier": "DPD"}).status_code == 302
    label = request.labels.get(cancelled_at__isnull=True)
    assert label.kind == LabelKind.SELLERS
    answer = portal.get(reverse("returns:own-label", args=[request.number]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 mine"  # type: ignore[attr-defined]
    wrong = SimpleUploadedFile("label.pdf", b"<html>", "application/pdf")
    assert portal.post(url, {"file": wrong}).status_code == 409


def test_the_seller_abroad_offers_a_way_back_in_the_portal(
    drone: OrderLine, opened: Open, longmen: Seller, travel: Travel
) -> None:
    travel.to("2026-11-09T15:00:00+01:00")
    request = opened(drone)
    browser = Client()
    browser.force_login(User.objects.get(email="wei@longmen.test"))
    url = reverse("returns:add-address")
    typed = {
        "name": "Longmen c/o Lager Nord",
        "street": "Lagerstraße 5",
        "postcode": "20095",
        "city": "Hamburg",
        "country": "DE",
    }
    assert browser.post(url, typed).status_code == 302
    address = longmen.return_addresses.get()
    assert address.preferred
    page = reverse("returns:request", args=[request.number])
    assert "LOCAL_ADDRESS" in browser.get(page).content.decode()
    offer = {"option": "LOCAL_ADDRESS", "address": str(address.pk)}
    assert browser.post(f"{page}option", offer).status_code == 409
    offer["file"] = SimpleUploadedFile("l.pdf", b"%PDF-1.4", "application/pdf")  # type: ignore[assignment]
    assert browser.post(f"{page}option", offer).status_code == 302
    request.refresh_from_db()
    assert request.option == "LOCAL_ADDRESS"


def hidden(page: Any) -> dict[str, str]:
    """The hidden fields of the page's form, as a browser would send them."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def test_the_buyer_asks_sees_confirms_and_gets_the_label(
    line: OrderLine, client: Client, letters: Letters
) -> None:
    token = links.token(line.order, timezone.now())
    url = reverse("buyer-returns:returns", args=[token])
    first = client.get(url)
    assert first["X-Robots-Tag"] == "noindex, nofollow"
    assert first["Referrer-Policy"] == "same-origin"
    assert "no-store" in first["Cache-Control"]
    assert "Kopfhörer" in first.content.decode()
    typed = {
        f"pieces-{line.pk}": "1",
        "reason": "NOT_NEEDED",
        "condition": "OPENED",
        "words": "",
        "client_id": str(uuid.uuid4()),
    }
    preview = client.post(url, typed)
    assert "82,90" in preview.content.decode()
    assert not ReturnRequest.objects.exists()
    confirmed = client.post(url, {**hidden(preview.content.decode()), "confirm": "1"})
    request = ReturnRequest.objects.get()
    assert confirmed.headers["Location"] == reverse(
        "buyer-returns:return", args=[token, request.number]
    )
    assert client.post(url, {**hidden(preview.content.decode()), "confirm": "1"}).status_code == 302
    assert ReturnRequest.objects.count() == 1
    page = client.get(confirmed.headers["Location"])
    assert request.number in page.content.decode()
    answer = client.get(reverse("buyer-returns:label", args=[token, request.number]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    mail = letters.last("jonas@buyers.test")
    assert "/help/returns/" in mail.text


def test_forged_and_old_links_open_nothing(line: OrderLine, client: Client) -> None:
    at = timezone.now()
    token = links.token(line.order, at)
    for bad in (token[:-1], token + "x", "x", links.token(line.order, at - links.LASTS)):
        assert client.get(f"/help/returns/{bad}/").status_code == 404
    nearly = links.token(line.order, at - links.LASTS + timedelta(seconds=1))
    assert client.get(f"/help/returns/{nearly}/").status_code == 200


def test_a_link_opens_its_own_order_only(
    line: OrderLine, cream: OrderLine, opened: Open, client: Client
) -> None:
    other = opened(cream)
    token = links.token(line.order, timezone.now())
    for name in ("return", "label", "withdrawn"):
        url = reverse(f"buyer-returns:{name}", args=[token, other.number])
        assert client.get(url).status_code == 404


def test_a_withdrawal_takes_two_steps_and_shows_date_and_time(
    line: OrderLine, client: Client, letters: Letters
) -> None:
    token = links.token(line.order, timezone.now())
    url = reverse("buyer-returns:withdraw", args=[token])
    typed = {
        "name": "Jonas Weber",
        "contact": "jonas@buyers.test",
        "words": "",
        "client_id": str(uuid.uuid4()),
    }
    assert client.post(url, {**typed, "name": ""}).status_code == 422
    second = client.post(url, typed)
    assert not Withdrawal.objects.exists()
    confirm = {**hidden(second.content.decode()), "confirm": "1"}
    done = client.post(url, confirm)
    declared = Withdrawal.objects.get()
    assert declared.in_time is True
    assert line.order.number in declared.words
    client.post(url, confirm)
    assert Withdrawal.objects.count() == 1
    assert "10:00:00" in client.get(done.headers["Location"]).content.decode()
    assert "withdrawal_confirmed" in letters.to("jonas@buyers.test")


@pytest.mark.parametrize("language", ["de", "zh-hans", "en"])
def test_every_state_has_its_page_in_every_language(
    line: OrderLine, opened: Open, client: Client, agent: User, language: str
) -> None:
    client.cookies["django_language"] = language
    request = opened(line)
    labels.fetch(request.labels.get())
    token = links.token(line.order, timezone.now())
    for status in ReturnRequest.Status.values:
        ReturnRequest.objects.filter(pk=request.pk).update(status=status)
        page = client.get(reverse("buyer-returns:return", args=[token, request.number]))
        assert page.status_code == 200
        assert request.number in page.content.decode()


@pytest.mark.parametrize(
    ("chosen", "language"), [("", "de"), ("zh-hans", "zh-hans"), ("en", "en"), ("tlh", "de")]
)
def test_the_desk_sends_the_buyer_the_link(
    line: OrderLine, desk: Client, letters: Letters, chosen: str, language: str
) -> None:
    sent = {"order": line.order.number, "language": chosen}
    desk.post(reverse("admin:send-return-link"), sent)
    mail = letters.last("jonas@buyers.test")
    assert mail.language == language
    path = re.search(r"http://[^/]+(/help/returns/\S+)", mail.text)
    assert path is not None
    assert Client().get(path[1]).status_code == 200


def test_a_declaration_without_a_return_stands_on_the_desks_list(
    line: OrderLine, opened: Open, desk: Client
) -> None:
    opened(line, reason=Reason.DEFECTIVE)
    Withdrawal.objects.create(
        order=line.order,
        key="mail:9",
        name="Jonas Weber",
        contact="jonas@buyers.test",
        words="Widerruf",
        language="de",
        declared_at=timezone.now(),
        confirmed_at=timezone.now(),
    )
    assert "WDR-" in desk.get(reverse("admin:returns")).content.decode()
    goods.close_idle(timezone.now())
