"""Where one page of a long list ends and the next begins: a moment and a key, kept in the address,
so that page 40 costs what page 1 costs.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_PLACE: Final = re.compile(r"(?P<micros>\d{1,17})-(?P<pk>\d{1,18})")
_START: Final = datetime.fromtimestamp(0, UTC)


def written(moment: datetime, pk: int) -> str:
    """The place right after the row with this moment and key."""
    return f"{(moment - _START) // timedelta(microseconds=1)}-{pk}"


def read(text: str) -> tuple[datetime, int] | None:
    """The moment and the key; None for anything that is no place."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    try:
        return _START + timedelta(microseconds=int(found["micros"])), int(found["pk"])
    except OverflowError:
        return None
