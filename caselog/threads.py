"""A case's entries as both sides read them: words, what was filled in, what came along."""

from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from caselog.models import Entry, EntryFile, Question
from caselog.rules import answers


class Along(NamedTuple):
    """A file of an entry: its key for the address, the name it is kept with, bytes."""

    pk: int
    name: str
    size: int


class Said(NamedTuple):
    """One entry; `question` is the one it asks, `answers` are label and value of typed fields."""

    entry: Entry
    question: Question | None
    answers: list[tuple[str, str]]
    files: list[Along]


def read(case_id: int) -> list[Said]:
    """The entries of a case, oldest first, in the reader's language; one statement. A late answer
    answers no question; its fields are those of the one asked before it.
    """
    files = EntryFile.objects.filter(entry=OuterRef("pk")).order_by("pk")
    along = files.values(row=JSONObject(pk="pk", name="file__name", size="file__size"))
    rows = Entry.objects.filter(case=case_id).select_related("user", "question", "answers")
    newest: Question | None = None
    said = []
    for entry in rows.annotate(along=ArraySubquery(along)).order_by("seq"):
        asks: Question | None = getattr(entry, "question", None)
        newest = asks or newest
        answered: Question | None = getattr(entry, "answers", None) or newest
        given = answers.shown(answered.fields, entry.answers_given) if answered else []
        said.append(Said(entry, asks, given, [Along(**found) for found in entry.along]))
    return said
