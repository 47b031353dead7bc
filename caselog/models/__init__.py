"""The rows of this app."""

from caselog.models.case import Case
from caselog.models.draft import Draft, DraftFile
from caselog.models.entry import Entry, EntryFile
from caselog.models.question import Question
from caselog.models.template import QuestionTemplate

__all__ = ["Case", "Draft", "DraftFile", "Entry", "EntryFile", "Question", "QuestionTemplate"]
