"""What a buyer's inquiry can be about: the codes that rules, queues and reports share (domain
7.6).
"""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Topic(models.TextChoices):
    WHERE_IS_IT = "WHERE_IS_IT", _("Where is my order")
    LATE = "LATE", _("Delivery is late")
    NOT_RECEIVED = "NOT_RECEIVED", _("Marked as delivered, not received")
    LOST = "LOST", _("Lost on the way")
    ADDRESS = "ADDRESS", _("Delivery address")
    DAMAGED = "DAMAGED", _("Arrived damaged")
    WRONG_ITEM = "WRONG_ITEM", _("Wrong item")
    MISSING_PARTS = "MISSING_PARTS", _("Parts are missing")
    DEFECTIVE = "DEFECTIVE", _("Defective")
    NOT_AS_DESCRIBED = "NOT_AS_DESCRIBED", _("Not as described")
    COUNTERFEIT = "COUNTERFEIT", _("Counterfeit")
    ITEM_SAFETY = "ITEM_SAFETY", _("Not safe")
    RETURN = "RETURN", _("Return")
    RETURN_LABEL = "RETURN_LABEL", _("Return label")
    RETURN_STATUS = "RETURN_STATUS", _("State of a return")
    REFUND = "REFUND", _("Refund")
    REFUND_AMOUNT = "REFUND_AMOUNT", _("Amount of a refund")
    CANCEL = "CANCEL", _("Cancel the order")
    CHANGE = "CHANGE", _("Change the order")
    PRODUCT = "PRODUCT", _("Question about the product")
    COMPATIBILITY = "COMPATIBILITY", _("Does it fit")
    WARRANTY = "WARRANTY", _("Warranty")
    PRE_ORDER = "PRE_ORDER", _("Question before ordering")
    INVOICE = "INVOICE", _("Invoice")
    CUSTOMISATION = "CUSTOMISATION", _("Product customisation")
    PRIVACY = "PRIVACY", _("Personal data")
    WITHDRAWAL = "WITHDRAWAL", _("Withdrawal from the contract")
    LEGAL_THREAT = "LEGAL_THREAT", _("Legal steps")
    A_TO_Z = "A_TO_Z", _("A-to-z guarantee")
    OTHER = "OTHER", _("Something else")


class Signal(models.TextChoices):
    """What a message may hold that must not be overlooked, whatever it is about."""

    NONE = "", pgettext_lazy("signal", "None")
    SAFETY = "SAFETY", _("Safety")
    LEGAL = "LEGAL", _("Legal")
    A_TO_Z = "A_TO_Z", _("A-to-z claim")
    WITHDRAWAL = "WITHDRAWAL", _("Declares withdrawal")
    CANCELLATION = "CANCELLATION", _("Wants to cancel")
    PERSONAL_DATA = "PERSONAL_DATA", _("Asks about personal data")


URGENT: Final = (Signal.SAFETY, Signal.LEGAL)
"""A lead looks first, and nothing hides such an inquiry from the agents' turn; most urgent
first.
"""

_TREE: Final = (
    (
        _("Delivery"),
        (Topic.WHERE_IS_IT, Topic.LATE, Topic.NOT_RECEIVED, Topic.LOST, Topic.ADDRESS),
    ),
    (
        _("Article"),
        (
            Topic.DAMAGED,
            Topic.WRONG_ITEM,
            Topic.MISSING_PARTS,
            Topic.DEFECTIVE,
            Topic.NOT_AS_DESCRIBED,
            Topic.COUNTERFEIT,
            Topic.ITEM_SAFETY,
        ),
    ),
    (
        _("Return and refund"),
        (
            Topic.RETURN,
            Topic.RETURN_LABEL,
            Topic.RETURN_STATUS,
            Topic.REFUND,
            Topic.REFUND_AMOUNT,
        ),
    ),
    (_("Order"), (Topic.CANCEL, Topic.CHANGE)),
    (_("Product"), (Topic.PRODUCT, Topic.COMPATIBILITY, Topic.WARRANTY)),
    (
        _("Not of the service"),
        (Topic.PRE_ORDER, Topic.INVOICE, Topic.CUSTOMISATION),
    ),
    (
        _("Law and rights"),
        (Topic.WITHDRAWAL, Topic.PRIVACY, Topic.LEGAL_THREAT, Topic.A_TO_Z),
    ),
    (_("Other"), (Topic.OTHER,)),
)


def tree() -> list[tuple[str, list[tuple[str, str]]]]:
    """The contact reasons in their two levels (domain 7.6), as a select field takes them."""
    return [(str(name), [(one.value, str(one.label)) for one in below]) for name, below in _TREE]


def group_of(topic: str) -> str:
    """The upper level of a contact reason, in the reader's language."""
    return next((str(name) for name, below in _TREE if topic in below), "")
