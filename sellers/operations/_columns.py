"""From facts to columns: which names they share, what fits, what a row has after it was told."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext as _

from sellers.feeds.facts import LineFacts, OrderFacts, ParcelFacts, ProductFacts
from sellers.models import Order, OrderLine, Parcel, Product


class BadRow(Exception):
    """These facts cannot be kept; str() says why."""


APART: Final = {"lines", "parcels", "raw", "programmes", "placed_at", "changed_at"}
"""Facts with a rule of their own."""


def _shared(facts: type, model: type[models.Model]) -> dict[str, int | None]:
    """The names that facts and rows share, with the longest text that fits."""
    columns = {column.name: column for column in model._meta.concrete_fields}
    names = [fact.name for fact in fields(facts) if fact.name in columns]
    return {name: getattr(columns[name], "max_length", None) for name in names if name not in APART}


ORDER: Final = _shared(OrderFacts, Order)
LINE: Final = _shared(LineFacts, OrderLine)
PARCEL: Final = _shared(ParcelFacts, Parcel)
PRODUCT: Final = _shared(ProductFacts, Product)
NAMING: Final = frozenset(
    {"number", "marketplace_id", "currency", "buyer_email", "item_id", "asin", "sku", "reference"}
    | {"image", "language"}
)
"""Texts that name something are never cut; what describes may be."""
TRUE_ANYWAY: Final = frozenset({"programmes", "raw", "placed_at"})
"""Told so that nothing is lost, or, as the minute of purchase, right whatever the file's date."""


def fitting(facts: Any, limits: Mapping[str, int | None]) -> dict[str, Any]:
    """The facts as the columns take them: descriptions cut to length, names refused if too long."""
    values: dict[str, Any] = {}
    for name, longest in limits.items():
        value = getattr(facts, name)
        if isinstance(value, tuple):
            value = [words[:200] for words in value]
        elif longest is not None and value is not None and len(value) > longest:
            if name in NAMING:
                words = _("%(field)s is longer than %(count)d characters.")
                raise BadRow(words % {"field": name, "count": longest})
            value = value[:longest]
        values[name] = value
    return values


def assign(row: models.Model, values: Mapping[str, Any], *, fills: bool) -> bool:
    """The row has the values that are told; True if that changed it."""
    changed = False
    for name, value in values.items():
        if value is None:
            continue
        before = getattr(row, name)
        silent = before is None or before is False or before in ("", [], {})
        if before != value and (silent or not fills or name in TRUE_ANYWAY):
            setattr(row, name, value)
            changed = True
    return changed
