"""What a buyer's inquiry can be about: the codes that rules, queues and reports share (domain
7.6).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Topic(models.TextChoices):
    WHERE_IS_IT = "WHERE_IS_IT", _("Where is my order")
    LATE = "LATE", _("Delivery is late")
    NOT_RECEIVED = "NOT_RECEIVED", _("Marked as delivered, not received")
    ADDRESS = "ADDRESS", _("Delivery address")
    DAMAGED = "DAMAGED", _("Arrived damaged")
    WRONG_ITEM = "WRONG_ITEM", _("Wrong item")
    MISSING_PARTS = "MISSING_PARTS", _("Parts are missing")
    DEFECTIVE = "DEFECTIVE", _("Defective")
    NOT_AS_DESCRIBED = "NOT_AS_DESCRIBED", _("Not as described")
    RETURN = "RETURN", _("Return")
    REFUND = "REFUND", _("Refund")
    CANCEL = "CANCEL", _("Cancel the order")
    CHANGE = "CHANGE", _("Change the order")
    PRODUCT = "PRODUCT", _("Question about the product")
    WARRANTY = "WARRANTY", _("Warranty")
    PRE_ORDER = "PRE_ORDER", _("Question before ordering")
    INVOICE = "INVOICE", _("Invoice")
    CUSTOMISATION = "CUSTOMISATION", _("Product customisation")
    PRIVACY = "PRIVACY", _("Personal data")
    OTHER = "OTHER", _("Something else")


class Signal(models.TextChoices):
    """Why an inquiry goes to a lead first and is never hidden from the agents' turn."""

    NONE = "", pgettext_lazy("signal", "None")
    SAFETY = "SAFETY", _("Safety")
    LEGAL = "LEGAL", _("Legal")
