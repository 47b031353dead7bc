"""Contact Us: what a seller may ask about, and the questions most asked with answers (P25)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from csba import promises

TOPIC_KEY = "support_topic"
"""Under this key the first entry of a support case keeps what it is about."""


class SupportTopic(models.TextChoices):
    """What a question to Selling Partner Support is about."""

    PROGRAMME = "PROGRAMME", gettext_lazy("The service in general")
    ENROLMENT = "ENROLMENT", gettext_lazy("Opting in or out")
    STANDING = "STANDING", gettext_lazy("Account standing")
    RETURN_POLICY = "RETURN_POLICY", gettext_lazy("My return policy")
    MONEY = "MONEY", gettext_lazy("Money and ledger")
    TECHNICAL = "TECHNICAL", gettext_lazy("Something does not work")
    OTHER = "OTHER", pgettext_lazy("topic of a question to support", "Something else")


@dataclass(frozen=True)
class Answered:
    """A question that is asked often, its answer, and the page that shows more: url name and
    label.
    """

    question: str
    answer: str
    page: str = ""
    label: str = ""


def asked_often(at: datetime) -> list[Answered]:
    """The questions most asked, answered with the numbers in force at `at`."""
    hours = _hours(promises.seller_reply(at))
    buyer_hours = _hours(promises.buyer_answer(at))
    message_hours = _hours(promises.message_response(at))
    starts = promises.activation(at) // timedelta(minutes=1)
    return [
        Answered(
            _("When does the service start after I opt in?"),
            _(
                "Within %(minutes)d minutes, usually within one. Your Services shows the exact "
                "second; orders placed from then on are covered."
            )
            % {"minutes": starts},
            "sellers:services",
            _("Your Services"),
        ),
        Answered(
            _("Which inquiries do you answer for me?"),
            _(
                "All about orders that you ship yourself and that were placed while the service "
                "was active. Not covered are orders from before, orders that Amazon ships, "
                "questions before an order, invoices and product customization. Those reach you "
                "in Buyer-Seller Messaging, with the reason."
            ),
            "portal:messages",
            _("Buyer messages"),
        ),
        Answered(
            _("What does it cost?"),
            _(
                "The service is a free trial. Before a fee begins we tell you, and you agree to it "
                "or opt out. Refunds that we grant within the return policies are charged to you; "
                "each stands in your ledger with its reason."
            ),
            "returns:ledger",
            _("Open the ledger"),
        ),
        Answered(
            _("How long do I have to answer a question in the Case Log?"),
            _(
                "%(hours)d hours from the moment it is asked. Weekends and holidays count. We "
                "remind your default e-mail address before the time is over."
            )
            % {"hours": hours},
            "caselog:case-list",
            _("Open the Case Log"),
        ),
        Answered(
            _("What happens if I do not answer in time?"),
            _(
                "Customer service decides by its own judgment, so that the customer has an answer "
                "within %(hours)d hours. You read the decision, its reason and its cost in the "
                "Case Log. If you do not know the answer, choose “Decide for me”: then nobody "
                "waits."
            )
            % {"hours": buyer_hours},
        ),
        Answered(
            _("How do I opt out, and what becomes of my orders?"),
            _(
                "Under Your Services, choose Manage and Opt-out of CSBA. It takes effect at once "
                "for new orders. Existing orders stay with the service until they are settled. "
                "You may opt in again whenever you like."
            ),
            "sellers:services",
            _("Your Services"),
        ),
        Answered(
            _("May I keep a return policy of my own?"),
            _(
                "Yes, if each of its clauses is at least as good for the customer as the standard "
                "policy. Until we have approved it, and when you have none, the standard applies."
            ),
            "returns:policy",
            _("Return policy"),
        ),
        Answered(
            _("In which language do you write to us and to our customers?"),
            _(
                "To customers in the language of the marketplace, to you in German, Chinese or "
                "English. Each person chooses their own language at the top of the page; letters "
                "to the default e-mail address follow the language of the account."
            ),
        ),
        Answered(
            _("Which data of customers do we see?"),
            _(
                "Our letters never hold a customer's name, address, phone number or words. In the "
                "portal you see what an answer needs. Please do not write contact data of a "
                "customer into a message to us: the order number is enough."
            ),
            "sellers:terms",
            _("Terms & Conditions"),
        ),
        Answered(
            _("A buyer wrote to me about a covered order. Can you take over?"),
            _(
                "Yes. Open the message under Buyer messages and choose Transfer to CSBA. We take "
                "it over, or tell you why it is not covered. Until then you have %(hours)d hours "
                "to answer the buyer."
            )
            % {"hours": message_hours},
            "portal:messages",
            _("Buyer messages"),
        ),
    ]


def _hours(span: timedelta) -> int:
    return span // timedelta(hours=1)
