"""Digests: one letter a person and seller with what is new, at their hour (P23).

A batch asks each kind of news by one statement for all its people, whatever their number.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import (
    Count,
    F,
    Q,
    QuerySet,
    Sum,
    Value,
    Window,
)
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import translation

from caselog.models import Question
from caselog.rules import deadlines
from csba import promises
from csba.money import shown
from csba.outbox.enqueue import draft, enqueue_many
from csba.outbox.models import OutgoingMail
from csba.sweep import sweep
from csba.topics import Topic
from inquiries.models import BuyerMessage
from inquiries.rules.digests import NEAREST, News, Waiting
from sellers.models import DigestChoice
from sellers.operations.preferences import off_token
from sellers.rules import digest_times

NAME: Final = "inquiries.send_digests"
_SELLER: Final = "membership__seller"
_SETTLED_WITHIN: Final = timedelta(days=14)
"""A question is settled so soon after it was asked, also when sweeps stood still for days: older
cases need not be looked at.
"""


def send_due(at: datetime) -> int:
    """Everybody whose digest is due at `at` has one letter if anything is new, however many days
    were missed, and their next digest stands at their hour; returns how many were due.
    """
    return sweep(
        NAME,
        DigestChoice.objects.filter(next_due_at__lte=at)
        .order_by("next_due_at", "id")
        .only("membership_id", "rhythm"),
        # Until the effects know the person's zone; a row that is not due any more stays claimed.
        stamps={"next_due_at": at + timedelta(days=1)},
        effects=_sent,
        at=at,
    )


def _sent(claimed: Sequence[DigestChoice], at: datetime) -> None:
    """What follows for these people; nine statements, however many there are."""
    people = DigestChoice.objects.select_related("membership__seller", "membership__user")
    choices = list(people.filter(pk__in=[found.pk for found in claimed]).order_by("pk"))
    hour = promises.digest_hour(at)
    for choice in choices:
        zone = choice.membership.user.time_zone
        choice.next_due_at = digest_times.next_due(choice.rhythm, zone=zone, hour=hour, at=at)
    reading = [choice for choice in choices if choice.membership.user.is_active]
    letters = []
    for choice, news in _news(reading, at):
        choice.told_until = at
        if news.worth_a_letter:
            letters.append(_letter(choice, news))
    enqueue_many(letters)
    DigestChoice.objects.bulk_update(choices, ["next_due_at", "told_until"])


def _news(choices: Sequence[DigestChoice], at: datetime) -> list[tuple[DigestChoice, News]]:
    """What there is to tell each of these people."""
    if not choices:
        return []
    rows = DigestChoice.objects.filter(pk__in=[choice.pk for choice in choices]).order_by()
    found: dict[int, News] = {choice.pk: News() for choice in choices}
    _open_questions(choices, found, at)
    for row in _settled(rows):
        if row["state"] == Question.Status.ANSWERED:
            found[row["pk"]].answered += row["count"]
        elif row["state"] in {Question.Status.LAPSED, Question.Status.WAIVED}:
            found[row["pk"]].left_to_us += row["count"]
    for row in _messages(rows, at):
        news = found[row["pk"]]
        news.messages, news.messages_late = row["waiting"], row["late"]
        news.messages_new = row["new"]
    for row in _gaps(rows):
        found[row["pk"]].gaps, found[row["pk"]].gaps_new = row["missing"], row["new"]
    for row in _ledger(rows):
        found[row["pk"]].sums.append((row["total"], row["money"]))
    return [(choice, found[choice.pk]) for choice in choices]


def _open_questions(choices: Sequence[DigestChoice], found: dict[int, News], at: datetime) -> None:
    """How many questions run, and the nearest with their deadlines, by seller."""
    sellers = {choice.membership.seller_id for choice in choices}
    first_due = Window(
        RowNumber(), partition_by=F("case__seller"), order_by=[F("reply_due_at"), F("pk")]
    )
    running = (
        Question.objects.running(at)
        .filter(case__seller__in=sellers)
        .annotate(nth=first_due, all=Window(Count("pk"), partition_by=F("case__seller")))
        .filter(nth__lte=NEAREST)
        .order_by("case__seller", "nth")
        .values_list("case__seller", "case__number", "topic", "reply_due_at", "all")
    )
    nearest: dict[int, list[Waiting]] = {}
    counts: dict[int, int] = {}
    for seller, number, topic, due_at, count in running:
        nearest.setdefault(seller, []).append(Waiting(number, topic, due_at))
        counts[seller] = count
    for choice in choices:
        seller = choice.membership.seller_id
        found[choice.pk].open = counts.get(seller, 0)
        found[choice.pk].nearest = nearest.get(seller, [])


def _settled(rows: QuerySet[DigestChoice]) -> Any:
    cases = f"{_SELLER}__cases"
    lately = {
        f"{cases}__last_entry_at__gt": F("told_until") - Value(_SETTLED_WITHIN),
        f"{cases}__questions__settled_at__gt": F("told_until"),
    }
    found = rows.filter(**lately).values("pk", state=F(f"{cases}__questions__status"))
    return found.annotate(count=Count(f"{cases}__questions"))


def _messages(rows: QuerySet[DigestChoice], at: datetime) -> Any:
    messages = f"{_SELLER}__buyer_messages"
    late = Q(**{f"{messages}__response_due_at__lte": at})
    came = Q(**{f"{messages}__received_at__gt": F("told_until")})
    became_late = late & Q(**{f"{messages}__response_due_at__gt": F("told_until")})
    found = rows.filter(**{f"{messages}__status": BuyerMessage.Status.OPEN}).values("pk")
    return found.annotate(
        waiting=Count(messages),
        late=Count(messages, filter=late),
        new=Count(messages, filter=came | became_late),
    )


def _gaps(rows: QuerySet[DigestChoice]) -> Any:
    gaps = f"{_SELLER}__page_gaps"
    found = rows.filter(**{f"{gaps}__pk__gt": 0, f"{gaps}__closed_at__isnull": True})
    new = Q(**{f"{gaps}__asked_at__gt": F("told_until")})
    return found.values("pk").annotate(missing=Count(gaps), new=Count(gaps, filter=new))


def _ledger(rows: QuerySet[DigestChoice]) -> Any:
    ledger = f"{_SELLER}__ledger"
    since = rows.filter(**{f"{ledger}__at__gt": F("told_until")})
    booked: Any = since.values("pk", money=F(f"{ledger}__currency"))
    return booked.annotate(total=Sum(f"{ledger}__amount")).order_by("money")


def _letter(choice: DigestChoice, news: News) -> OutgoingMail:
    person, seller = choice.membership.user, choice.membership.seller
    language, zone = person.language, digest_times.zone_of(person.time_zone)
    with translation.override(language):
        waiting = [
            {
                "number": found.number,
                "topic": str(Topic(found.topic).label) if found.topic else "",
                "due": deadlines.in_zone(found.due_at, zone, language),
            }
            for found in news.nearest
        ]
        sums = [shown(amount, currency, language) for amount, currency in news.sums]
    return draft(
        "inquiries/mail/digest",
        to=person.email,
        language=language,
        time_zone=zone,
        # Nobody reads answers to it: no token of a thread, only the sender's own address.
        reply_to=settings.CSBA_SENDER_ADDRESS,
        about=choice,
        unsubscribe_url=settings.CSBA_BASE_URL
        + reverse("sellers:digest-off", args=[off_token(choice)]),
        context={
            "person": str(person),
            "seller": seller.name,
            "short_name": seller.short_name,
            "news": news,
            "waiting": waiting,
            "sums": sums,
            "case_log": reverse("caselog:case-list"),
            "home": reverse("portal:home"),
            "preferences": reverse("sellers:preferences"),
        },
    )
