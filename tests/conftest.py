"""The cast, the clock and the letters that all tests share."""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from csba.accounts import roles
from csba.accounts.models import User
from csba.outbox.models import OutgoingMail
from csba.rulebook import read as rulebook
from inquiries.rules import wordbook
from sellers.models import Seller, Service
from tests.factories.sellers import EnrolmentFactory, MembershipFactory, SellerFactory, UserFactory

# The browser tests use the ORM beside a running event loop.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

START = datetime.fromisoformat("2026-11-04T09:00:00+00:00")
"""A Wednesday, 10:00 in Berlin, 17:00 in Shenzhen: when most tests begin."""


class Travel:
    """The clock of a test: call it to let time pass, `to` to jump to a moment."""

    def __init__(self, coordinates: time_machine.Traveller) -> None:
        self.coordinates = coordinates

    def __call__(self, **span: float) -> None:
        self.coordinates.shift(timedelta(**span))

    def to(self, moment: str | datetime) -> None:
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        assert moment.tzinfo is not None, "a moment needs its zone"
        self.coordinates.move_to(moment, tick=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests that commit are cleaned up by TRUNCATE, which the journal refuses everywhere else."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_line DISABLE TRIGGER journal_is_never_emptied")
        roles.sync()


def pytest_collection_finish() -> None:
    """What has been imported stays until the end: the collector need not look through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


@pytest.fixture
def travel() -> Iterator[Travel]:
    """Frozen at START until told otherwise."""
    with time_machine.travel(START, tick=False) as coordinates:
        yield Travel(coordinates)


class Letters:
    """What lies in the outbox, as its readers would see it."""

    def __call__(self) -> list[OutgoingMail]:
        return list(OutgoingMail.objects.order_by("id"))

    def to(self, address: str) -> list[str]:
        """The names of the letters to this address, oldest first."""
        found = OutgoingMail.objects.filter(to_address=address).order_by("id")
        return [mail.template.rpartition("/")[2] for mail in found]

    def last(self, address: str) -> OutgoingMail:
        """The newest letter to this address."""
        return OutgoingMail.objects.filter(to_address=address).latest("id")


@pytest.fixture
def letters(db: None) -> Letters:
    return Letters()


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    """No test sees another's cached rulebook, cache entries or language."""
    rulebook.forget()
    wordbook.forget()
    cache.clear()
    with translation.override("en"):
        yield


def staff(email: str, name: str, role: str) -> User:
    """A member of staff in the group of a role. The groups stand since the database was made,
    except after tests that empty it.
    """
    if not Group.objects.filter(name=role, permissions__isnull=False).exists():
        roles.sync()
    user: User = UserFactory(email=email, name=name, is_staff=True, language="en")
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def agent(db: None) -> User:
    return staff("ines@desk.test", "Ines Albrecht", roles.AGENT)


@pytest.fixture
def other_agent(db: None) -> User:
    return staff("tom@desk.test", "Tom Reuter", roles.AGENT)


@pytest.fixture
def senior(db: None) -> User:
    return staff("sven@desk.test", "Sven Krämer", roles.SENIOR)


@pytest.fixture
def lead(db: None) -> User:
    return staff("mara@desk.test", "Mara Vogt", roles.LEAD)


@pytest.fixture
def policy_admin(db: None) -> User:
    return staff("pavel@desk.test", "Pavel Nowak", roles.POLICY_ADMIN)


@pytest.fixture
def auditor(db: None) -> User:
    return staff("olga@desk.test", "Olga Brandt", roles.AUDITOR)


@pytest.fixture
def service(db: None) -> Service:
    return Service.objects.get(code=Service.CSBA)


def make_blume() -> Seller:
    """A seller in Berlin, not enrolled, with its owner."""
    seller: Seller = SellerFactory(
        merchant_id="A1BLUME000001",
        name="Blume Haushalt GmbH",
        short_name="Blume",
        country="DE",
        language="de",
        time_zone="Europe/Berlin",
        default_email="service@blume.test",
    )
    MembershipFactory(
        seller=seller, user=UserFactory(email="anna@blume.test", name="Anna Blume"), role="OWNER"
    )
    return seller


@pytest.fixture
def blume(db: None) -> Seller:
    """A seller in Berlin, not enrolled."""
    return make_blume()


def make_longmen() -> Seller:
    """A seller in Shenzhen, not enrolled, with its owner."""
    seller: Seller = SellerFactory(
        merchant_id="A1LONGMEN0001",
        name="深圳龙门电子有限公司",
        short_name="Longmen",
        country="CN",
        language="zh-hans",
        time_zone="Asia/Shanghai",
        default_email="service@longmen.test",
    )
    MembershipFactory(
        seller=seller,
        user=UserFactory(
            email="wei@longmen.test", name="陈伟", language="zh-hans", time_zone="Asia/Shanghai"
        ),
        role="OWNER",
    )
    return seller


@pytest.fixture
def longmen(db: None) -> Seller:
    """A seller in Shenzhen, not enrolled."""
    return make_longmen()


@pytest.fixture
def served(service: Service) -> Callable[..., Any]:
    """Call with a seller: the service is active for them since 1 August 2026 (`active_from`)."""

    def serve(seller: Seller, active_from: str = "2026-08-01T06:00:00+00:00", **fields: Any) -> Any:
        moment = datetime.fromisoformat(active_from)
        return EnrolmentFactory(
            seller=seller,
            service=service,
            status=fields.pop("status", "ACTIVE"),
            opted_in_at=moment - timedelta(minutes=1),
            active_from=moment,
            **fields,
        )

    return serve
