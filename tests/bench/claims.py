"""Taking an inquiry and answering it, beside the raw claim; sixteen agents at once."""

import threading
from itertools import islice

from django.contrib.auth.models import Group
from django.db import connections
from django.utils import timezone

from csba.accounts import roles
from csba.accounts.models import User
from csba.errors import Conflict
from inquiries.models import Inquiry
from inquiries.operations import assignment, conversation
from tests.bench import floors
from tests.bench.report import compare, p95, say, seconds

AGENTS = 16


def measure(size: int) -> dict[str, float]:
    """Claim and reply one by one, then all agents at once: nothing twice, nothing lost."""
    me = agent(0)
    waiting = list(Inquiry.objects.waiting().due_first()[:260])
    ours = [seconds(assignment.take, inquiry, by=me) for inquiry in waiting[:100]]
    floor = [seconds(floors.raw_claim, me.pk) for _ in range(100)]
    compare("claim", "s", ours, floor, goal=4, stretch=4, size=size)
    replies = [
        seconds(conversation.agent_replied, inquiry, body="Ja.", by=me, then="HOLD")
        for inquiry in islice(waiting, 100)
    ]
    say("reply", unit="ms", ours=sorted(replies)[50] * 1000, p95=p95(replies) * 1000, size=size)
    _together(size)
    return {"claim.p95": p95(ours), "reply.p95": p95(replies)}


def agent(n: int) -> User:
    one, _made = User.objects.get_or_create(
        email=f"agent{n}@bench.test", defaults={"name": f"Agent {n}", "is_staff": True}
    )
    one.groups.add(Group.objects.get(name=roles.AGENT))
    return one


def _together(size: int) -> None:
    """Sixteen agents claim the same hundred inquiries: each has one holder in the end."""
    agents = [agent(n) for n in range(1, AGENTS + 1)]
    unheld = list(Inquiry.objects.waiting().filter(assignee__isnull=True).due_first()[:100])
    won: list[tuple[int, int]] = []
    gate = threading.Barrier(AGENTS)

    def work(who: User) -> None:
        gate.wait()
        for inquiry in unheld:
            try:
                assignment.take(Inquiry(pk=inquiry.pk, number=inquiry.number), by=who)
                won.append((inquiry.pk, who.pk))
            except Conflict:
                pass
        connections.close_all()

    began = timezone.now()
    threads = [threading.Thread(target=work, args=[who]) for who in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = dict(
        Inquiry.objects.filter(pk__in=[one.pk for one in unheld]).values_list("pk", "assignee_id")
    )
    say(
        "claim.together",
        agents=AGENTS,
        inquiries=len(unheld),
        claimed=len(won),
        twice=len(won) - len({pk for pk, _ in won}),
        lost=sum(holder is None for holder in held.values()),
        seconds=(timezone.now() - began).total_seconds(),
        size=size,
    )
