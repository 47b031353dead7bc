"""What a policy admin types to publish a new version of the terms, turned into values."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from sellers.models import Service, Terms
from sellers.rules import terms as rules

_SAY: dict[str, Any] = {"required": gettext_lazy("Please write this text.")}


def _name(part: str, language: str) -> str:
    return f"{part}_{language.replace('-', '_')}"


class TermsForm(forms.Form):
    """Kind, version, from when, time to agree; text and what is new in each language."""

    FIRST: ClassVar[tuple[str, ...]] = ("kind", "version", "valid_from", "days")

    kind = forms.ChoiceField(label=gettext_lazy("Document"), choices=Terms.Kind.choices)
    version = forms.RegexField(
        rules.VERSION,
        label=gettext_lazy("Version"),
        help_text=gettext_lazy("Letters, digits, dots and hyphens, such as 2027-01."),
        error_messages={
            "required": gettext_lazy("Please name the version."),
            "invalid": gettext_lazy(
                "Please name the version with letters, digits, dots and hyphens, such as 2027-01."
            ),
        },
    )
    valid_from = forms.DateTimeField(
        label=gettext_lazy("In force from"),
        required=False,
        help_text=gettext_lazy("In your time zone. Empty: from the moment of publishing."),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": gettext_lazy("Please give date and time.")},
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days to agree"),
        required=False,
        min_value=rules.SHORTEST.days,
        max_value=rules.LONGEST.days,
        error_messages={
            kind: gettext_lazy("Please give sellers between 1 and 365 days to agree.")
            for kind in ("invalid", "min_value", "max_value")
        },
    )

    def __init__(self, *args: Any, usual: timedelta, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].help_text = _("Empty: %(days)s, as the rulebook says.") % {
            "days": usual.days
        }
        for language in rules.LANGUAGES:
            self.fields[_name("summary", language)] = forms.CharField(
                label=_("What is new, in short"),
                max_length=rules.LONGEST_SUMMARY,
                widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
                error_messages=_SAY,
            )
            self.fields[_name("body", language)] = forms.CharField(
                label=_("The whole text"),
                max_length=rules.LONGEST_TEXT,
                widget=forms.Textarea(attrs={"rows": 16, "lang": language}),
                error_messages=_SAY,
            )
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"{name}_says"

    def clean_valid_from(self) -> datetime | None:
        """Not in the past."""
        found: datetime | None = self.cleaned_data["valid_from"]
        if found is not None and found <= timezone.now():
            raise forms.ValidationError(
                _("A version cannot begin in the past. Please choose a later moment, or none.")
            )
        return found

    def first(self) -> list[forms.BoundField]:
        """The fields that are the same in every language."""
        return [self[name] for name in self.FIRST]

    def by_language(self) -> Iterator[dict[str, Any]]:
        """For each language its name and its two fields."""
        for language in rules.LANGUAGES:
            yield {
                "code": language,
                "name": get_language_info(language)["name_translated"],
                "summary": self[_name("summary", language)],
                "body": self[_name("body", language)],
            }

    def values(self) -> dict[str, Any]:
        """The arguments of sellers.operations.terms.publish."""
        typed = self.cleaned_data
        days = typed["days"]
        return {
            "kind": typed["kind"],
            "version": typed["version"],
            "valid_from": typed["valid_from"],
            "agree_within": timedelta(days=days) if days is not None else None,
            "bodies": {code: typed[_name("body", code)] for code in rules.LANGUAGES},
            "summaries": {code: typed[_name("summary", code)] for code in rules.LANGUAGES},
        }


def first_values(service: Service, kind: str, at: datetime) -> dict[str, Any]:
    """The texts of the version in force, to be written on."""
    found = Terms.objects.filter(service=service, kind=kind, valid_from__lte=at)
    before = found.order_by("-valid_from", "-pk").first()
    texts = before.bodies if before is not None else {}
    return {"kind": kind} | {_name("body", code): texts.get(code, "") for code in rules.LANGUAGES}
