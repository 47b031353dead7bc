"""A buyer's inquiry: its state, its clocks, and the agents' queue as a queryset."""

from datetime import datetime
from typing import Final, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from caselog.models import Case, Question
from csba.numbers import number_field
from csba.topics import Signal, Topic
from csba.verdicts import Verdict
from sellers.models import Order, Seller


class Channel(models.TextChoices):
    EMAIL = "EMAIL", _("E-mail")
    PAGE = "PAGE", _("Contact page")
    CHAT = "CHAT", _("Chat")
    PHONE = "PHONE", _("Phone")
    TRANSFER = "TRANSFER", _("Transfer by the seller")
    API = "API", _("API")


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def waiting(self) -> Self:
        """Open, and the buyer waits for an answer."""
        return self.filter(status=Inquiry.Status.OPEN, waiting_since__isnull=False)

    def agents_turn(self, at: datetime) -> Self:
        """Waiting, awake, and no seller still has time to answer (rulings 8).

        A running question hides an inquiry only while the buyer has not written since it was asked;
        safety and legal signals are never hidden.
        """
        asked = Question.objects.running(at).filter(
            case=OuterRef("case"), asked_at__gte=OuterRef("last_buyer_at")
        )
        return self.waiting().filter(
            Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=at) | ~Q(signal=Signal.NONE),
            ~Exists(asked) | ~Q(signal=Signal.NONE),
        )

    def waiting_for_seller(self, at: datetime) -> Self:
        """A seller still has time to answer a question about it.

        Joined, not Exists: the nearest of the running questions are found by their index, and a
        case has one open question at most.
        """
        return self.filter(
            status=Inquiry.Status.OPEN,
            case__questions__status=Question.Status.OPEN,
            case__questions__reply_due_at__gt=at,
        )

    def overdue(self, at: datetime) -> Self:
        """The buyer waits longer than was promised."""
        return self.waiting().filter(next_due_at__lte=at)

    def due_first(self) -> Self:
        """The order of every queue: the nearest deadline first."""
        return self.order_by("next_due_at", "id")


