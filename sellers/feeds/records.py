"""Records of the marketplace's JSON: the parts inside them, lists, and what is left over."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

from django.utils.translation import gettext as _

from sellers.feeds.facts import RowProblem
from sellers.feeds.values import BadValue, text

T = TypeVar("T")

MARKETPLACES: Final = {
    "amazon.de": "A1PA6795UKMFR9",
    "amazon.co.uk": "A1F83G8C2ARO7P",
    "amazon.fr": "A13V1IB3VIYZZH",
    "amazon.it": "APJ6JRA9NG5V4",
    "amazon.es": "A1RKKUPIHCS9HS",
    "amazon.nl": "A1805IZSGTT6HS",
    "amazon.se": "A2NODRKZP88ZB9",
    "amazon.pl": "A1C3SOZRARQ6R3",
    "amazon.com.be": "AMEN7PMS3EDWL",
    "amazon.ie": "A28R8C7NBKEWEA",
}
"""Sales channel to id (domain 6.1)."""


def part(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object inside `record` by this name; an empty one if it is not there."""
    value = record.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadValue(_("%(field)s is not an object.") % {"field": name})
    return value


def listed(value: object, what: str) -> list[Any]:
    """The list, an empty one if it is not there."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadValue(_("%(field)s is not a list.") % {"field": what})
    return value


def each(
    items: object, what: str, read: Callable[[dict[str, Any]], T], place: tuple[int, str]
) -> tuple[list[T], list[RowProblem]]:
    """What could be read of a list of objects, and a problem for each that could not; `place` is
    the line and the order's number.
    """
    found, problems = [], []
    for position, item in enumerate(listed(items, what), start=1):
        try:
            if not isinstance(item, dict):
                raise BadValue(_("It is not an object."))
            found.append(read(item))
        except BadValue as bad:
            words = _("%(field)s, number %(position)d: %(why)s")
            reason = words % {"field": what, "position": position, "why": bad}
            problems.append(RowProblem(place[0], reason, place[1]))
    return found, problems


def country(record: dict[str, Any], name: str) -> str | None:
    """Two letters, taken out of the record; anything else stays in it, for the raw column."""
    value = record.get(name)
    if isinstance(value, str) and len(code := value.strip()) == 2 and code.isascii():
        del record[name]
        return code.upper()
    return None


def marketplace(sales_channel: object) -> str | None:
    """The marketplace's id by its name; a name that is none of ours stays as it is."""
    name = text(sales_channel, "sales channel")
    return None if name is None else MARKETPLACES.get(name.lower(), name[:20])


def storable(record: Mapping[str, Any]) -> dict[str, Any]:
    """What is left of a record, as the raw column keeps it: nothing empty, decimals as numbers."""
    found = {}
    for name, value in record.items():
        kept = _storable(value)
        if kept not in (None, "", [], {}):
            found[name] = kept
    return found


def _storable(value: Any) -> Any:
    match value:
        case dict():
            return storable(value)
        case list():
            return [_storable(inner) for inner in value]
        case Decimal():
            number = float(value)
            return number if Decimal(repr(number)) == value else str(value)
        case _:
            return value
