"""The contact page as a way in: what a stranger typed becomes an inquiry."""

from uuid import UUID

from django.utils import timezone

from csba.topics import Topic
from inquiries.channels import orders
from inquiries.models import Inquiry
from inquiries.models.inquiry import Channel
from inquiries.operations import intake
from inquiries.rules import language, reading
from sellers.models import Seller


def write(
    *,
    body: str,
    email: str,
    name: str = "",
    order_number: str = "",
    topic: str = "",
    seller: Seller | None = None,
    reads: str = language.GERMAN,
    client_id: UUID | None = None,
) -> Inquiry:
    """An inquiry with these words. The order is linked only if the address is that of its buyer.

    `topic` is what the writer chose; without a choice the words decide. `reads` is the language of
    the page, for texts that do not tell theirs. `seller` is whom a question before an order is for.
    """
    address = email.strip().lower()
    numbers = orders.numbers(order_number) or orders.numbers(body)
    named = orders.named(numbers, address)
    found = reading.read(
        body,
        at=timezone.now(),
        with_order=bool(named.number),
        orders=numbers,
        default=reads,
    )
    told = found.fields
    if topic not in {"", Topic.OTHER} and not (named.number and topic == Topic.PRE_ORDER):
        # What the writer chose counts; the words are still kept with the message.
        told |= {"topic": topic, "topic_words": "", "topic_rule": None}
    return intake.receive(
        intake.Incoming(
            channel=Channel.PAGE,
            body=body,
            buyer_email=address,
            buyer_name=name,
            order=named.order,
            order_number=named.number,
            seller=seller if not named.number else None,
            **told,
            sender=address,
            client_id=client_id,
        )
    )
