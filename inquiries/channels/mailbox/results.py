"""What came of a mail, as it is stored with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Result(models.TextChoices):
    """One word for lists."""

    OPENED = "OPENED", _("A new inquiry")
    ADDED = "ADDED", _("Added to its inquiry")
    ASIDE = "ASIDE", _("Kept with the inquiry as from someone else")
    ANSWERED = "ANSWERED", _("The seller's words in the Case Log")
    MACHINE = "MACHINE", _("Automatic mail, kept folded")
    NOTHING = "NOTHING", _("Automatic mail, nothing to do")
    BOUNCED = "BOUNCED", _("A mail of ours did not arrive")
    COMPLAINED = "COMPLAINED", _("A reader complained about our mail")
    TAKEN_OVER = "TAKEN_OVER", _("Taken over from the seller")
    ALREADY = "ALREADY", _("Handed over before")
    NOT_COVERED = "NOT_COVERED", _("Handed over, and not covered")
    UNCLEAR = "UNCLEAR", _("Handed over, and still unclear after the seller's answer")
    ASKED = "ASKED", _("Handed over; the seller is asked which order")
