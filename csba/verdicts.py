"""Whose inquiry is it: the codes of coverage and the sentence that explains each (P2, P20, domain
table (a)).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """COVERED, or the first reason why not. Stored once per order line, with its facts."""

    COVERED = "COVERED", _("Covered")
    UNKNOWN_ORDER = "UNKNOWN_ORDER", _("Order unknown")
    PRE_ORDER = "PRE_ORDER", _("Before an order")
    INVOICE = "INVOICE", _("Invoice")
    CUSTOMISATION = "CUSTOMISATION", _("Product customisation")
    OTHER_MARKETPLACE = "OTHER_MARKETPLACE", _("Other marketplace")
    FBA = "FBA", _("Shipped by the marketplace")
    EXCLUDED_PROGRAMME = "EXCLUDED_PROGRAMME", _("Excluded programme")
    NOT_ENROLLED = "NOT_ENROLLED", _("Seller does not use the service")
    BEFORE_ENROLMENT = "BEFORE_ENROLMENT", _("Ordered before the service began")
    BEFORE_ACTIVATION = "BEFORE_ACTIVATION", _("Ordered before the service was active")
    AFTER_OPT_OUT = "AFTER_OPT_OUT", _("Ordered after the seller opted out")
    SUSPENDED = "SUSPENDED", _("Ordered while the service was suspended")
