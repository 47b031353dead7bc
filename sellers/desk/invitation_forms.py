"""What a person of the desk types about a seller to invite, turned into values."""

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sellers.rules import countries
from sellers.rules.invitation_list import MERCHANT_ID


def country_choices() -> list[tuple[str, str]]:
    """All countries, and nothing chosen."""
    return [("", str(_("Please choose"))), *countries.choices()]


@lru_cache(maxsize=1)
def _zones() -> list[str]:
    areas = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return sorted(zone for zone in available_timezones() if zone.partition("/")[0] in areas)


def zone_choices() -> list[tuple[str, str]]:
    """All zones that have a place, and nothing chosen."""
    likely = [("", str(_("That of the country")))]
    return [*likely, *((zone, zone.replace("_", " ")) for zone in _zones())]


class MerchantIdField(forms.CharField):
    """Letters and digits, in capitals however they were typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Merchant id"))
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> str:
        typed = super().clean(value).upper()
        if typed and not MERCHANT_ID.fullmatch(typed):
            raise ValidationError(
                _("This is no merchant id: letters A to Z and digits, such as A2EXAMPLE12345.")
            )
        return str(typed)


class InviteForm(forms.Form):
    """A known seller needs only the first two; of a new one company and country, too."""

    merchant_id = MerchantIdField(
        error_messages={"required": _("Please give the seller's merchant id.")}
    )
    email = forms.EmailField(
        label=_("Who is invited"),
        max_length=254,
        help_text=_("The e-mail address that the link goes to."),
        error_messages={"required": _("Please give the address of the person to invite.")},
    )
    company = forms.CharField(label=_("Company"), max_length=160, required=False)
    short_name = forms.CharField(
        label=_("Short name"),
        max_length=40,
        required=False,
        help_text=_("As agents call the seller; empty: the company."),
    )
    country = forms.ChoiceField(label=_("Country"), required=False, choices=country_choices)
    language = forms.ChoiceField(
        label=_("Language of our letters"),
        required=False,
        choices=lambda: [("", _("That of the country")), *settings.LANGUAGES],
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, choices=zone_choices)
    default_email = forms.EmailField(
        label=_("Default e-mail address"),
        max_length=254,
        required=False,
        help_text=_("Where the account's letters go; empty: the same address."),
    )

    @property
    def about_person(self) -> list[Any]:
        """What is needed for every invitation."""
        return [self[name] for name in ("merchant_id", "email")]

    @property
    def about_account(self) -> list[Any]:
        """What is only needed for a seller who is not known here."""
        first = {"merchant_id", "email"}
        return [field for field in self.visible_fields() if field.name not in first]
