"""Every letter once, as its notification writes it: a table from the letter's name to the call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from caselog.models import Question
from csba.accounts.models import User
from csba.outbox.enqueue import enqueue_many
from csba.outbox.models import OutgoingMail
from inquiries import notifications as conversations
from inquiries.models import BuyerMessage, Inquiry, PageGap
from inquiries.operations import digests, inbound
from returns.models import ReturnRequest, SellerPolicy
from returns.notifications import policies as policy_letters
from returns.notifications import returns as return_letters
from returns.operations import returns, withdrawals
from returns.reasons import Condition, Reason
from sellers import notices, notifications
from sellers.models import (
    DigestChoice,
    Enrolment,
    Interest,
    Invitation,
    Membership,
    OrderLine,
    Seller,
    TermsRequest,
)
from tests.factories.caselog import QuestionFactory
from tests.factories.inquiries import BuyerMessageFactory, InquiryFactory, MessageFactory
from tests.factories.sellers import (
    EnrolmentFactory,
    MembershipFactory,
    SellerFactory,
    SuspensionFactory,
    UserFactory,
)
from tests.mail.posting import mail
from tests.returns.money.asking import ask, settle
from tests.returns.policies.making import submitted
from tests.returns.requests.goods_bought import bought
from tests.sellers.letting_in import waiting
from tests.sellers.new_terms import new_version

ASKED = "Frau Kowalski fragt: passt der Deckel?"
"""What a buyer wrote."""
DAY = timedelta(days=1)


@dataclass
class Scene:
    """One seller and one buyer who read the same language."""

    language: str
    agent: User

    @cached_property
    def seller(self) -> Seller:
        made: Seller = SellerFactory(
            language=self.language,
            name="Lampen und Mehr",
            short_name="Lampen",
            default_email="service@lampen.test",
        )
        MembershipFactory(seller=made, user=self.person)
        return made

    @cached_property
    def person(self) -> User:
        made: User = UserFactory(email="wu@lampen.test", name="Wu Min", language=self.language)
        return made

    @cached_property
    def stint(self) -> Enrolment:
        made: Enrolment = EnrolmentFactory(seller=self.seller, opted_in_by=self.person)
        return made

    @cached_property
    def line(self) -> OrderLine:
        """Delivered eight days ago."""
        at = timezone.now()
        return bought(
            self.seller,
            "ELECTRONICS",
            "79.00",
            placed=(at - 10 * DAY).isoformat(),
            delivered=(at - 8 * DAY).isoformat(),
            title="LX-200",
        )

    @cached_property
    def inquiry(self) -> Inquiry:
        made: Inquiry = InquiryFactory(
            order=self.line.order, language=self.language, subject="LX-200"
        )
        MessageFactory(inquiry=made, body=ASKED)
        return made

    @cached_property
    def message(self) -> BuyerMessage:
        self.stint.refresh_from_db()
        made: BuyerMessage = BuyerMessageFactory(
            inquiry__order=self.line.order, inquiry__language=self.language, body=ASKED
        )
        return made

    def terms(self) -> TermsRequest:
        at = timezone.now()
        made: TermsRequest = TermsRequest.objects.create(
            seller=self.seller,
            terms=new_version(self.stint.service, valid_from=at),
            asked_at=at,
            agree_by=at + 30 * DAY,
        )
        return made

    def interest(self, **fields: Any) -> Interest:
        return waiting(language=self.language, **fields)

    def returned(self, line: OrderLine | None = None, **fields: Any) -> ReturnRequest:
        line = line or self.line
        values: dict[str, Any] = {
            "reason": Reason.NOT_NEEDED,
            "condition": Condition.OPENED,
            "via": ReturnRequest.Via.BUYER,
            "words": ASKED,
        }
        return returns.open_return(
            line.order, lines={line: 1}, language=self.language, **{**values, **fields}
        )

    def late(self) -> OrderLine:
        """Delivered so long ago that a person decides."""
        at = timezone.now()
        return bought(
            self.seller,
            "ELECTRONICS",
            "79.00",
            placed=(at - 60 * DAY).isoformat(),
            delivered=(at - 50 * DAY).isoformat(),
            title="LX-300",
        )


Told = OutgoingMail | tuple[str, str] | None
"""A draft, the words of a Case Log entry, or nothing: then the letter lies in the outbox."""


def _invited(scene: Scene) -> Told:
    at = timezone.now()
    invitation = Invitation.objects.create(
        service=scene.stint.service,
        seller=scene.seller,
        email=scene.seller.default_email,
        secret_hash="x",
        invited_at=at,
        expires_at=at + 30 * DAY,
    )
    return notifications.invited(invitation, "secret-of-the-link")


def _suspended(scene: Scene) -> Told:
    at = timezone.now()
    SuspensionFactory(enrolment=scene.stint, from_at=at)
    return notifications.suspended(
        scene.stint, reasons=["STANDING", "NOT_PROFESSIONAL"], from_at=at
    )


def _role(scene: Scene) -> Told:
    membership = Membership.objects.get(user=scene.person, seller=scene.seller)
    notices.role_changed(membership, by=UserFactory(name="Lin Yu"))
    return None


def _policy(scene: Scene) -> SellerPolicy:
    policy = submitted(scene.seller)
    policy.reason = "A-1"
    policy.decided_at = policy.valid_from = timezone.now()
    return policy


def _refund(scene: Scene) -> Told:
    settle(ask(scene.line, facts={"language": scene.language}))
    return None


def _withdrawn(scene: Scene) -> Told:
    withdrawals.declare(
        scene.line.order,
        key="one",
        name="Jonas Weber",
        contact="jonas@buyers.test",
        words=ASKED,
        language=scene.language,
    )
    return None


def _review(scene: Scene) -> Told:
    scene.returned(scene.late())
    return None


def _refused(scene: Scene) -> Told:
    returns.refuse(scene.returned(scene.late()), by=scene.agent, reason="LX-300.")
    return None


def _closed(scene: Scene) -> Told:
    return_letters.closed([scene.returned()])
    return None


def _link(scene: Scene) -> Told:
    return_letters.link(scene.line.order, timezone.now(), language=scene.language)
    return None


def _digest(scene: Scene) -> Told:
    at = timezone.now()
    membership = scene.seller.memberships.get()
    DigestChoice.objects.create(
        membership=membership, rhythm="DAILY", next_due_at=at, told_until=at - DAY
    )
    QuestionFactory.create_batch(2, case__seller=scene.seller, topic="PRODUCT", entry__body=ASKED)
    QuestionFactory(
        case__seller=scene.seller, status="LAPSED", asked_at=at - DAY, entry__body=ASKED
    )
    assert Question.objects.running(at).count() == 2
    assert scene.message.seller == scene.seller
    PageGap.objects.create(
        seller=scene.seller,
        inquiry=scene.inquiry,
        marketplace_id=scene.line.order.marketplace_id,
        asin=scene.line.asin,
        wording=ASKED,
        language=scene.language,
        asked_at=at,
    )
    digests.send_due(at)
    return None


def _said(scene: Scene, author: str) -> Any:
    return MessageFactory(inquiry=scene.inquiry, author=author, user=scene.agent, body="LX-200.")


def _outbox(call: Callable[[], object]) -> Told:
    """The letter is in the outbox, whatever else the call returns."""
    call()
    return None


LETTERS: dict[str, Callable[[Scene], Told]] = {
    "sellers/mail/invited": _invited,
    "sellers/mail/interest_confirm": lambda scene: _outbox(
        lambda: notifications.interest_confirm(
            scene.interest(), token="t", until=timezone.now() + DAY
        )
    ),
    "sellers/mail/interest_known": lambda scene: _outbox(
        lambda: notifications.interest_known(scene.interest())
    ),
    "sellers/mail/interest_declined": lambda scene: _outbox(
        lambda: notifications.interest_declined(scene.interest(reason="A-1"))
    ),
    "sellers/mail/opted_in": lambda scene: _outbox(lambda: notices.opted_in(scene.stint)),
    "sellers/mail/service_active": lambda scene: notifications.service_active(scene.stint),
    "sellers/mail/opted_out": lambda scene: _outbox(
        lambda: notifications.opted_out(scene.stint, orders=3)
    ),
    "sellers/mail/suspended": _suspended,
    "sellers/mail/resumed": lambda scene: notifications.resumed(scene.stint, at=timezone.now()),
    "sellers/mail/terms_asked": lambda scene: notices.terms_asked(scene.terms(), suspended=True),
    "sellers/mail/terms_reminder": lambda scene: notices.terms_reminder(
        scene.terms(), at=timezone.now()
    ),
    "sellers/mail/terms_missed": lambda scene: notices.terms_missed(
        scene.stint, scene.terms().terms, from_at=timezone.now()
    ),
    "sellers/mail/person_role": _role,
    "sellers/mail/person_removed": lambda scene: _outbox(
        lambda: notices.person_removed(scene.person, scene.seller, by=UserFactory(name="Lin Yu"))
    ),
    "returns/mail/policy_approved": lambda scene: policy_letters.approved(_policy(scene)),
    "returns/mail/policy_rejected": lambda scene: policy_letters.rejected(_policy(scene)),
    "returns/mail/policy_overtaken": lambda scene: policy_letters.overtaken(
        _policy(scene), ["window_a", "postage"]
    ),
    "returns/mail/refund_settled": _refund,
    "returns/mail/withdrawal_confirmed": _withdrawn,
    "returns/mail/return_authorised": lambda scene: _outbox(lambda: scene.returned()),
    "returns/mail/return_seller": lambda scene: _outbox(lambda: scene.returned()),
    "returns/mail/return_review": _review,
    "returns/mail/return_refused": _refused,
    "returns/mail/return_closed": _closed,
    "returns/mail/return_link": _link,
    "inquiries/mail/received": lambda scene: _outbox(
        lambda: conversations.received(scene.inquiry, heard=[ASKED])
    ),
    "inquiries/mail/order_unknown": lambda scene: _outbox(
        lambda: conversations.order_unknown(scene.inquiry, heard=[ASKED])
    ),
    "inquiries/mail/routed": lambda scene: _outbox(
        lambda: conversations.routed(scene.message.inquiry, heard=[ASKED])
    ),
    "inquiries/mail/seller_asked": lambda scene: _outbox(
        lambda: conversations.seller_asked(scene.inquiry)
    ),
    "inquiries/mail/reply": lambda scene: _outbox(
        lambda: conversations.reply(_said(scene, "AGENT"))
    ),
    "inquiries/mail/buyer_message": lambda scene: _outbox(
        lambda: conversations.buyer_message(scene.message)
    ),
    "inquiries/mail/seller_reply": lambda scene: _outbox(
        lambda: conversations.seller_reply(_said(scene, "SELLER"), scene.message)
    ),
    "inquiries/mail/transferred": lambda scene: _outbox(
        lambda: conversations.transferred(scene.message, scene.inquiry)
    ),
    "inquiries/mail/digest": _digest,
    "inquiries/mail/not_registered": lambda scene: _outbox(
        lambda: conversations.not_registered(
            "info@lampen.test",
            scene.language,
            inbound.keep(mail("x", sender="info@lampen.test"), via="SMTP"),
        )
    ),
}
TO_BUYERS = frozenset(
    {
        "returns/mail/refund_settled",
        "returns/mail/withdrawal_confirmed",
        "returns/mail/return_authorised",
        "returns/mail/return_review",
        "returns/mail/return_refused",
        "returns/mail/return_closed",
        "returns/mail/return_link",
        "inquiries/mail/received",
        "inquiries/mail/order_unknown",
        "inquiries/mail/routed",
        "inquiries/mail/seller_asked",
        "inquiries/mail/reply",
        "inquiries/mail/seller_reply",
    }
)


def written(name: str, scene: Scene) -> tuple[str, str, str]:
    """Subject, text and language of the letter called so."""
    told = LETTERS[name](scene)
    if isinstance(told, tuple):
        return *told, scene.language
    if told is not None:
        enqueue_many([told])
    mail = OutgoingMail.objects.filter(template=name).latest("pk")
    return mail.subject, mail.text, mail.language
