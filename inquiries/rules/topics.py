"""What is it about? Ordered word lists: the first list with a hit decides, and its words are kept.

Three topics leave the service: invoice, customisation, before an order (P20). Their words stand
behind those of the service's own topics wherever both are said: in doubt an agent looks.
"""

from dataclasses import dataclass

from csba.topics import Topic
from inquiries.rules import words


@dataclass(frozen=True)
class Found:
    """A topic and the words that decided it; OTHER without words when no list has a hit."""

    topic: str = Topic.OTHER
    words: str = ""


def find(text: str, *, language: str, with_order: bool) -> Found:
    """The topic of `text`: by the lists of its own language first, then by the others.

    With an order number a question before an order is ruled out: the same words then mean less.
    """
    lowered = text.lower()
    for one in sorted(words.TOPICS, key=lambda code: code != language):
        for topic, phrases in words.TOPICS[one]:
            if with_order and topic == Topic.PRE_ORDER:
                continue
            said = words.first(phrases, lowered)
            if said:
                return Found(topic, said)
    return Found()
