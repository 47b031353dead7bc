"""How these tests read files: the ones in data/, and texts written in the test itself."""

from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from sellers.feeds import orders
from sellers.feeds.facts import OrderFacts, OrderRow, RowProblem

DATA = Path(__file__).parent / "data"
BERLIN = ZoneInfo("Europe/Berlin")


def rows(content: bytes | str) -> list[OrderRow]:
    """All that a file with this content says."""
    raw = content.encode() if isinstance(content, str) else content
    return list(orders.read(BytesIO(raw), BERLIN).rows)


def rows_of(name: str) -> list[OrderRow]:
    """All that a file of data/ says."""
    return rows((DATA / name).read_bytes())


def facts(found: list[OrderRow]) -> list[OrderFacts]:
    """The orders among the rows."""
    return [row for row in found if isinstance(row, OrderFacts)]


def problems(found: list[OrderRow]) -> list[RowProblem]:
    """The problems among the rows."""
    return [row for row in found if isinstance(row, RowProblem)]


def numbers(found: list[OrderRow]) -> list[str]:
    """The numbers of the orders among the rows."""
    return [row.number for row in facts(found)]
