"""Loading the demo: rows that come from outside at once, everything else in the order of time.

All in one transaction: half a demo does not exist, and a worker that runs beside it sees the
outcome only, not letters of last month on their way.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from random import Random
from typing import Final

from django.db import transaction
from django.db.models import F

from caselog.models import Case
from csba.outbox.models import OutgoingMail
from csba.rulebook import read as rulebook
from inquiries.channels.mailbox import work
from inquiries.demo import (
    anchors,
    catalogue,
    goods,
    people,
    portal,
    script,
    staging,
    threads,
    wishes,
)
from inquiries.demo.clock import as_of
from inquiries.demo.people import Cast, Turn
from inquiries.demo.play import Act, Stage
from inquiries.demo.post import Post
from inquiries.demo.shelf import Shelf
from inquiries.demo.staging import Set
from inquiries.models import Inquiry
from inquiries.operations import intake
from sellers.models import Order, Seller

ORDERS: Final = 400
INVITED_LAST: Final = "xu.fang@wanxiang.example"

_SEED: Final = "csba-demo"
_DELIVERED_BEFORE: Final = timedelta(hours=1)
_ON_THE_WIRE: Final = timedelta(seconds=9)


@dataclass(frozen=True)
class Loaded:
    """What a load has made."""

    sellers: int
    products: int
    orders: int
    inquiries: Counter[str]


@transaction.atomic
def load(at: datetime) -> Loaded:
    """The whole marketplace is there, as it stands at `at`; the database must hold no seller."""
    rulebook.forget()
    dice = Random(_SEED)  # noqa: S311 -- the same demo every time, no secret
    cast = people.load(at)
    products = catalogue.load(at)
    shelf = Shelf(cast.sellers, at, dice, set())
    for wish in wishes.of_the_mails(at):
        shelf.taken.add(wish.number)
        shelf.add(wish)
    post = Post("1")
    stage = _stage(cast, shelf, post, at, dice)
    turns = ((turn.at, _turn(cast, turn)) for turn in people.histories(at))
    _run(
        [
            *turns,
            *stage.acts(),
            *threads.acts(cast, at),
            *goods.acts(cast, at),
            *portal.acts(cast, at),
            *_odd_mails(post, at),
        ]
    )
    _settle_letters(at)
    return Loaded(len(cast.sellers), products, len(shelf.orders), _counted(stage))


@transaction.atomic
def again(at: datetime) -> Loaded:
    """Another month of orders and inquiries beside those that are there; sellers stay as they are.

    A scene is left out where coverage says otherwise by now: its seller has left the service since,
    or joined it.
    """
    rulebook.forget()
    cast = people.known()
    taken = set(Order.objects.values_list("number", flat=True))
    wave = f"{len(taken)}.{at:%Y%m%d%H%M%S}"
    dice = Random(f"{_SEED}.{wave}")  # noqa: S311 -- see above
    shelf = Shelf(cast.sellers, at, dice, taken)
    stage = _stage(cast, shelf, Post(wave), at, dice)
    stage.sets = {key: found for key, found in stage.sets.items() if _still_so(found, at)}
    before = OutgoingMail.objects.order_by("-id").values_list("id", flat=True).first() or 0
    _run(list(stage.acts()))
    _settle_letters(at, since=before)
    return Loaded(0, 0, len(shelf.orders), _counted(stage))


def is_there() -> bool:
    """A demo was loaded into this database before."""
    return Seller.objects.filter(merchant_id=anchors.BLUME).exists()


def _stage(cast: Cast, shelf: Shelf, post: Post, at: datetime, dice: Random) -> Stage:
    """All orders are stored, and every scene has its own."""
    scenes = script.scenes()
    wished = staging.prepare(scenes, shelf, at)
    for wish in wishes.everyday(ORDERS - len(shelf.orders), at, dice):
        shelf.add(wish)
    shelf.store()
    return Stage(cast, staging.sets(scenes, wished), at, post)


def _still_so(found: Set, at: datetime) -> bool:
    """Coverage says of this scene's order what the scene is about."""
    if found.order is None:
        return True
    verdict = intake.judge(found.order, found.scene.topic, at).overall.verdict
    return verdict == found.scene.verdict


def _run(acts: list[Act]) -> None:
    """Everything happens, each at its moment and in the order of time."""
    # Stable: what happens at the same moment keeps the order in which it was written.
    for moment, act in sorted(acts, key=itemgetter(0)):
        with as_of(moment):
            act()


def _turn(cast: Cast, turn: Turn) -> Callable[[], None]:
    return lambda: cast.tell(turn)


def _odd_mails(post: Post, at: datetime) -> Iterator[Act]:
    """Two mails that the real way in puts into quarantine, each for its own reason."""

    def stranger() -> None:
        post.stranger_in_a_case(Case.objects.filter(kind=Case.Kind.INQUIRY).latest("id"))
        work.handle_waiting()

    def answer() -> None:
        letters = OutgoingMail.objects.filter(to_address=INVITED_LAST)
        post.answer_to_an_invitation(letters.latest("id"))
        work.handle_waiting()

    yield at - timedelta(hours=5), stranger
    yield at - timedelta(minutes=14), answer


def _settle_letters(at: datetime, *, since: int = 0) -> None:
    """What was written more than an hour ago was delivered then; the newest still wait."""
    old = OutgoingMail.objects.filter(id__gt=since, created_at__lt=at - _DELIVERED_BEFORE)
    sending = OutgoingMail.Status.SENDING
    # The two moves of a delivery, for all at once: no relay is asked, for nobody waits for these.
    old.filter(status=OutgoingMail.Status.QUEUED).update(
        status=sending, claimed_at=F("created_at"), tries=1
    )
    old.filter(status=sending).update(
        status=OutgoingMail.Status.SENT,
        data_at=F("created_at"),
        settled_at=F("created_at") + _ON_THE_WIRE,
    )


def _counted(stage: Stage) -> Counter[str]:
    found = Inquiry.objects.filter(pk__in=stage.made)
    return Counter(found.values_list("status", flat=True))
