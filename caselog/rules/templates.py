"""What makes a question template whole, and which facts of an order go along with a question
(P12, P23).
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypedDict, Unpack

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from caselog.models import QuestionTemplate
from caselog.rules import answers, deadlines
from csba import money
from csba.topics import Topic
from sellers.models import Order, OrderLine, Parcel, Seller

Kind, Fact = QuestionTemplate.Kind, QuestionTemplate.Fact

LANGUAGES: Final = tuple(code for code, _name in settings.LANGUAGES)
MOST_FIELDS: Final = 12
"""A question with more of them is no question but a form; nobody answers it by phone."""

BUYER: Final = {
    "BUYER_NAME": gettext_lazy("Buyer's name"),
    "BUYER_ADDRESS": gettext_lazy("Delivery address"),
    "BUYER_PHONE": gettext_lazy("Buyer's phone number"),
}
"""A buyer's data that an agent may let go along with a question; none of it goes by itself."""

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LABELS: Final = {
    Fact.ORDER_NUMBER: pgettext_lazy("fact of an order", "Order number"),
    Fact.PLACED_AT: pgettext_lazy("fact of an order", "Ordered"),
    Fact.ITEM: pgettext_lazy("fact of an order", "Article"),
    Fact.SKU: pgettext_lazy("fact of an order", "SKU"),
    Fact.QUANTITY: pgettext_lazy("fact of an order", "Quantity"),
    Fact.SHIP_BY: pgettext_lazy("fact of an order", "To be shipped by"),
    Fact.DELIVER_BY: pgettext_lazy("fact of an order", "To be delivered by"),
    Fact.TRACKING: pgettext_lazy("fact of an order", "Tracking number"),
    Fact.PRICE: pgettext_lazy("fact of an order", "Price"),
    **BUYER,
}


class Words(TypedDict):
    """What a version of a template says: words by language, typed fields, facts of the order."""

    topic: str
    names: dict[str, str]
    bodies: dict[str, str]
    fields: list[dict[str, Any]]
    order_facts: list[str]


def problems(code: str, **words: Unpack[Words]) -> list[str]:
    """What is missing or wrong, each as a sentence that says what to do; nothing if it is whole."""
    topic, fields = words["topic"], words["fields"]
    found = []
    if not _CODE.fullmatch(code):
        found.append(_("The code has small letters, digits and single dashes only."))
    if topic and topic not in Topic.values:
        found.append(_("Please choose a topic from the list, or none."))
    if not _whole(words["names"]):
        found.append(_("Please give the name in German, Chinese and English."))
    if not _whole(words["bodies"]):
        found.append(_("Please write the question in German, Chinese and English."))
    if len(fields) > MOST_FIELDS:
        found.append(_("Please ask for at most %d things at once.") % MOST_FIELDS)
    keys = [str(field.get("key", "")) for field in fields]
    found += [
        _("Two fields are called “%s”. Please rename one of them.") % key
        for key in sorted({key for key in keys if keys.count(key) > 1})
    ]
    for field in fields:
        found += _wrong_with(field)
    if not set(words["order_facts"]) <= set(Fact.values):
        found.append(_("Please choose the facts from the list."))
    return found


def facts(
    wanted: Collection[str],
    *,
    order: Order,
    lines: Sequence[OrderLine],
    parcels: Sequence[Parcel],
    seller: Seller,
) -> list[dict[str, Any]]:
    """The wanted facts as a question keeps them: key, label by language, value or value by
    language; in their own order, without those that the order does not know. Times are the
    seller's.
    """
    values = _values(order, lines, parcels, seller)
    return [
        {
            "key": str(key),
            "label": {code: _said(label, code) for code in LANGUAGES},
            "value": values[key],
        }
        for key, label in _LABELS.items()
        if key in wanted and values[key]
    ]


def label(key: str) -> str:
    """What a fact is called in the reader's language."""
    return str(_LABELS[key])


def labels(keys: Collection[str], language: str) -> list[str]:
    """What facts are called in `language`, in their own order."""
    return [_said(words, language) for key, words in _LABELS.items() if key in keys]


def kind(field: Mapping[str, Any], language: str) -> str:
    """What kind of answer a field takes, in `language`."""
    return _said(Kind(field["kind"]).label, language)


def options(field: Mapping[str, Any], language: str) -> list[str]:
    """What may be chosen in a field, in `language`; nothing where one types."""
    with translation.override(language):
        return [words for _value, words in answers.options(field)]


def _values(
    order: Order, lines: Sequence[OrderLine], parcels: Sequence[Parcel], seller: Seller
) -> dict[str, Any]:
    def moment(at: datetime | None) -> dict[str, str] | str:
        if at is None:
            return ""
        return {code: deadlines.in_zone(at, seller.time_zone, code) for code in LANGUAGES}

    priced = [line.price for line in lines if line.price is not None]
    price: dict[str, str] | str = ""
    if priced:
        paid = sum(priced, Decimal())
        price = {code: money.shown(paid, order.currency, code) for code in LANGUAGES}
    address = (*order.ship_lines, f"{order.ship_postcode} {order.ship_city}", order.ship_country)
    return {
        Fact.ORDER_NUMBER: order.number,
        Fact.PLACED_AT: moment(order.placed_at),
        Fact.ITEM: _joined(line.title for line in lines),
        Fact.SKU: _joined(line.sku for line in lines),
        Fact.QUANTITY: _joined(str(line.quantity) for line in lines),
        Fact.SHIP_BY: moment(order.ship_by_to),
        Fact.DELIVER_BY: moment(order.deliver_by_to),
        Fact.TRACKING: _joined(str(parcel) for parcel in parcels),
        Fact.PRICE: price,
        "BUYER_NAME": order.ship_name,
        "BUYER_ADDRESS": _joined((order.ship_name, *address), ", "),
        "BUYER_PHONE": order.ship_phone,
    }


def _joined(words: Iterable[str], by: str = "; ") -> str:
    return by.join(word.strip() for word in words if word.strip())


def _said(words: Any, language: str) -> str:
    with translation.override(language):
        return str(words)


def _whole(words: Mapping[str, str]) -> bool:
    return all(str(words.get(code, "")).strip() for code in LANGUAGES)


def _wrong_with(field: Mapping[str, Any]) -> list[str]:
    key = str(field.get("key", ""))
    if not _KEY.fullmatch(key):
        return [
            _("The key of a field begins with a small letter and has letters, digits and _: “%s”.")
            % key
        ]
    found = []
    if field.get("kind") not in Kind.values:
        found.append(_("Field “%s”: please choose what kind of answer it takes.") % key)
    if not _whole(field.get("label", {})):
        found.append(_("Field “%s”: please label it in German, Chinese and English.") % key)
    if field.get("help") and not _whole(field["help"]):
        found.append(_("Field “%s”: please give the hint in all three languages.") % key)
    if field.get("kind") == Kind.CHOICE:
        choices = field.get("choices") or []
        values = [str(choice.get("value", "")) for choice in choices]
        if len(choices) < 2 or len(set(values)) < len(values):
            found.append(_("Field “%s”: please give at least two different answers.") % key)
        if any(not _KEY.fullmatch(value) for value in values) or any(
            not _whole(choice.get("label", {})) for choice in choices
        ):
            found.append(
                _("Field “%s”: each answer is a line “value | German | Chinese | English”.") % key
            )
    return found
