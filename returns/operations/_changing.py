"""What a change of an order means elsewhere: the price that it counts against, the words in the
Case Log.
"""

from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from caselog.models import Case, Entry
from caselog.operations import cases, questions
from csba.accounts.models import User
from csba.moves import move
from csba.topics import Topic
from returns.models import OrderChange

Kind = OrderChange.Kind
Status = OrderChange.Status

_TOPICS: Final = {
    Kind.CANCEL: Topic.CANCEL,
    Kind.ADDRESS: Topic.ADDRESS,
    Kind.REPLACE: Topic.CHANGE,
    Kind.EXCHANGE: Topic.CHANGE,
}


def put_to_seller(change: OrderChange, case: Case | None, by: User | None) -> None:
    seller = change.seller
    with translation.override(seller.language):
        subject = _("%(kind)s, order %(order)s") % {
            "kind": change.get_kind_display(),
            "order": change.order.number,
        }
        body = _(
            "%(kind)s asked for, order %(order)s. Please accept or refuse it under “Changes”: "
            "%(number)s."
        ) % {
            "kind": change.get_kind_display(),
            "order": change.order.number,
            "number": change.number,
        }
    topic = _TOPICS[Kind(change.kind)]
    if case is None:
        case = cases.open_case(
            seller,
            kind=Case.Kind.ORDER,
            subject=subject,
            topic=topic,
            reference=change.number,
            order=change.order,
            by=by,
        )
    question = questions.ask(case, body=body, by=by, topic=topic)
    move(change, Status.WITH_SELLER, case=case, question=question)


def tell_seller(change: OrderChange, *, judged: bool = False) -> None:
    """What the buyer alone has changed, or customer service in the seller's place: the seller must
    know before anything is shipped.
    """
    seller = change.seller
    with translation.override(seller.language):
        words = (
            _(
                "You did not answer in time, so customer service has accepted it: %(kind)s, order "
                "%(order)s, %(number)s. Please do not ship it as it was."
            )
            if judged
            else _(
                "The buyer has changed the order within the first minutes: %(kind)s, order "
                "%(order)s, %(number)s. Please do not ship it as it was."
            )
        )
        about = {
            "kind": change.get_kind_display(),
            "order": change.order.number,
            "number": change.number,
        }
        cases.post_notice(
            seller,
            subject=_("%(kind)s, order %(order)s") % about,
            body=words % about,
            reference=change.number,
            order=change.order,
        )


def answer_in_case(
    change: OrderChange, *, by: User | None, of_seller: bool, body: str, reason: str
) -> None:
    """The seller's click is an answer like any other; the desk's is told to the seller."""
    if change.case is None:
        return
    words = " ".join(filter(None, [f"{change.number}: {body}", reason]))
    if of_seller:
        questions.reply(change.case, body=words, by=by, via=Entry.Via.PORTAL)
    else:
        cases.write(change.case, body=words, by=by)
