"""What the marketplace itself writes: a buyer's message in its frame, or one of its notices.

The frame of a buyer's message: a line with the order, one per article, then the words between two
rules (domain 5.3). Of a notice only the kind and the order are read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.conf import settings

from inquiries.channels.mailbox import headers


class Notice(StrEnum):
    """What a mail of the marketplace is."""

    BUYER_MESSAGE = "BUYER_MESSAGE"
    OWN_COPY = "OWN_COPY"
    RETURN_REQUEST = "RETURN_REQUEST"
    CANCELLATION_REQUEST = "CANCELLATION_REQUEST"
    A_TO_Z = "A_TO_Z"


_BY_SUBJECT: Final = (
    (Notice.A_TO_Z, r"a[- ]?(?:bis|to|至)[- ]?z|a-z[- ](?:garantie|guarantee|claim)|索赔"),
    (
        Notice.CANCELLATION_REQUEST,
        r"stornierungs(?:anfrage|wunsch|antrag)|stornierung angefordert|cancellation request"
        r"|取消订单(?:请求|申请)|订单取消(?:请求|申请)",
    ),
    (
        Notice.RETURN_REQUEST,
        r"rück(?:sende|gabe)(?:antrag|anfrage|anforderung)|rücksendung (?:angefordert|beantragt)"
        r"|return (?:request|requested|authori[sz]ation)|退货(?:请求|申请)",
    ),
    (
        Notice.OWN_COPY,
        r"kopie ihrer (?:nachricht|antwort)|ihre (?:nachricht|antwort) an|copy of your"
        r"|your (?:message|reply) to|您(?:发送|回复)给|您的(?:消息|回复)副本",
    ),
    (
        Notice.BUYER_MESSAGE,
        r"anfrage (?:von|eines|zu)|nachricht (?:von|eines|ihres)|frage (?:von|eines)"
        r"|(?:inquiry|enquiry|message|question) from|买家.{0,12}(?:咨询|消息|留言|来信)",
    ),
)
_SUBJECTS: Final = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in _BY_SUBJECT)
_BY_HEADER: Final = {
    "BBC_MESSAGE_SENT_TO_MERCHANT": Notice.BUYER_MESSAGE,
    "BBC_MESSAGE_SENT_TO_BUYER": Notice.OWN_COPY,
    "MERCHANT_MESSAGE_COPY": Notice.OWN_COPY,
    "RETURN_REQUESTED": Notice.RETURN_REQUEST,
    "BUYER_CANCELLATION_REQUEST": Notice.CANCELLATION_REQUEST,
    "A_TO_Z_CLAIM": Notice.A_TO_Z,
}

_BEGINS: Final = re.compile(
    r"^[> \t]*-{5,}\s*(?:message|nachricht|mitteilung|消息|留言)\s*[:：]?\s*-{5,}\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_ENDS: Final = re.compile(
    r"^[> \t]*-{5,}\s*(?:end(?: of)? message|ende der (?:nachricht|mitteilung)"
    r"|消息结束|留言结束|结束)\s*[:：]?\s*-{5,}\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_FRAME: Final = 100_000


@dataclass(frozen=True)
class Framed:
    """The buyer's words out of the marketplace's frame, and what stood above them."""

    words: str
    above: str


def is_marketplace(address: str) -> bool:
    """Is this an address of the marketplace, such as a buyer's alias?"""
    domain = address.rpartition("@")[2]
    return any(
        domain == one or domain.endswith(f".{one}") for one in settings.CSBA_MARKETPLACE_DOMAINS
    )


def notice(
    *, sender: str, subject: str, text: str, head: Mapping[str, str] | None = None
) -> Notice | None:
    """What this mail of the marketplace is; None for a mail that is not the marketplace's."""
    if not is_marketplace(sender):
        return None
    named = headers.decoded((head or {}).get("x-space-notification-type", "")).upper()
    if named in _BY_HEADER:
        return _BY_HEADER[named]
    bare = headers.bare_subject(subject)
    if framed(text) is not None and not _OWN.search(bare):
        return Notice.BUYER_MESSAGE
    return next((kind for kind, words in _SUBJECTS if words.search(bare)), None)


_OWN: Final = next(words for kind, words in _SUBJECTS if kind == Notice.OWN_COPY)


def framed(text: str) -> Framed | None:
    """The words between the marketplace's two rules; None when there is no such frame."""
    begins = _BEGINS.search(text, 0, _LONGEST_FRAME)
    if begins is None:
        return None
    ends = _ENDS.search(text, begins.end(), begins.end() + _LONGEST_FRAME)
    words = text[begins.end() : ends.start() if ends else None].strip()
    return Framed(words, text[: begins.start()].strip())
