"""Money: decimals with two places and their currency, rounded in one way, shown in the reader's."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from babel.numbers import format_currency
from django.utils import translation

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal("0.00")

_LOCALES: Final = {"de": "de_DE", "zh-hans": "zh_Hans_CN", "en": "en_GB"}


def cents(amount: Decimal) -> Decimal:
    """`amount` to the cent, half a cent upwards."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def share(amount: Decimal, percent: Decimal | int) -> Decimal:
    """So many per cent of `amount`, to the cent."""
    return cents(amount * Decimal(percent) / 100)


def shown(amount: Decimal, currency: str, language: str | None = None) -> str:
    """Such as 12,90 € for a German, €12.90 for an English and a Chinese reader."""
    locale = _LOCALES.get(language or translation.get_language() or "de", "de_DE")
    return format_currency(amount, currency or "EUR", locale=locale)
