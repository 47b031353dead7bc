"""What a digest tells, and whether it is worth a letter (P23). Numbers, money and deadlines only:
no buyer's data and no buyer's words (rulings 13).
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

NEAREST: Final = 5
"""So many open questions are named with their deadlines; the others are counted."""


@dataclass(frozen=True)
class Waiting:
    """An open question: its case's number, its topic's code, and by when it is to be answered."""

    number: str
    topic: str
    due_at: datetime


@dataclass
class News:
    """What there is to tell a person about one seller; «new» is what came since their last
    digest.
    """

    open: int = 0
    nearest: list[Waiting] = field(default_factory=list)
    answered: int = 0
    left_to_us: int = 0
    """Questions that went to customer service's judgment: not answered in time, or left to it."""
    messages: int = 0
    messages_late: int = 0
    messages_new: int = 0
    """Open ones that came, or became late, since the last digest."""
    gaps: int = 0
    gaps_new: int = 0
    sums: list[tuple[Decimal, str]] = field(default_factory=list)
    """What the ledger's new lines come to, by currency."""

    @property
    def more(self) -> int:
        """Open questions beyond those that are named."""
        return self.open - len(self.nearest)

    @property
    def worth_a_letter(self) -> bool:
        """A question runs, or something is new; what has only been lying there is no news."""
        return bool(
            self.open
            or self.answered
            or self.left_to_us
            or self.messages_new
            or self.gaps_new
            or self.sums
        )
