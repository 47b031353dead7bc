"""What is it about? Ordered word lists: the first list with a hit decides, and its words are kept.

Three topics leave the service: invoice, customisation, before an order (P20). Their words stand
behind those of the service's own topics wherever both are said: in doubt an agent looks.
"""

from dataclasses import dataclass

from csba.topics import Topic
from inquiries.rules import words


@dataclass(frozen=True)
class Found:
    """A topic, the words that decided it, and the rule they stand in; OTHER without words when no
    list has a hit.
    """

    topic: str = Topic.OTHER
    words: str = ""
    rule: int | None = None


def find(text: str, *, language: str, with_order: bool, book: words.Book) -> Found:
    """The topic of `text`: by the lists of its own language first, then by the others.

    With an order number a question before an order is ruled out: the same words then mean less.
    """
    lowered = text.lower()
    for one in sorted(book.topics, key=lambda code: code != language):
        for entry in book.topics[one]:
            if with_order and entry.means == Topic.PRE_ORDER:
                continue
            if said := words.first(entry.phrases, lowered):
                return Found(entry.means, said, entry.rule)
    return Found()
