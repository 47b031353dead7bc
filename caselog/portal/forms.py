"""What a seller types in the Case Log, turned into values."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from caselog.models import Draft, DraftFile, Question
from caselog.models.template import in_language
from caselog.operations.files import Upload
from caselog.rules import answers

LONGEST = 20_000
"""Characters of one answer; more belongs into a file."""
TYPED = "field-"
"""How the names of the typed fields begin on the page, so that none of them is another's."""


class ReplyForm(forms.Form):
    """The seller's words, the typed fields of the question, and the form's own id, so that a double
    click is one entry.
    """

    body = forms.CharField(
        label=_("Your answer"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    question = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: "MultiValueDict[str, UploadedFile] | None" = None,
        *,
        asked: Question | None,
        draft: Draft | None,
        waiting: Iterable[DraftFile] = (),
    ) -> None:
        self.asked = asked
        self.draft = draft
        self.waiting = list(waiting)
        self.wrong: dict[str, str] = {}
        start = {
            "client_id": uuid.uuid4(),
            "question": asked.pk if asked is not None else 0,
            "body": draft.body if draft is not None else "",
        }
        super().__init__(data, files, initial=start)

    @property
    def definitions(self) -> list[dict[str, Any]]:
        """The typed fields of the question; none where it has none."""
        return list(self.asked.fields) if self.asked is not None else []

    def typed(self) -> dict[str, str]:
        """What stands in the typed fields, as it was typed."""
        if self.is_bound:
            return {
                str(one["key"]): str(self.data.get(TYPED + str(one["key"]), ""))
                for one in self.definitions
                if one["kind"] != answers.Kind.FILE
            }
        return dict(self.draft.answers) if self.draft is not None else {}

    def uploads(self) -> list[Upload]:
        """The files of this page, those of a typed field under its key."""
        found = [(one, "") for one in self._files("files")]
        for one in self.definitions:
            if one["kind"] == answers.Kind.FILE:
                key = str(one["key"])
                found += [(given, key) for given in self._files(TYPED + key)]
        return [Upload(given.name or "", given.read(), key) for given, key in found]

    def dropped(self) -> set[int]:
        """Keys of the waiting files that shall not go along; only those of this draft."""
        ticked = set(self.data.getlist("drop")) if self.is_bound else set()  # type: ignore[attr-defined]
        return {one.pk for one in self.waiting if str(one.pk) in ticked}

    def take(self, uploads: Iterable[Upload], today: date) -> dict[str, Any]:
        """The typed values as data; each that cannot be kept has its sentence at its field."""
        gone = self.dropped()
        names: dict[str, list[str]] = {}
        for one in self.waiting:
            if one.pk not in gone:
                names.setdefault(one.field, []).append(one.file.name)
        for upload in uploads:
            names.setdefault(upload.field, []).append(upload.name)
        taken = answers.taken(self.definitions, self.typed(), today=today, files=names)
        self.wrong = taken.problems
        return taken.values

    def rows(self) -> list[dict[str, Any]]:
        """The typed fields as the page draws them."""
        typed = self.typed()
        return [
            {
                "key": one["key"],
                "name": TYPED + str(one["key"]),
                "kind": one["kind"],
                "label": in_language(one["label"]),
                "help": in_language(one["help"]) if one.get("help") else "",
                "required": one.get("required", False),
                "currency": one.get("currency") or "EUR",
                "options": answers.options(one),
                "value": typed.get(str(one["key"]), ""),
                "problem": self.wrong.get(str(one["key"]), ""),
                "waiting": [file for file in self.waiting if file.field == one["key"]],
            }
            for one in self.definitions
        ]

    def _files(self, name: str) -> list[UploadedFile]:
        return list(self.files.getlist(name))
