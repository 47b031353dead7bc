"""Accounts of sellers that are not known yet, made when somebody invites them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from csba.accounts.models import User
from csba.journal import write as journal
from sellers.models import Seller
from sellers.rules import countries


@dataclass(frozen=True, slots=True)
class Account:
    """What is told about a seller; blank: the likely for the country, or the company's name."""

    merchant_id: str
    company: str
    email: str
    country: str
    language: str = ""
    short_name: str = ""
    time_zone: str = ""


def known_or_new(account: Account, *, at: datetime, by: User) -> tuple[Seller, bool]:
    """The seller of this merchant id, and whether it was made just now."""
    made = make_missing([account], at=at, by=by)
    return Seller.objects.get(merchant_id=account.merchant_id), bool(made)


def make_missing(accounts: Iterable[Account], *, at: datetime, by: User) -> set[str]:
    """Every account is a seller; those that were one already stay as they are. Returns the
    merchant ids of those made. Runs inside the transaction of whoever invites.
    """
    wanted: dict[str, Account] = {}
    for account in accounts:
        wanted.setdefault(account.merchant_id, account)
    known = Seller.objects.filter(merchant_id__in=wanted).values_list("merchant_id", flat=True)
    missing = [account for key, account in wanted.items() if key not in set(known)]
    # Somebody else may make one at the same moment: theirs stays.
    Seller.objects.bulk_create((_seller(account, at) for account in missing), ignore_conflicts=True)
    made = Seller.objects.filter(merchant_id__in=[account.merchant_id for account in missing])
    journal.write_many(
        journal.line(
            seller,
            "seller_made",
            at=at,
            actor=journal.Actor.ADMIN,
            user=by,
            seller=seller.merchant_id,
            country=seller.country,
        )
        for seller in made
    )
    return {account.merchant_id for account in missing}


def _seller(account: Account, at: datetime) -> Seller:
    return Seller(
        merchant_id=account.merchant_id,
        name=account.company,
        short_name=account.short_name or account.company[:40].strip(),
        country=account.country,
        language=account.language or countries.language(account.country),
        time_zone=account.time_zone or countries.time_zone(account.country),
        default_email=account.email,
        created_at=at,
    )
