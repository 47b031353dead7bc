"""The demo's people: the desk, the sellers with theirs, and how each seller came to the service."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from csba.accounts import roles
from csba.accounts.models import User
from csba.demo_logins import DEMO_PASSWORD
from csba.outbox.models import OutgoingMail
from inquiries.demo.buyers import read
from inquiries.demo.script import span
from sellers.models import Membership, Seller, Service
from sellers.operations import enrolment, invitations, standing, terms

# Languages and zones that go with a seller's country.
_AT_HOME: Final = {"DE": ("de", "Europe/Berlin"), "CN": ("zh-hans", "Asia/Shanghai")}
_SECRET: Final = re.compile(r"/([A-Za-z0-9_-]{40,})/?\s")


@dataclass(frozen=True)
class Turn:
    """One moment in a seller's history with the service."""

    at: datetime
    seller: str
    does: str


@dataclass
class Cast:
    """Everybody by a short name: colleagues by first name, sellers and their people by key."""

    staff: dict[str, User]
    sellers: dict[str, Seller]
    members: dict[str, list[User]]

    @property
    def admin(self) -> User:
        return self.staff["pavel"]

    def owner(self, seller: str) -> User:
        """Who signs for this seller."""
        return self.members[seller][0]

    def author(self, seller: str, words: str) -> User:
        """Who of the seller's people wrote this: the one who signs it, else the owner."""
        signed = (user for user in self.members[seller] if str(user).split()[0] in words)
        return next(signed, self.owner(seller))

    def tell(self, turn: Turn) -> None:
        """What this turn says has happened, through the operation that does it."""
        seller, email = self.sellers[turn.seller], self._address(turn.seller)
        match turn.does:
            case "invited":
                invitations.invite(seller, email=email, by=self.admin)
            case "joins":
                invitations.accept(_secret_sent_to(email), user=self.owner(turn.seller))
                self._others_join(turn.seller, turn.at)
            case "opts in":
                in_force = terms.current(Service.objects.get(code=Service.CSBA), turn.at)
                agreed = [document.pk for document in in_force]
                enrolment.agree_and_opt_in(seller, terms_ids=agreed, by=self.owner(turn.seller))
            case "active":
                enrolment.activate_due(turn.at)
            case "opts out":
                enrolment.opt_out(seller, by=self.owner(turn.seller))
            case "at risk":
                standing.record(seller, standing=Seller.Standing.AT_RISK, as_of=turn.at)
            case "deactivated":
                standing.record(seller, standing=Seller.Standing.DEACTIVATED, as_of=turn.at)
            case _:
                raise ValueError(turn.does)

    def _address(self, seller: str) -> str:
        row = _row(seller)
        return str(row["invite"] if "invite" in row else row["people"][0]["email"])

    def _others_join(self, seller: str, at: datetime) -> None:
        for user, row in zip(self.members[seller][1:], _row(seller)["people"][1:], strict=True):
            Membership.objects.create(
                seller=self.sellers[seller], user=user, role=row["role"], created_at=at
            )


def load(at: datetime) -> Cast:
    """The desk in its groups, the sellers and their people; nobody has been invited yet."""
    roles.sync()
    data = read("sellers.toml")
    password = make_password(DEMO_PASSWORD)
    groups = {group.name: group for group in Group.objects.all()}
    staff = {}
    for row in data["staff"]:
        user = _person(row, at - timedelta(days=200), password, is_staff=True)
        user.groups.add(groups[row["role"]])
        staff[row["email"].partition("@")[0]] = user
    sellers, members = {}, {}
    for number, row in enumerate(data["seller"]):
        language, zone = _AT_HOME[row["country"]]
        since = at - timedelta(days=400 + 31 * number)
        sellers[row["key"]] = Seller.objects.create(
            merchant_id=row["merchant_id"],
            name=row["name"],
            short_name=row["short_name"],
            country=row["country"],
            language=language,
            time_zone=zone,
            default_email=row["default_email"],
            standing_as_of=at - timedelta(days=120),
            created_at=since,
        )
        members[row["key"]] = [
            _person(person, since, password, language=language, time_zone=zone)
            for person in row["people"]
        ]
        if not row["history"]:
            owner = members[row["key"]][0]
            Membership.objects.create(
                seller=sellers[row["key"]], user=owner, role=Membership.Role.OWNER, created_at=since
            )
    return Cast(staff, sellers, members)


def known() -> Cast:
    """The cast of a demo that was loaded before."""
    data = read("sellers.toml")
    users = {user.email: user for user in User.objects.all()}
    sellers = {seller.merchant_id: seller for seller in Seller.objects.all()}
    return Cast(
        {row["email"].partition("@")[0]: users[row["email"]] for row in data["staff"]},
        {row["key"]: sellers[row["merchant_id"]] for row in data["seller"]},
        {
            row["key"]: [users[person["email"]] for person in row["people"]]
            for row in data["seller"]
        },
    )


def histories(at: datetime) -> Iterator[Turn]:
    """Every turn of every seller's history."""
    for row in read("sellers.toml")["seller"]:
        for turn in row["history"]:
            yield Turn(at - span(turn["ago"]), row["key"], turn["does"])


def _person(row: dict[str, Any], since: datetime, password: str, **fields: Any) -> User:
    user = User(
        email=row["email"], name=row["name"], password=password, date_joined=since, **fields
    )
    user.save(force_insert=True)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _row(seller: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = read("sellers.toml")["seller"]
    return next(row for row in rows if row["key"] == seller)


def _secret_sent_to(email: str) -> str:
    """The secret of an invitation stands in its letter and nowhere else: it is read from there."""
    letter = OutgoingMail.objects.filter(to_address=email, template="sellers/mail/invited").latest(
        "id"
    )
    found = _SECRET.search(letter.text)
    assert found is not None, "the invitation's letter holds no link"
    return found[1]
