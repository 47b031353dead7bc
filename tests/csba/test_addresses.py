"""Reply addresses: what we wrote can be read, nothing else can."""

from typing import Any

import pytest
from django.conf import settings as product
from hypothesis import given
from hypothesis import strategies as some

from csba import addresses
from csba.addresses import BUYER_LANE, SELLER_LANE, Address

NUMBER = "INQ-9E3779B1"
GENUINE = addresses.write(BUYER_LANE, NUMBER)
LOCAL, DOMAIN = GENUINE.split("@")
LANES = some.sampled_from([BUYER_LANE, SELLER_LANE])
NUMBERS = some.from_regex(r"[A-Z]{2,5}-[0-9A-F]{8}", fullmatch=True)


@given(LANES, NUMBERS)
def test_what_was_written_is_read(lane: str, number: str) -> None:
    assert addresses.read(addresses.write(lane, number)) == Address(lane, number)


@given(LANES, NUMBERS, some.booleans())
def test_upper_and_lower_case_make_no_difference(lane: str, number: str, upper: bool) -> None:
    written = addresses.write(lane, number)
    found = addresses.read(written.upper() if upper else written.title())
    assert found == Address(lane, number)


@given(some.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert addresses.read(text) is None
    assert addresses.read(f"{text} {GENUINE} {text}") == Address(BUYER_LANE, NUMBER)


@given(some.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=16, max_size=16))
def test_a_guessed_signature_is_none(signature: str) -> None:
    genuine = addresses.read(f"inq+{NUMBER}.{signature}@{DOMAIN}") is not None
    assert genuine == (signature in GENUINE)


@pytest.mark.parametrize(
    "forged",
    [
        GENUINE.replace("9e3779b1", "9e3779b2"),
        GENUINE.replace("inq+", "case+"),
        GENUINE.replace(DOMAIN, "evil.test"),
        GENUINE.replace(DOMAIN, f"{DOMAIN}.evil.test"),
        GENUINE.replace(DOMAIN, f"evil-{DOMAIN}"),
        f"inq+{NUMBER}@{DOMAIN}",
        f"{LOCAL[:-1]}@{DOMAIN}",
        f"{LOCAL}a@{DOMAIN}",
        LOCAL,
        "",
        # Letters that become ASCII, or do not, when the case is changed.
        f"inq+{NUMBER}.{'ſ' * 16}@{DOMAIN}",
        f"inq+{NUMBER}.{'K' * 16}@{DOMAIN}",
    ],
)
def test_what_we_have_not_written_is_no_address(forged: str) -> None:
    assert addresses.read(forged) is None


def test_a_sellers_address_never_opens_the_buyers_lane() -> None:
    sellers = addresses.write(SELLER_LANE, NUMBER)
    assert addresses.read(sellers) == Address(SELLER_LANE, NUMBER)
    assert addresses.read(sellers.replace("case+", "inq+")) is None


@pytest.mark.parametrize(
    "header",
    [
        f"<{GENUINE}>",
        f"Kundenservice <{GENUINE}>",
        f'"{GENUINE}" <{GENUINE}>',
        f'"{GENUINE} über uns" <someone@else.test>',
        f"anna@blume.test, Service <{GENUINE}>, else@where.test",
        f"inq+INQ-1.aaaaaaaaaaaaaaaa@{DOMAIN}, {GENUINE}",
        f"Schreiben Sie an {GENUINE}.",
        f"mailto:{GENUINE}?subject=x",
        f"'{GENUINE}'",
    ],
)
def test_it_is_found_wherever_mail_programs_put_it(header: str) -> None:
    assert addresses.read(header) == Address(BUYER_LANE, NUMBER)


def test_of_several_headers_the_first_genuine_one_counts() -> None:
    other = addresses.write(SELLER_LANE, "CASE-00000001")
    headers = ["me@home.test", GENUINE.replace("inq+", "case+"), GENUINE, other]
    assert addresses.read_any(headers) == Address(BUYER_LANE, NUMBER)
    assert addresses.read_any([]) is None


def test_another_key_makes_another_address(settings: Any) -> None:
    settings.SECRET_KEY = "another-key-" + "x" * 40
    assert addresses.read(GENUINE) is None
    assert addresses.write(BUYER_LANE, NUMBER) != GENUINE


def test_the_address_is_short_enough_for_every_relay() -> None:
    """64 characters before the @ are what the mail standard grants."""
    longest = addresses.write(SELLER_LANE, "CASE-FFFFFFFF")
    assert len(longest.split("@")[0]) <= 64
    assert longest.endswith(f"@{product.CSBA_REPLY_DOMAIN}")
    assert longest == longest.lower()
