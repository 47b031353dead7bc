"""Statements and commits, exact: what `performance.md` section 7 A asks for, at any size."""

from django.test import Client
from django.utils import timezone

from caselog.models import Question
from caselog.operations import questions
from inquiries.channels.mailbox import dispatch
from inquiries.models import Inquiry
from inquiries.operations import assignment, conversation, inbound
from tests.bench import mails
from tests.bench.claims import agent
from tests.bench.counting import counted
from tests.bench.report import say


def measure(size: int) -> dict[str, float]:
    """Intake, queue page, inquiry page, claim, reply, sweep."""
    _warm()
    raw = mails.about(3)
    with counted() as kept:
        mail = inbound.keep(
            raw, via="SMTP", envelope_from=mails.buyer_of(3), envelope_to=["service@csba.example"]
        )
    with counted() as handled:
        dispatch.handle(mail)
    statements = kept.count + handled.count
    say(
        "count.intake_mail",
        statements=statements,
        kept=kept.count,
        handled=handled.count,
        commits=kept.commits + handled.commits,
        goal=14,
        size=size,
    )
    with counted() as again:
        inbound.keep(
            raw, via="SMTP", envelope_from=mails.buyer_of(3), envelope_to=["service@csba.example"]
        )
    say("count.intake_mail_twice", statements=again.count, size=size)
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
    client.get("/desk/queue/")
    with counted() as queue:
        client.get("/desk/queue/")
    say("count.queue_page", statements=queue.count, goal=8, size=size)
    with counted() as page:
        client.get(f"/desk/inquiry/{inquiry.number}/")
    say("count.inquiry_page", statements=page.count, goal=20, size=size)
    due = Question.objects.overdue(timezone.now())[:1000].count()
    with counted() as sweep:
        questions.lapse_overdue(timezone.now())
    rows = Question.objects.filter(settled_at__gte=timezone.now().replace(hour=0)).count()
    say(
        "count.sweep",
        statements=sweep.count,
        commits=sweep.commits,
        due=max(due, rows),
        goal=4 * -(-rows // 500) + 5,
        size=size,
    )
    return {}


def _warm() -> None:
    """The first of everything also reads the rulebook and compiles templates."""
    dispatch.handle(
        inbound.keep(mails.about(1), via="SMTP", envelope_from=mails.buyer_of(1), envelope_to=[])
    )
