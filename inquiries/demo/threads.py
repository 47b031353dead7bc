"""The demo's threads without an inquiry (data/threads.toml): notices, and questions of sellers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caselog.models import Case, Entry
from caselog.operations import cases, questions
from inquiries.demo.buyers import read
from inquiries.demo.people import Cast
from inquiries.demo.script import span


@dataclass
class Thread:
    """One thread while it is told."""

    cast: Cast
    row: dict[str, Any]
    case: Case | None = None

    def say(self, who: str, words: str) -> None:
        """The next entry; the first one opens the case, and a seller's first word is theirs."""
        seller = self.cast.sellers[self.row["seller"]]
        if self.case is None and who != "seller":
            self.case = cases.post_notice(
                seller,
                subject=self.row["subject"],
                body=words,
                kind=self.row["kind"],
                by=self.cast.staff[who],
            )
            return
        author = self.cast.author(self.row["seller"], words)
        if self.case is None:
            self.case = cases.open_case(
                seller, kind=self.row["kind"], subject=self.row["subject"], by=author
            )
        if who == "seller":
            questions.reply(self.case, body=words, by=author, via=Entry.Via.PORTAL)
        else:
            cases.write(self.case, body=words, by=self.cast.staff[who])


def acts(cast: Cast, at: datetime) -> Iterator[tuple[datetime, Callable[[], None]]]:
    """Every entry of every thread with its moment."""
    for row in read("threads.toml")["thread"]:
        thread = Thread(cast, row)
        for entry in row["entry"]:
            yield at - span(entry["ago"]), _saying(thread, entry)


def _saying(thread: Thread, entry: dict[str, Any]) -> Callable[[], None]:
    return lambda: thread.say(entry["who"], entry["says"])
