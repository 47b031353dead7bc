"""Which lines of an order an inquiry is judged by."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from csba.errors import Refused
from csba.topics import Topic
from csba.verdicts import Verdict
from inquiries.models import Inquiry, LineVerdict
from sellers.models import OrderLine

OF_THE_WHOLE_ORDER: Final = frozenset(
    {Topic.WHERE_IS_IT, Topic.LATE, Topic.NOT_RECEIVED, Topic.CANCEL, Topic.ADDRESS}
)
"""Topics about the parcel or the order, which need no chosen article."""


def lines_of(inquiry: Inquiry) -> list[OrderLine]:
    """The lines of the order that are ours to judge: all without a verdict, else the covered
    ones.
    """
    if inquiry.order_id is None:
        return []
    lines = list(OrderLine.objects.filter(order=inquiry.order_id).select_related("order__seller"))
    verdicts = dict(LineVerdict.objects.filter(inquiry=inquiry).values_list("line_id", "verdict"))
    return [line for line in lines if verdicts.get(line.pk, Verdict.COVERED) == Verdict.COVERED]


def about(inquiry: Inquiry, line: OrderLine | None, lines: Sequence[OrderLine]) -> list[OrderLine]:
    """What is judged: the line that was asked about, the only one, or the whole order where the
    topic is about the parcel. Refused when somebody must choose.
    """
    if not lines:
        raise Refused(
            _("No order that is ours is linked: there is nothing to judge."), code="no_order"
        )
    if line is not None:
        found = [one for one in lines if one.pk == line.pk]
        if not found:
            raise Refused(_("This article belongs to another order."), code="line")
        return found
    if len(lines) == 1 or inquiry.topic in OF_THE_WHOLE_ORDER:
        return list(lines)
    raise Refused(_("Please choose the article that it is about."), code="line")
