"""Statements and commits, exact: what `performance.md` section 7 A asks for, at any size."""

from collections.abc import Iterable

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caselog.models import Question
from caselog.operations import questions
from inquiries.channels.mailbox import work
from inquiries.models import InboundMail, Inquiry
from inquiries.operations import assignment, conversation, inbound
from tests.bench import mails
from tests.bench.claims import agent
from tests.bench.counting import counted
from tests.bench.report import say


def measure(size: int) -> dict[str, float]:
    """Intake, queue page, inquiry page, claim, reply, sweep."""
    _keep(range(1, 6))
    work.handle_waiting()
    with counted() as kept:
        _keep(range(10, 20))
    with counted() as handled:
        work.handle_waiting()
    # Beside the ten mails the task looks once more for another and writes its heartbeat.
    statements = (kept.count + handled.count - 2) / 10
    say(
        "count.intake_mail",
        statements=statements,
        kept=kept.count / 10,
        handled=(handled.count - 2) / 10,
        commits=(kept.commits + handled.commits - 1) / 10,
        goal=14,
        size=size,
    )
    rows = InboundMail.objects.count(), Inquiry.objects.count()
    _keep(range(10, 20))
    work.handle_waiting()
    again = InboundMail.objects.count(), Inquiry.objects.count()
    say("count.intake_mail_twice", more_rows=sum(again) - sum(rows), goal=0, size=size)
    inquiry = Inquiry.objects.waiting().due_first().filter(assignee__isnull=True)[0]
    me = agent(0)
    with counted() as claim:
        assignment.take(inquiry, by=me)
    say("count.claim", statements=claim.count, commits=claim.commits, goal=12, size=size)
    with counted() as reply:
        conversation.agent_replied(inquiry, body="Ja.", by=me, then="HOLD")
    say("count.reply", statements=reply.count, commits=reply.commits, goal=12, size=size)
    client = Client()
    client.force_login(me)
    client.get(reverse("admin:queue"))
    with counted() as queue:
        client.get(reverse("admin:queue"))
    say("count.queue_page", statements=queue.count, goal=8, size=size)
    with counted() as page:
        client.get(reverse("admin:inquiry", args=[inquiry.number]))
    say("count.inquiry_page", statements=page.count, goal=20, size=size)
    due = Question.objects.overdue(timezone.now())[:1000].count()
    with counted() as sweep:
        questions.lapse_overdue(timezone.now())
    lapsed = Question.objects.filter(settled_at__gte=timezone.now().replace(hour=0)).count()
    say(
        "count.sweep",
        statements=sweep.count,
        commits=sweep.commits,
        due=max(due, lapsed),
        goal=4 * -(-lapsed // 500) + 5,
        size=size,
    )
    return {}


def _keep(numbers: Iterable[int]) -> None:
    for n in numbers:
        inbound.keep(
            mails.about(n),
            via="SMTP",
            envelope_from=mails.buyer_of(n),
            envelope_to=["service@csba.example"],
        )
