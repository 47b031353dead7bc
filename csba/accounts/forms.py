"""What a person may change about themselves without anybody's leave: name, language, zone."""

import zoneinfo
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from csba.accounts.models import User


class ProfileForm(forms.ModelForm):
    """The address is not here: it changes only by a link that its new mailbox has received."""

    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["name", "language", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What is kept stays on offer, even if this machine's data has lost it.
        zones = zoneinfo.available_timezones() | {self.instance.time_zone}
        zone = self.fields["time_zone"]
        if isinstance(zone, forms.ChoiceField):
            zone.choices = [(name, name.replace("_", " ")) for name in sorted(zones)]
