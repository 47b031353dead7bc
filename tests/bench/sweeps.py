"""Lapsing 10,000 due questions and activating 10,000 enrolments, beside the same in plain SQL; the
idle tick.
"""

from datetime import timedelta

from django.db import connection
from django.db.models.functions import Mod
from django.utils import timezone

from caselog.models import Question
from caselog.operations import questions
from csba.accounts.models import User
from csba.outbox.models import OutgoingMail
from sellers.models import Enrolment, Plan, Seller, Service
from sellers.operations import enrolment
from tests.bench import data, floors
from tests.bench.report import compare, progress, say, seconds

ROUNDS = 3
ENROLMENTS = 10_000


def measure(size: int) -> dict[str, float]:
    """Both sweeps against their floors in turn, each after a CHECKPOINT."""
    ours: list[float] = []
    floor: list[float] = []
    due = Question.objects.overdue(timezone.now()).count() or data.DUE_QUESTIONS
    questions.lapse_overdue(timezone.now())  # the first letters of a process: templates are read
    for round_ in range(ROUNDS):
        progress(f"lapse {round_ + 1}/{ROUNDS}")
        _reopen(due)
        floor.append(_timed(lambda: floors.raw_lapse(timezone.now())))
        _reopen(due)
        ours.append(_timed(lambda: questions.lapse_overdue(timezone.now())))
        assert not Question.objects.overdue(timezone.now()).exists()
    compare("sweep.lapse", "s", ours, floor, goal=4, stretch=2.5, due=due, of=size)
    idle = sorted(seconds(lambda: questions.lapse_overdue(timezone.now())) for _ in range(20))
    say("sweep.idle_tick", unit="ms", ours=idle[10] * 1000, p95=idle[18] * 1000, goal=5, size=size)
    _activation()
    return {"sweep.idle_tick": idle[10]}


def _activation() -> None:
    ours: list[float] = []
    floor: list[float] = []
    _more_sellers()
    _pending()
    enrolment.activate_due(timezone.now())
    for round_ in range(ROUNDS):
        progress(f"activate {round_ + 1}/{ROUNDS}")
        _pending()
        floor.append(_timed(lambda: floors.raw_activate(timezone.now())))
        _pending()
        ours.append(_timed(lambda: enrolment.activate_due(timezone.now())))
    compare("sweep.activate", "s", ours, floor, goal=4, stretch=3, due=ENROLMENTS)


def _timed(act: object) -> float:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    return seconds(act)  # type: ignore[arg-type]


def _reopen(due: int) -> None:
    """The questions that the last round lapsed are due again, over two hours, as after an outage:
    no two deadlines of a batch need be the same. Its letters go.
    """
    at = timezone.now()
    newest = Question.objects.filter(status="LAPSED").order_by("-settled_at").values("pk")[:due]
    Question.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).update(
        status="OPEN",
        settled_at=None,
        asked_at=at - timedelta(hours=25) - Mod("pk", 7200) * timedelta(seconds=1),
        reply_due_at=at - timedelta(hours=1) - Mod("pk", 7200) * timedelta(seconds=1),
    )
    OutgoingMail.objects.filter(message__isnull=True).delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE caselog_question, outbox_outgoingmail")


def _more_sellers() -> None:
    at = timezone.now()
    Seller.objects.bulk_create(
        [
            Seller(
                merchant_id=f"A2BENCH{n:06d}",
                name=f"Seller {n}",
                short_name=f"S{n}",
                country="DE",
                default_email=f"more{n}@bench.test",
                created_at=at,
            )
            for n in range(ENROLMENTS)
        ],
        batch_size=2000,
    )


def _pending() -> None:
    at = timezone.now()
    Enrolment.objects.filter(seller__merchant_id__startswith="A2BENCH").delete()
    OutgoingMail.objects.filter(message__isnull=True).delete()
    service = Service.objects.get(code=Service.CSBA)
    plan = Plan.objects.get(service=service, code="trial")
    owner = User.objects.get(email="owner@bench.test")
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                seller_id=pk,
                service=service,
                plan=plan,
                opted_in_at=at,
                opted_in_by=owner,
                active_due_at=at + timedelta(hours=1),
                alarm_due_at=at + timedelta(minutes=45),
            )
            for pk in Seller.objects.filter(merchant_id__startswith="A2BENCH").values_list(
                "pk", flat=True
            )
        ],
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE sellers_enrolment, outbox_outgoingmail")
