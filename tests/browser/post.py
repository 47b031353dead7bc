"""Letters as they arrive: sent over SMTP to a relay of our own, opened as a mail program does."""

from dataclasses import dataclass
from email.message import EmailMessage

from csba.outbox.delivery import deliver_due
from tests.csba.relay import TestRelay


def link(text: str) -> str:
    """The one address in a text."""
    (found,) = {word for word in text.split() if word.startswith("http")}
    return found


@dataclass
class Letter:
    """A mail in somebody's mailbox."""

    message: EmailMessage

    @property
    def subject(self) -> str:
        """Its subject, decoded."""
        return str(self.message["Subject"])

    @property
    def language(self) -> str:
        """The language it says it is in."""
        return str(self.message["Content-Language"])

    @property
    def text(self) -> str:
        """Its words, from the part without markup."""
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def link(self) -> str:
        """The one address it leads to."""
        return link(self.text)


@dataclass
class Post:
    """What the relay has taken."""

    relay: TestRelay

    def to(self, address: str) -> list[Letter]:
        """The letters in this mailbox, oldest first, once the worker has sent what is due."""
        deliver_due()
        return [Letter(mail.message) for mail in self.relay.taken if mail.to == [address]]

    def last(self, address: str) -> Letter:
        """The newest letter in this mailbox."""
        return self.to(address)[-1]
