"""Labels: asked for once by their key, a readable PDF, the seller's own file instead."""

from collections.abc import Callable

import pytest
from django.test import override_settings

from csba.accounts.models import User
from csba.errors import Refused
from returns.gateways import label as gateway
from returns.gateways.embedded_label import EmbeddedCarrier, tracking_number
from returns.gateways.label import Made, NoLabel, Place, Wish
from returns.models import ReturnLabel, ReturnRequest
from returns.operations import labels
from returns.reasons import LabelKind, Reason
from returns.rules import book
from sellers.models import OrderLine
from tests.conftest import Letters, Travel
from tests.returns.requests.goods_bought import moment
from tests.together import all_at_once

pytestmark = pytest.mark.django_db

Open = Callable[..., ReturnRequest]
PDF = b"%PDF-1.4 a label"

HERE = Place("Jörg Müßig", ("Karl-Heine-Straße 12",), "04229", "Leipzig", "DE")
THERE = Place("深圳龙门电子有限公司", ("Lagerstraße 5",), "20095", "Hamburg", "DE")


def wish(key: str = "return:7:label:1", *, prepaid: bool = True) -> Wish:
    return Wish(key, "RMA-12AB34CD", HERE, THERE, prepaid, moment("2026-11-04T10:00:00+01:00"))


class Flaky:
    """A carrier that does not answer the first time and counts its labels by key."""

    name = "flaky"
    asked: list[str] = []

    def label(self, wanted: Wish) -> Made:
        self.asked.append(wanted.key)
        if len(self.asked) == 1:
            raise NoLabel("not now")
        return EmbeddedCarrier().label(wanted)


def test_the_same_key_gives_the_same_label_and_another_key_another() -> None:
    first, again = EmbeddedCarrier().label(wish()), EmbeddedCarrier().label(wish())
    assert first == again
    assert EmbeddedCarrier().label(wish("return:8:label:1")).tracking_number != (
        first.tracking_number
    )
    assert first.cost == book.label_cost(wish().at)


def test_tracking_numbers_carry_a_check_digit() -> None:
    number = tracking_number("return:7:label:1")
    assert len(number) == 19
    assert number.isdigit()
    weighted = sum(int(d) * (1 if place % 2 else 3) for place, d in enumerate(number[:-1]))
    assert (weighted + int(number[-1])) % 10 == 0


def test_a_label_that_the_buyer_pays_has_no_tracking_number_and_no_cost() -> None:
    made = EmbeddedCarrier().label(wish(prepaid=False))
    assert (made.tracking_number, made.cost, made.carrier) == ("", None, "")
    assert made.pdf.startswith(b"%PDF-")


def test_the_label_is_an_a6_page_with_its_latin_font_inside() -> None:
    pdf = EmbeddedCarrier().label(wish()).pdf
    assert b"/MediaBox [ 0 0 297.6378 419.5276 ]" in pdf
    assert b"/FontFile2" in pdf
    assert b"/STSong-Light" in pdf


def test_a_carrier_that_fails_once_is_asked_again_with_the_same_key(
    headphones: OrderLine, opened: Open
) -> None:
    Flaky.asked.clear()
    with override_settings(CSBA_LABEL_CARRIER=f"{__name__}.Flaky"):
        request = opened(headphones, reason=Reason.DEFECTIVE)
        assert labels.fetch_missing(request.asked_at) == 0
        assert labels.fetch_missing(request.asked_at) == 1
        assert labels.fetch_missing(request.asked_at) == 0
    assert len(Flaky.asked) == 2
    assert len(set(Flaky.asked)) == 1
    assert ReturnLabel.objects.get().file is not None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_twenty_who_fetch_a_label_at_once_keep_one_file(
    headphones: OrderLine, opened: Open
) -> None:
    with override_settings(CSBA_LABEL_CARRIER=f"{__name__}.Flaky"):
        Flaky.asked.clear()
        request = opened(headphones, reason=Reason.DEFECTIVE)
    label = request.labels.get()
    assert label.file is None  # the carrier did not answer when it was opened
    with override_settings(CSBA_LABEL_CARRIER=gateway.EMBEDDED):
        found = all_at_once(lambda n: labels.fetch(ReturnLabel.objects.get(pk=label.pk)))
    assert {one.file_id for one in found} == {ReturnLabel.objects.get().file_id}


def test_the_sellers_own_label_takes_the_place_of_ours(
    headphones: OrderLine, opened: Open, letters: Letters
) -> None:
    anna = User.objects.get(email="anna@blume.test")
    request = opened(headphones, reason=Reason.DEFECTIVE)
    upload = labels.Upload("C:\\labels\\mein label.pdf", PDF, "DPD", "01234")
    labels.upload(request, file=upload, by=anna)
    running = request.labels.get(cancelled_at__isnull=True)
    assert (running.kind, running.carrier) == (LabelKind.SELLERS, "DPD")
    assert running.file is not None
    assert running.file.name == "mein label.pdf"
    assert request.labels.count() == 2
    assert letters.to("jonas@buyers.test") == ["return_authorised", "return_authorised"]


@pytest.mark.parametrize("content", [b"", b"GIF89a...", b"%PDF-" + b"0" * 2_097_152])
def test_label_files_that_are_none_are_refused(
    headphones: OrderLine, opened: Open, content: bytes
) -> None:
    anna = User.objects.get(email="anna@blume.test")
    request = opened(headphones, reason=Reason.DEFECTIVE)
    with pytest.raises(Refused):
        labels.upload(request, file=labels.Upload("label.pdf", content), by=anna)
    assert request.labels.get().cancelled_at is None


def test_a_label_of_two_megabytes_is_taken(headphones: OrderLine, opened: Open) -> None:
    anna = User.objects.get(email="anna@blume.test")
    request = opened(headphones, reason=Reason.DEFECTIVE)
    content = b"%PDF-" + b"0" * (2_097_152 - 5)
    labels.upload(request, file=labels.Upload("label.pdf", content), by=anna)
    assert request.labels.filter(kind=LabelKind.SELLERS).exists()


@pytest.fixture(autouse=True)
def within_the_window(travel: Travel) -> None:
    """A week after the headphones came."""
    travel.to("2026-10-12T10:00:00+02:00")
