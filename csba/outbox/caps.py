"""How much mail one address may get: where two machines answer each other, somebody must stop.

Automatic mail is counted for each address and subject of the conversation, all mail for each
address (helpdesk L6). Letters about different questions do not stop each other.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.db.models.functions import Lower

from csba.outbox.models import OutgoingMail

OF_ONE_THREAD: Final = ((10, 10), (15, 30), (25, 60), (50, 180), (100, 600))
OF_ONE_ADDRESS: Final = ((600, 600),)
"""So many mails in so many minutes, and not one more."""

_LONGEST: Final = timedelta(minutes=max(minutes for _most, minutes in OF_ONE_ADDRESS))

Thread = tuple[str, str, int | None]


class Counted:
    """What the addresses of a batch got lately, and get while it is sent."""

    def __init__(self, mails: Iterable[OutgoingMail], at: datetime) -> None:
        addresses = {mail.to_address.lower() for mail in mails}
        lately = (
            OutgoingMail.objects.annotate(address=Lower("to_address"))
            .filter(
                Q(address__in=addresses),
                status=OutgoingMail.Status.SENT,
                settled_at__gt=at - _LONGEST,
            )
            .values_list("address", "about_type", "about_id", "automatic", "settled_at")
        )
        self.of_address: dict[str, list[datetime]] = {}
        self.of_thread: dict[Thread, list[datetime]] = {}
        for address, kind, about, automatic, sent_at in lately:
            if sent_at is not None:
                self._add(address, (address, kind, about), automatic, sent_at)

    def full(self, mail: OutgoingMail, at: datetime) -> bool:
        """Has this address had all that it may get at `at`?"""
        address, thread = _names(mail)
        if _over(self.of_address.get(address, []), OF_ONE_ADDRESS, at):
            return True
        return mail.automatic and _over(self.of_thread.get(thread, []), OF_ONE_THREAD, at)

    def sent(self, mail: OutgoingMail, at: datetime) -> None:
        """One more has left."""
        address, thread = _names(mail)
        self._add(address, thread, mail.automatic, at)

    def _add(self, address: str, thread: Thread, automatic: bool, at: datetime) -> None:
        self.of_address.setdefault(address, []).append(at)
        if automatic:
            self.of_thread.setdefault(thread, []).append(at)


def _names(mail: OutgoingMail) -> tuple[str, Thread]:
    address = mail.to_address.lower()
    return address, (address, mail.about_type, mail.about_id)


def _over(times: list[datetime], caps: Iterable[tuple[int, int]], at: datetime) -> bool:
    return any(
        sum(time > at - timedelta(minutes=minutes) for time in times) >= most
        for most, minutes in caps
    )
