"""What a policy admin types to publish a version of a question template, turned into values."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from caselog.models import QuestionTemplate
from caselog.rules.templates import LANGUAGES, MOST_FIELDS
from csba.topics import Topic

SPARE: Final = 2
"""Empty rows below the typed fields, to add one without a script."""

_WORDS: Final = 2_000
_NAME: Final = 80
_HINT: Final = 200


def _at(part: str, language: str) -> str:
    return f"{part}_{language.replace('-', '_')}"


def _said(typed: Mapping[str, Any], part: str) -> dict[str, str]:
    return {code: str(typed.get(_at(part, code)) or "").strip() for code in LANGUAGES}


class _Spoken(forms.Form):
    """A form with parts that are written once in each language."""

    def add(self, part: str, label: Any, *, longest: int, rows: int = 0) -> None:
        """`part` in each language, with `rows` on several lines; what must not be empty is said by
        the rules, in one place.
        """
        for code in LANGUAGES:
            attrs: dict[str, Any] = {"lang": code}
            widget = forms.Textarea(attrs | {"rows": rows}) if rows else forms.TextInput(attrs)
            self.fields[_at(part, code)] = forms.CharField(
                label=label, required=False, max_length=longest, widget=widget
            )

    def spoken(self, *parts: str) -> Iterator[dict[str, Any]]:
        """For each language its name and its fields."""
        for code in LANGUAGES:
            yield {
                "code": code,
                "name": get_language_info(code)["name_translated"],
                "fields": [self[_at(part, code)] for part in parts],
            }


class TemplateForm(_Spoken):
    """All of a template but its typed fields."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Its lasting name for machines, such as “proof-of-origin”."),
        error_messages={"required": _("Please give the template a code.")},
    )
    topic = forms.ChoiceField(
        label=_("Topic"),
        required=False,
        choices=[("", pgettext_lazy("topic of a question template", "Any"))],
        help_text=_("Agents find it first at inquiries with this topic."),
    )
    order_facts = forms.MultipleChoiceField(
        label=_("Facts of the order that go along"),
        required=False,
        choices=QuestionTemplate.Fact.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Agents can leave them out. A buyer's data is never among them."),
    )
    why = forms.CharField(
        label=_("Why this version"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence for our record."),
    )
    seen_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, fixed: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices += list(Topic.choices)  # type: ignore[attr-defined]
        self.fixed = fixed
        if fixed:
            del self.fields["code"]
        self.add("name", _("Name"), longest=_NAME)
        question = pgettext_lazy("words of a question template", "Question")
        self.add("body", question, longest=_WORDS, rows=4)

    def by_language(self) -> Iterator[dict[str, Any]]:
        """For each language its name, and the fields of name and question."""
        return self.spoken("name", "body")

    def values(self) -> dict[str, Any]:
        """Arguments of caselog.operations.templates.publish, without the typed fields
        and the version that was seen.
        """
        typed = self.cleaned_data
        return {
            "code": self.fixed or typed["code"].strip(),
            "topic": typed["topic"],
            "names": _said(typed, "name"),
            "bodies": _said(typed, "body"),
            "order_facts": typed["order_facts"],
            "why": typed["why"],
        }


class FieldForm(_Spoken):
    """One typed field of a question."""

    key = forms.CharField(
        label=_("Key"), max_length=40, required=False, help_text=_("Such as ship_on.")
    )
    kind = forms.ChoiceField(
        label=_("Answer"),
        required=False,
        choices=[("", "–"), *QuestionTemplate.Kind.choices],
    )
    required = forms.BooleanField(label=_("Must be filled in"), required=False)
    choices = forms.CharField(
        label=_("Answers to choose from"),
        required=False,
        max_length=_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: value | German | Chinese | English"),
    )
    currency = forms.CharField(required=False, max_length=3, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add("label", _("Label"), longest=_NAME)
        self.add("help", pgettext_lazy("below a field", "Hint"), longest=_HINT)

    def by_language(self) -> Iterator[dict[str, Any]]:
        """For each language its name, and the fields of label and hint."""
        return self.spoken("label", "help")

    def values(self) -> dict[str, Any]:
        """The field as rules.answers knows it."""
        typed = self.cleaned_data
        found = {
            "key": typed.get("key", "").strip(),
            "kind": typed.get("kind", ""),
            "required": bool(typed.get("required")),
            "label": _said(typed, "label"),
        }
        hint = _said(typed, "help")
        if any(hint.values()):
            found["help"] = hint
        if found["kind"] == QuestionTemplate.Kind.AMOUNT and typed.get("currency"):
            found["currency"] = typed["currency"]
        if found["kind"] == QuestionTemplate.Kind.CHOICE:
            lines = typed.get("choices", "").splitlines()
            found["choices"] = [_choice(line) for line in lines if line.strip()]
        return found


class _Fields(forms.BaseFormSet):
    """The typed fields in their order; a row without any word is none."""

    def add_fields(self, form: FieldForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Place")
        form.fields["DELETE"].label = _("Remove this field")

    def values(self) -> list[dict[str, Any]]:
        """The fields as rules.answers knows them."""
        rows = [
            form
            for form in self.forms
            if form.has_changed() and not form.cleaned_data.get("DELETE") and _anything(form)
        ]
        rows.sort(key=lambda form: form.cleaned_data.get("ORDER") or MOST_FIELDS * 2)
        return [form.values() for form in rows]


FieldSet: Final[type[_Fields]] = forms.formset_factory(  # type: ignore[assignment]
    FieldForm,
    formset=_Fields,
    extra=SPARE,
    max_num=MOST_FIELDS + SPARE,
    can_order=True,
    can_delete=True,
)


def first_values(template: QuestionTemplate) -> dict[str, Any]:
    """What the form holds to write the next version of a template."""
    said = {
        _at(part, code): words.get(code, "")
        for part, words in (("name", template.names), ("body", template.bodies))
        for code in LANGUAGES
    }
    return said | {
        "topic": template.topic,
        "order_facts": template.order_facts,
        "seen_version": template.version,
    }


def first_fields(template: QuestionTemplate) -> list[dict[str, Any]]:
    """What the rows hold to write the next version of a template."""
    return [
        {
            "key": field["key"],
            "kind": field["kind"],
            "required": field.get("required", False),
            "currency": field.get("currency", ""),
            "choices": "\n".join(
                " | ".join([choice["value"], *(choice["label"][code] for code in LANGUAGES)])
                for choice in field.get("choices", ())
            ),
        }
        | {_at("label", code): field["label"].get(code, "") for code in LANGUAGES}
        | {_at("help", code): field.get("help", {}).get(code, "") for code in LANGUAGES}
        for field in template.fields
    ]


def posted_again(posted: QueryDict) -> list[tuple[str, str]]:
    """All that was typed, to be posted once more from the preview."""
    return [
        (name, value)
        for name, values in posted.lists()
        if name not in {"csrfmiddlewaretoken", "step"}
        for value in values
    ]


def _choice(line: str) -> dict[str, Any]:
    value, *labels = (part.strip() for part in line.split("|"))
    return {"value": value, "label": dict(zip(LANGUAGES, labels, strict=False))}


def _anything(form: FieldForm) -> bool:
    return any(
        form.cleaned_data.get(name)
        for name in form.fields
        if name not in {"ORDER", "DELETE", "required"}
    )
