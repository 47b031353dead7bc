"""What a buyer types about a return, in plain words, turned into values."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from returns.reasons import Condition, Reason
from sellers.models import Order, OrderLine

_REASONS: Final[tuple[tuple[Promise | str, tuple[Reason, ...]], ...]] = (
    (
        _("I have changed my mind"),
        (
            Reason.NOT_NEEDED,
            Reason.MISTAKE,
            Reason.BETTER_PRICE,
            Reason.NOT_GOOD_ENOUGH,
            Reason.NOT_COMPATIBLE,
            Reason.PART_NOT_COMPATIBLE,
            Reason.HARD_TO_INSTALL,
        ),
    ),
    (
        _("Something is wrong with it"),
        (
            Reason.DEFECTIVE,
            Reason.ITEM_DAMAGED,
            Reason.BOX_AND_ITEM_DAMAGED,
            Reason.BADLY_PACKED,
            Reason.DAMAGED_ON_DELIVERY,
            Reason.MISSING_PARTS,
            Reason.NOT_AS_DESCRIBED,
        ),
    ),
    (
        _("It is not what I ordered"),
        (Reason.WRONG_ITEM, Reason.EXTRA_ITEM, Reason.LATE, Reason.UNAUTHORISED),
    ),
)
_CONDITIONS: Final = (
    (Condition.UNOPENED, _("Not opened")),
    (Condition.OPENED, _("Opened and tried out, otherwise as new")),
    (Condition.USED, _("Used more than one would try it out in a shop")),
    (Condition.DAMAGED, _("Damaged, or something is missing")),
    (Condition.DESTROYED, _("Broken: it cannot be used any more")),
)


class AskForm(forms.Form):
    """A number of pieces a line (`pieces-<line>`), why, and in which condition."""

    reason = forms.ChoiceField(
        label=_("Why do you want to send it back?"),
        choices=[
            ("", _("Please choose")),
            *((group, [(one.value, one.label) for one in of]) for group, of in _REASONS),
        ],
        error_messages={"required": _("Please say why it comes back.")},
    )
    condition = forms.ChoiceField(
        label=_("How is it now?"),
        choices=[(one.value, words) for one, words in _CONDITIONS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say in which condition it is.")},
    )
    words = forms.CharField(
        label=_("Anything else we should know?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, left: Mapping[OrderLine, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = left
        for line, pieces in left.items():
            self.fields[f"pieces-{line.pk}"] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=pieces,
                initial=pieces if len(left) == 1 else 0,
                error_messages={"invalid": _("Please give a whole number of pieces.")},
            )

    def clean_words(self) -> str:
        """Without characters that a database refuses."""
        found: str = self.cleaned_data["words"].replace("\x00", "")
        return found

    def clean(self) -> dict[str, Any]:
        """`lines` by order line, those above zero."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["lines"] = {
            line: pieces for line in self.left if (pieces := cleaned.get(f"pieces-{line.pk}"))
        }
        if not cleaned["lines"] and not any(name.startswith("pieces-") for name in self.errors):
            self.add_error(None, _("Please say what comes back, and how many pieces."))
        return cleaned

    def rows(self) -> list[dict[str, Any]]:
        """The lines with their fields, for the page."""
        return [
            {
                "field": self[f"pieces-{line.pk}"],
                "title": line.title or line.asin,
                "left": pieces,
                "bought": line.quantity,
                "choices": range(pieces + 1) if pieces <= 20 else None,
                "value": str(self[f"pieces-{line.pk}"].value() or 0),
            }
            for line, pieces in self.left.items()
        ]


class WithdrawForm(forms.Form):
    """Name, contact and, if wanted, words of one's own; the contract is the link's order."""

    name = forms.CharField(
        label=pgettext_lazy("withdrawal", "Your name"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please give your name.")},
    )
    contact = forms.EmailField(
        label=pgettext_lazy("withdrawal", "E-mail address for the confirmation"),
        max_length=320,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please say where the confirmation goes: an e-mail address.")
        },
    )
    words = forms.CharField(
        label=pgettext_lazy("withdrawal", "Anything to add? No reason is needed."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_words(self) -> str:
        """Without characters that a database refuses."""
        found: str = self.cleaned_data["words"].replace("\x00", "")
        return found


def declaration(order: Order, *, name: str, words: str) -> str:
    """The words of the declaration, as the second step shows and the confirmation repeats them."""
    found = _now("I, %(name)s, withdraw from the contract about order %(order)s.") % {
        "name": name.strip(),
        "order": order.number,
    }
    return f"{found}\n\n{words.strip()}".strip()
