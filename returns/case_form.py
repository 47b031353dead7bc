"""The form of «Try a case», which desk and portal share: all facts that a decision about a return
looks at, each with a value that makes sense from the start.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any, ClassVar, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from csba.errors import DomainError
from returns.reasons import Condition, Reason, Trait
from returns.rules import trace, trial
from returns.rules.facts import Facts
from returns.rules.labels import CATEGORIES, STATES
from returns.terms import Clauses

Groups = tuple[tuple[Any, tuple[str, ...]], ...]
"""The fields in groups, each with its title."""

_MOMENT: Final = "%Y-%m-%dT%H:%M"
_MOST: Final = 999_999


def _moment(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=[_MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
        error_messages={"invalid": gettext_lazy("“%(label)s” needs a date and a time.")},
    )


def _amount(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        help_text=help_text,
        min_value=Decimal("0"),
        max_value=_MOST,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def _yes(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


class CaseForm(forms.Form):
    """Facts as they are typed; moments are Berlin's, or those of the reader's own zone."""

    category = forms.ChoiceField(label=pgettext_lazy("goods", "Category"))
    price = _amount(gettext_lazy("Paid for these pieces"), required=True)
    shipping = _amount(gettext_lazy("Paid for shipping"))
    shipping_cheapest = _amount(
        gettext_lazy("Cheapest delivery offered"), help_text=gettext_lazy("Empty: as paid.")
    )
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, min_length=3)
    quantity = forms.IntegerField(label=gettext_lazy("Pieces asked about"), max_value=_MOST)
    bought = forms.IntegerField(label=gettext_lazy("Pieces bought"), max_value=_MOST)
    placed_at = _moment(gettext_lazy("Ordered"), required=True)
    delivered_at = _moment(gettext_lazy("Delivered"), help_text=gettext_lazy("Empty: not known."))
    deliver_by = _moment(
        gettext_lazy("Latest delivery date"),
        help_text=gettext_lazy("Stands in for an unknown delivery."),
    )
    asked_at = _moment(gettext_lazy("Asked for"), required=True)
    shown_at = _moment(
        gettext_lazy("Defect showed itself"), help_text=gettext_lazy("Empty: when it was asked.")
    )
    reason = forms.ChoiceField(label=pgettext_lazy("return", "Reason"), choices=Reason.choices)
    condition = forms.ChoiceField(
        label=pgettext_lazy("goods", "Condition"), choices=Condition.choices
    )
    withdrawal = _yes(gettext_lazy("Withdrawal declared"))
    instructed = _yes(gettext_lazy("Told of the right of withdrawal"))
    consumer = _yes(gettext_lazy("The buyer is a consumer"))
    state = forms.ChoiceField(label=gettext_lazy("Buyer's state"), required=False)
    ship_from = forms.CharField(
        label=gettext_lazy("Shipped from"),
        max_length=2,
        min_length=2,
        help_text=gettext_lazy("Country in two letters, such as DE or CN."),
    )
    local_address = _yes(gettext_lazy("Return address in Germany"))
    traits = forms.MultipleChoiceField(
        label=gettext_lazy("What about the goods matters"),
        choices=Trait.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    GROUPS: ClassVar[Groups] = (
        (
            gettext_lazy("What was bought"),
            (
                "category",
                "price",
                "shipping",
                "shipping_cheapest",
                "currency",
                "quantity",
                "bought",
            ),
        ),
        (
            gettext_lazy("When"),
            ("placed_at", "delivered_at", "deliver_by", "asked_at", "shown_at"),
        ),
        (gettext_lazy("Why, and in which state"), ("reason", "condition", "withdrawal")),
        (
            gettext_lazy("Who and where"),
            ("state", "ship_from", "local_address", "consumer", "instructed"),
        ),
        (gettext_lazy("Special goods"), ("traits",)),
    )

    def __init__(self, *args: Any, policies: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = CATEGORIES.items()  # type: ignore[attr-defined]
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            ("", gettext_lazy("Unknown: the kindest to the buyer")),
            *STATES.items(),
        ]
        if choices := list(policies):
            self.fields["policy"] = forms.ChoiceField(
                label=gettext_lazy("By which policy"), choices=choices
            )

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields in the order of a story: what, when, why, who."""
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]

    def sentences(self) -> list[tuple[str, str]]:
        """What is wrong, each with the id of its field, if it has one."""
        found = []
        for name, errors in self.errors.items():
            field = self[name] if name in self.fields else None
            for error in errors:
                words = str(error).replace(
                    "%(label)s", str(field.label) if field is not None else ""
                )
                if field is not None and str(field.label) not in words:
                    words = f"{field.label}: {words}"
                found.append((words, field.id_for_label if field is not None else ""))
        return found

    def facts(self) -> Facts:
        """The facts; the form must be valid."""
        given = self.cleaned_data
        return Facts(
            placed_at=given["placed_at"],
            asked_at=given["asked_at"],
            category=given["category"],
            price=given["price"],
            reason=Reason(given["reason"]),
            condition=Condition(given["condition"]),
            currency=given["currency"].upper(),
            shipping=given["shipping"] or Decimal("0.00"),
            shipping_cheapest=given["shipping_cheapest"],
            quantity=given["quantity"],
            bought=given["bought"],
            delivered_at=given["delivered_at"],
            deliver_by=given["deliver_by"],
            shown_at=given["shown_at"],
            traits=frozenset(Trait(trait) for trait in given["traits"]),
            state=given["state"],
            consumer=given["consumer"],
            instructed=given["instructed"],
            withdrawal=given["withdrawal"],
            ship_from=given["ship_from"].upper(),
            local_address=given["local_address"],
        )


def first_values(at: datetime) -> dict[str, Any]:
    """Headphones that came a week ago and are no longer needed."""
    noon = timezone.localtime(at).replace(hour=12, minute=0, second=0, microsecond=0)
    return {
        "category": "ELECTRONICS",
        "price": Decimal("79.00"),
        "shipping": Decimal("3.99"),
        "currency": "EUR",
        "quantity": 1,
        "bought": 1,
        "placed_at": noon - timedelta(days=10),
        "delivered_at": noon - timedelta(days=7),
        "asked_at": timezone.localtime(at).replace(second=0, microsecond=0),
        "reason": Reason.NOT_NEEDED,
        "condition": Condition.UNOPENED,
        "consumer": True,
        "instructed": True,
        "state": "",
        "ship_from": "DE",
        "local_address": True,
    }


@dataclass(frozen=True, slots=True)
class Tried:
    """What the page shows: the outcome with its trace, or what is wrong."""

    outcome: dict[str, Any] | None
    trace: list[trace.Row]
    wrong: list[tuple[str, str]]

    @property
    def status(self) -> int:
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.wrong else HTTPStatus.OK


def tried(facts: Facts, own: Clauses | None) -> Tried:
    """The outcome of these facts in words, or the sentence why there is none."""
    try:
        found = trial.tried(facts, own)
    except DomainError as refusal:
        return Tried(None, [], [(str(refusal), "")])
    outcome = found.outcome
    return Tried(
        trace.summary(facts, outcome),
        trace.rows(found.trace, estimated=outcome.estimated, currency=facts.currency),
        [],
    )


def not_valid(form: CaseForm) -> Tried:
    """What is wrong with what was typed."""
    return Tried(None, [], form.sentences() or [(_("Please check what you have typed."), "")])
