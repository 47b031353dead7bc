"""The rows of this app."""

from caselog.models.case import Case
from caselog.models.entry import Entry
from caselog.models.question import Question

__all__ = ["Case", "Entry", "Question"]