class Inquiry(models.Model):
    """Who waits is a fact (waiting_since), not a status. `last_seq` numbers all that is said in
    it.
    """

    class Status(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("inquiry", "Open")
        ROUTED = "ROUTED", _("With the seller")
        RESOLVED = "RESOLVED", _("Resolved")
        MERGED = "MERGED", _("Merged")
        SPAM = "SPAM", _("Spam")

    class Outcome(models.TextChoices):
        ANSWERED = "ANSWERED", _("Answered")
        REFUNDED = "REFUNDED", _("Refunded")
        REPLACED = "REPLACED", _("Replaced")
        RETURN_AUTHORISED = "RETURN_AUTHORISED", _("Return authorised")
        DECLINED = "DECLINED", _("Declined")
        NO_ACTION = "NO_ACTION", _("No action needed")

    MOVES: Final = {
        Status.OPEN: (Status.RESOLVED, Status.ROUTED, Status.MERGED, Status.SPAM),
        Status.RESOLVED: (Status.OPEN, Status.MERGED),
        Status.ROUTED: (Status.OPEN, Status.RESOLVED, Status.MERGED),
        Status.SPAM: (Status.OPEN,),
        Status.MERGED: (Status.OPEN, Status.RESOLVED, Status.ROUTED),
    }

    number = number_field("INQ")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="inquiries"
    )
    seller = models.ForeignKey(
        Seller,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inquiries",
        db_index=False,
    )
    case = models.OneToOneField(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    buyer_email = models.CharField(max_length=320, blank=True)
    buyer_name = models.CharField(max_length=160, blank=True)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="de")
    subject = models.CharField(max_length=300, blank=True)
    topic = models.CharField(max_length=20, choices=Topic.choices, default=Topic.OTHER)
    topic_words = models.CharField(
        max_length=200, blank=True, help_text=_("The words that decided the topic.")
    )
    topic_rule = models.ForeignKey(
        "inquiries.WordRule",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    signal = models.CharField(
        max_length=20, choices=Signal.choices, blank=True, default=Signal.NONE
    )
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    verdict_facts = models.JSONField(default=dict)

    opened_at = models.DateTimeField()
    last_buyer_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True, blank=True)
    first_response_due_at = models.DateTimeField(null=True, blank=True)
    first_responded_at = models.DateTimeField(null=True, blank=True)
    promise_due_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(
        null=True, blank=True, help_text=_("The nearest open due time.")
    )
    snoozed_until = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    undelivered_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Since when our last answer is known not to arrive.")
    )
    looks_like = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        help_text=_("Perhaps the same conversation: an agent may merge the two."),
    )
    accepted_senders = ArrayField(
        models.CharField(max_length=320),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Addresses that may write here beside the buyer's; an agent allowed them."),
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        db_index=False,
    )
    follow_up_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="follow_ups",
        db_index=False,
    )
    last_seq = models.PositiveIntegerField(default=0)
    preview = models.CharField(
        max_length=160, blank=True, help_text=_("The last human line, for lists.")
    )
    preview_by = models.CharField(max_length=1, blank=True, help_text=_("Who wrote it: B, A or S."))

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        permissions = [
            ("answer_inquiry", _("May answer buyers and write notes")),
            ("ask_seller", _("May ask the seller")),
            ("decide_inquiry", _("May decide and resolve")),
            ("merge_inquiry", _("May merge inquiries")),
            ("lead_inquiry", _("May take inquiries from others")),
            ("replay_mail", _("May replay mail that was not understood")),
        ]
        indexes = [
            # With all that agents_turn() looks at: read from the index alone and in its order, a
            # page ends at its fiftieth row. The planner thinks waiting inquiries a hundred times
            # rarer than they are (their status and their clock are not independent), and would
            # otherwise fetch and sort the whole queue.
            models.Index(
                fields=["next_due_at", "id"],
                include=["snoozed_until", "signal", "case", "last_buyer_at"],
                name="inquiry_queue",
                condition=Q(status="OPEN", waiting_since__isnull=False),
            ),
            models.Index(
                fields=["assignee", "next_due_at", "id"],
                name="inquiry_queue_of_one_agent",
                condition=Q(status="OPEN", waiting_since__isnull=False, assignee__isnull=False),
            ),
            models.Index(
                fields=["-last_buyer_at", "-id"],
                name="inquiry_with_the_sellers",
                condition=Q(status="ROUTED"),
            ),
            models.Index(
                fields=["-resolved_at", "-id"],
                name="inquiry_resolved_lately",
                condition=Q(status="RESOLVED"),
            ),
            models.Index(
                fields=["buyer_email", "-id"], name="inquiry_of_buyer", condition=~Q(buyer_email="")
            ),
            models.Index(
                fields=["-undelivered_at", "-id"],
                name="inquiry_not_delivered",
                condition=Q(undelivered_at__isnull=False),
            ),
            models.Index(
                fields=["merged_into"],
                name="inquiry_merged",
                condition=Q(merged_into__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="RESOLVED", resolved_at__isnull=False) | ~Q(status="RESOLVED"),
                name="inquiry_resolved_at_when_resolved",
            ),
            models.CheckConstraint(
                condition=Q(status="MERGED", merged_into__isnull=False)
                | (~Q(status="MERGED") & Q(merged_into__isnull=True)),
                name="inquiry_merged_into_when_merged",
            ),
            models.CheckConstraint(
                condition=Q(
                    waiting_since__isnull=True,
                    promise_due_at__isnull=True,
                    next_due_at__isnull=True,
                )
                | Q(
                    waiting_since__isnull=False,
                    promise_due_at__isnull=False,
                    next_due_at__isnull=False,
                ),
                name="inquiry_clocks_run_while_the_buyer_waits",
            ),
            models.CheckConstraint(
                condition=Q(promise_due_at__isnull=True) | Q(promise_due_at__gt=F("waiting_since")),
                name="inquiry_promise_after_waiting_began",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def covered(self) -> bool:
        return self.verdict == Verdict.COVERED
