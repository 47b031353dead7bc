"""The words that buyers, agents and rules share about a return: reasons, conditions, grounds, who
pays (domain 2.15, 2.16; table (a)).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Reason(models.TextChoices):
    """Why something comes back. Who bears the postage stands in the fault table of the rulebook."""

    MISTAKE = "MISTAKE", _("Ordered by mistake")
    BETTER_PRICE = "BETTER_PRICE", _("Found at a better price")
    NOT_NEEDED = "NOT_NEEDED", _("No longer needed")
    NOT_GOOD_ENOUGH = "NOT_GOOD_ENOUGH", _("Performance or quality not adequate")
    NOT_COMPATIBLE = "NOT_COMPATIBLE", _("Not compatible or not useful for the purpose")
    PART_NOT_COMPATIBLE = "PART_NOT_COMPATIBLE", _("Part does not fit")
    HARD_TO_INSTALL = "HARD_TO_INSTALL", _("Installation takes too much")
    ITEM_DAMAGED = "ITEM_DAMAGED", _("Item damaged, packaging intact")
    LATE = "LATE", _("Arrived after the promised date")
    MISSING_PARTS = "MISSING_PARTS", _("Parts or accessories are missing")
    BOX_AND_ITEM_DAMAGED = "BOX_AND_ITEM_DAMAGED", _("Packaging and item damaged")
    WRONG_ITEM = "WRONG_ITEM", _("Wrong item")
    DEFECTIVE = "DEFECTIVE", _("Defective or does not work")
    EXTRA_ITEM = "EXTRA_ITEM", _("An item that was not ordered")
    UNAUTHORISED = "UNAUTHORISED", _("Purchase not authorised")
    NOT_AS_DESCRIBED = "NOT_AS_DESCRIBED", _("Different from the description")
    DAMAGED_ON_DELIVERY = "DAMAGED_ON_DELIVERY", _("Damaged on the way")
    BADLY_PACKED = "BADLY_PACKED", _("Damaged because it was badly packed")


class Condition(models.TextChoices):
    """The state of the goods as the buyer tells it, or as the seller found it."""

    UNOPENED = "UNOPENED", pgettext_lazy("condition", "Unopened")
    OPENED = "OPENED", pgettext_lazy("condition", "Opened, as new")
    USED = "USED", pgettext_lazy("condition", "Used beyond testing")
    DAMAGED = "DAMAGED", pgettext_lazy("condition", "Damaged or incomplete")
    DESTROYED = "DESTROYED", pgettext_lazy("condition", "Broken beyond use")


class Fault(models.TextChoices):
    BUYER = "BUYER", pgettext_lazy("who bears it", "The buyer")
    SELLER = "SELLER", pgettext_lazy("who bears it", "The seller")


class Ground(models.TextChoices):
    """On which ground a buyer is entitled, or none."""

    STATUTORY = "STATUTORY", _("Statutory right of withdrawal")
    GUARANTEE = "GUARANTEE", _("Voluntary return guarantee")
    SELLER_POLICY = "SELLER_POLICY", _("The seller's approved policy")
    FAULT = "FAULT", _("The seller's fault, within the return window")
    WARRANTY = "WARRANTY", _("Statutory warranty")
    NONE = "NONE", pgettext_lazy("ground", "None")


class LabelKind(models.TextChoices):
    PREPAID = "PREPAID", _("Prepaid label")
    SELLERS = "SELLERS", _("The seller's own label")
    OWN_CARRIER = "OWN_CARRIER", _("The buyer's own carrier")
    NONE = "NONE", pgettext_lazy("label", "No label: nothing is sent back")


class Trait(models.TextChoices):
    """What about an item matters for returns; categories and product pages give them (domain 2.11,
    8.6).
    """

    CUSTOM_MADE = "CUSTOM_MADE", _("Made to the buyer's wishes")
    PERISHABLE = "PERISHABLE", _("Perishable")
    SEALED_HYGIENE = "SEALED_HYGIENE", _("Sealed for hygiene")
    SEALED_MEDIA = "SEALED_MEDIA", _("Sealed recording or software")
    PERIODICAL = "PERIODICAL", _("Newspaper or magazine")
    MIXED = "MIXED", _("Inseparably mixed with other goods")
    SPECULATIVE_ALCOHOL = "SPECULATIVE_ALCOHOL", _("Wine as an investment")
    HAZARDOUS = "HAZARDOUS", _("Hazardous goods")
    HANDMADE = "HANDMADE", _("Handmade")
    MEDICAL = "MEDICAL", _("Professional medical supplies")
    ADULT = "ADULT", _("Sexual wellness")
    UNSAFE_TO_SEND = "UNSAFE_TO_SEND", _("Not safe to send")
    USED_GOODS = "USED_GOODS", _("Bought used")


class Remedy(models.TextChoices):
    """What a buyer may ask for under the warranty, at their choice (BGB 439)."""

    REPAIR = "REPAIR", _("Repair")
    REPLACEMENT = "REPLACEMENT", _("Replacement")
