"""The demo's waiting list and digests: who asks to be let in, and who reads along by letter."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from inquiries.demo.buyers import read
from inquiries.demo.people import Cast
from inquiries.demo.script import span
from sellers.models import DigestChoice, Interest, Membership
from sellers.operations import interest, preferences

Act = tuple[datetime, Callable[[], None]]
_DIGESTS: Final = (
    ("anna@blume.example", DigestChoice.Rhythm.WEEKLY),
    ("xiaoyan@longmen.example", DigestChoice.Rhythm.DAILY),
)
_CHOSEN: Final = timedelta(days=2)
"""So long before the demo begins these people have chosen their digests."""


def acts(cast: Cast, at: datetime) -> Iterator[Act]:
    """Every moment of everybody who asks for an invitation, and the choices of digests."""
    for row in read("interest.toml")["interest"]:
        for turn in row["history"]:
            yield at - span(turn["ago"]), _turn(cast, row, turn)
    for email, rhythm in _DIGESTS:
        yield at - _CHOSEN, _choice(email, rhythm)


def _turn(cast: Cast, row: dict[str, Any], turn: dict[str, str]) -> Callable[[], None]:
    def asks() -> None:
        asked = ("company", "merchant_id", "email", "country", "language", "words")
        interest.ask(**{name: row[name] for name in asked})

    def confirms() -> None:
        interest.confirm(interest.token(_row(row)))

    def is_declined() -> None:
        interest.decline(_row(row), by=cast.admin, reason=turn["reason"])

    does = {"asks": asks, "confirms": confirms, "is declined": is_declined}
    return does[turn["does"]]


def _row(row: dict[str, Any]) -> Interest:
    return Interest.objects.get(email=row["email"])


def _choice(email: str, rhythm: str) -> Callable[[], None]:
    def choose() -> None:
        preferences.choose_digest(Membership.objects.get(user__email=email), rhythm=rhythm)

    return choose
