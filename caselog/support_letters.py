"""The letter of Contact Us: the question is received, under which number (P25)."""

from django.conf import settings
from django.urls import reverse

from caselog.models import Entry
from caselog.rules.support import SupportTopic
from csba import addresses
from csba.outbox.enqueue import enqueue


def received(entry: Entry, topic: SupportTopic) -> None:
    """The seller knows the number of the question and where the answer will stand.

    The seller's own words stay in the portal: they may name a buyer (rulings 13).
    """
    case = entry.case
    seller, number = case.seller, case.number
    enqueue(
        "caselog/mail/support_received",
        to=seller.default_email,
        language=seller.language,
        time_zone=seller.time_zone,
        reply_to=addresses.write(addresses.SELLER_LANE, number),
        references=[f"<csba.{number.lower()}@{settings.CSBA_REPLY_DOMAIN}>"],
        about=entry,
        key=f"entry:{entry.pk}",
        context={
            "number": number,
            "seller": seller.name,
            "topic": topic.label,
            "path": reverse("caselog:case", args=[number]),
        },
    )
