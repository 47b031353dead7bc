"""Sellers abroad: what they may offer, until when, and what counts."""

from collections.abc import Callable

import pytest

from csba.accounts.models import User
from csba.errors import Refused
from returns.models import Refund, ReturnRequest
from returns.operations import international, labels
from returns.operations.labels import Upload
from returns.reasons import LabelKind
from sellers.models import OrderLine, Seller
from tests.conftest import Letters, Travel
from tests.returns.requests.goods_bought import german_address, moment
from tests.together import all_at_once

pytestmark = pytest.mark.django_db

Open = Callable[..., ReturnRequest]
Option = ReturnRequest.Option
FILE = Upload("label.pdf", b"%PDF-1.4 label", "DHL", "0034")


@pytest.fixture
def wei(longmen: Seller) -> User:
    return User.objects.get(email="wei@longmen.test")


@pytest.fixture
def asked(drone: OrderLine, opened: Open, travel: Travel) -> ReturnRequest:
    """The drone's return, asked for on Monday 9 November at three."""
    travel.to("2026-11-09T15:00:00+01:00")
    return opened(drone)


def test_an_address_in_germany_without_a_label_is_not_enough(
    asked: ReturnRequest, longmen: Seller, wei: User
) -> None:
    address = german_address(longmen)
    with pytest.raises(Refused) as refusal:
        international.offer_option(asked, option=Option.LOCAL_ADDRESS, by=wei, address=address)
    assert refusal.value.code == "needs_label"


def test_an_address_in_germany_with_a_label_gives_the_buyer_the_whole_window(
    asked: ReturnRequest, longmen: Seller, wei: User, travel: Travel, letters: Letters
) -> None:
    address = german_address(longmen)
    travel.to("2026-11-12T23:59:59+01:00")
    international.offer_option(
        asked, option=Option.LOCAL_ADDRESS, by=wei, address=address, label_file=FILE
    )
    assert (asked.option, asked.address) == (Option.LOCAL_ADDRESS, address)
    assert asked.send_back_until == moment("2026-11-27T00:00:00+01:00")
    assert asked.labels.get().kind == LabelKind.SELLERS
    assert letters.to("jonas@buyers.test") == ["return_authorised", "return_authorised"]
    due = moment("2026-11-13T00:00:00+01:00")
    assert international.settle_missed_options(due) == 0


def test_a_prepaid_label_of_ours_goes_to_the_chosen_address(
    asked: ReturnRequest, longmen: Seller, wei: User
) -> None:
    address = german_address(longmen)
    international.offer_option(asked, option=Option.PREPAID_LABEL, by=wei, address=address)
    assert labels.fetch(asked.labels.get()).cost is not None


def test_a_refund_without_return_is_paid_at_once_as_the_sellers(
    asked: ReturnRequest, wei: User
) -> None:
    international.offer_option(asked, option=Option.NO_RETURN, by=wei)
    assert (asked.status, asked.returnless) == (ReturnRequest.Status.REFUNDED, True)
    assert Refund.objects.get(request=asked).origin == Refund.Origin.SELLER


@pytest.mark.parametrize("option", [Option.LOCAL_ADDRESS, Option.PREPAID_LABEL])
def test_what_is_missing_is_said_and_nothing_is_offered(
    asked: ReturnRequest, wei: User, option: str
) -> None:
    with pytest.raises(Refused):
        international.offer_option(asked, option=option, by=wei)
    asked.refresh_from_db()
    assert asked.option == ""


def test_another_sellers_address_is_no_address(
    asked: ReturnRequest, blume: Seller, wei: User
) -> None:
    address = german_address(blume)
    with pytest.raises(Refused) as refusal:
        international.offer_option(
            asked, option=Option.LOCAL_ADDRESS, by=wei, address=address, label_file=FILE
        )
    assert refusal.value.code == "address"


def test_at_the_deadline_no_option_counts_any_more_swept_or_not(
    asked: ReturnRequest, wei: User, travel: Travel
) -> None:
    travel.to("2026-11-13T00:00:00+01:00")
    with pytest.raises(Refused) as refusal:
        international.offer_option(asked, option=Option.NO_RETURN, by=wei)
    assert refusal.value.code == "too_late"


def test_an_option_is_offered_once(asked: ReturnRequest, wei: User) -> None:
    international.offer_option(asked, option=Option.NO_RETURN, by=wei)
    with pytest.raises(Refused):
        international.offer_option(asked, option=Option.NO_RETURN, by=wei)
    assert Refund.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_twenty_sweeps_at_the_deadline_refund_once(
    drone: OrderLine, opened: Open, travel: Travel
) -> None:
    travel.to("2026-11-09T15:00:00+01:00")
    due = opened(drone).option_due_at
    assert due is not None
    assert sum(all_at_once(lambda n: international.settle_missed_options(due))) == 1
    assert Refund.objects.count() == 1
