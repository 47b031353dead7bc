"""Mail as it really is: reading real and hostile mails, and their whole intake, per second."""

import base64
import email
import email.policy
import itertools
import random
import re
import resource
import uuid
from collections.abc import Callable
from pathlib import Path

from inquiries.channels.mailbox import classify, work
from inquiries.channels.mailbox.parse import parse
from inquiries.models import InboundMail
from inquiries.operations import inbound
from tests.bench import floors, mails
from tests.bench.counting import counted
from tests.bench.report import median, progress, say, seconds

ROUNDS = 5
RAW = Path(__file__).resolve().parent.parent / "mail" / "raw"
_MILLION = 1_000_000
_PLACE = re.compile(rb"\$\{\w+\}")
_numbers = itertools.count(1)


def measure(size: int) -> dict[str, float]:
    """Reading beside the standard library, intake with its statements, the worst of hostile
    mails.
    """
    real = [_PLACE.sub(b"x@csba.example", path.read_bytes()) for path in sorted(RAW.glob("*.eml"))]
    common = [mails.about(n % size + 1, unique=f"read{n}") for n in range(100)]
    for name, batch in (("real", real), ("common", common)):
        _reading(name, batch, size)
    figures = {"mail.intake_real": _intake("real", real, size)}
    _intake("common", common, size)
    _hostile(size)
    return figures


def _reading(name: str, batch: list[bytes], size: int) -> None:
    ours, modern, old = [], [], []
    failed = sum(_fails(raw) for raw in batch)
    for round_ in range(ROUNDS):
        progress(f"reading {name} {round_ + 1}/{ROUNDS}")
        ours.append(seconds(_all, _read, batch) / len(batch))
        modern.append(seconds(_all, _modern, batch) / len(batch))
        old.append(seconds(_all, _compat, batch) / len(batch))
    say(
        f"mail.parse_{name}",
        mails=len(batch),
        per_second=1 / median(ours),
        stdlib_modern_per_second=1 / median(modern),
        stdlib_compat_per_second=1 / median(old),
        times_the_modern=median(ours) / median(modern),
        times_the_compat=median(ours) / median(old),
        modern_raised_on=failed,
        size=size,
    )


def _intake(name: str, batch: list[bytes], size: int) -> float:
    took = []
    for round_ in range(ROUNDS):
        progress(f"intake of {name} {round_ + 1}/{ROUNDS}")
        took.append(seconds(_take_in, [_renamed(raw) for raw in batch]) / len(batch))
    with counted() as seen:
        _take_in([_renamed(raw) for raw in batch])
    say(
        f"mail.intake_{name}",
        per_second=1 / median(took),
        statements=seen.count / len(batch),
        commits=seen.commits / len(batch),
        quarantined=InboundMail.objects.quarantine().count(),
        size=size,
    )
    return median(took)


def _take_in(batch: list[bytes]) -> None:
    for raw in batch:
        inbound.keep(raw, via="SMTP", envelope_from="x@relay.test")
    work.handle_waiting()


def _renamed(raw: bytes) -> bytes:
    """The same mail as a new one: its id and its sender are fresh (one sender may not open
    inquiries without end).
    """
    fresh = uuid.uuid4().hex
    raw = re.sub(rb"(?im)^message-id:.*$", f"Message-ID: <{fresh}@b.test>".encode(), raw, count=1)
    return raw.replace(b"jonas@buyers.test", f"j{fresh[:12]}@buyers.test".encode())


def _hostile(size: int) -> None:
    worst, name, total = 0.0, "", 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for what, raw in HOSTILE.items():
        progress(f"hostile: {what}")
        total += 1
        took = seconds(_read, raw())
        if took > worst:
            worst, name = took, what
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    say(
        "mail.hostile",
        mails=total,
        worst_seconds=worst,
        worst=name,
        goal=2.0,
        reached="goal" if worst < 2.0 else "missed",
        grown_megabytes=(after - before) / 1024,
        size=size,
    )


def _all(act: Callable[[bytes], object], batch: list[bytes]) -> None:
    for raw in batch:
        act(raw)


def _read(raw: bytes) -> None:
    classify.kind(parse(raw), envelope_from="", own_domain="csba.example")


def _modern(raw: bytes) -> None:
    try:
        floors.parse(raw)
    # It raises on real mail, which is counted beside the speed.
    except Exception:
        return


def _fails(raw: bytes) -> bool:
    try:
        floors.parse(raw)
    except Exception:
        return True
    return False


def _compat(raw: bytes) -> None:
    for part in email.message_from_bytes(raw, policy=email.policy.compat32).walk():
        if not part.is_multipart():
            part.get_payload(decode=True)


def _head(more: str = "") -> bytes:
    return f"From: a@b.de\r\nSubject: x\r\nMessage-ID: <a@b>\r\n{more}\r\n".encode()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a flood of headers": lambda: b"X: y\r\n" * (4 * _MILLION) + b"\r\nhi",
    "one long header": lambda: b"Subject: " + b"a" * (25 * _MILLION) + b"\r\n\r\nhi",
    "a long folded header": lambda: b"Subject: a\r\n" + b" b\r\n" * (5 * _MILLION) + b"\r\nhi",
    "no end of the head": lambda: b"x" * (25 * _MILLION),
    "empty lines": lambda: _head() + b"\r\n" * (12 * _MILLION),
    "quoted lines": lambda: _head() + b"> a\r\n" * (5 * _MILLION),
    "parts without end": lambda: (
        _head("Content-Type: multipart/mixed; boundary=p\r\n")
        + b"--p\r\n\r\na\r\n" * (2 * _MILLION)
    ),
    "parts with many headers": lambda: (
        _head("Content-Type: multipart/mixed; boundary=p\r\n")
        + (b"--p\r\n" + b"X: y\r\n" * 900 + b"\r\na\r\n") * 4_000
    ),
    "parts in parts": lambda: b"".join(
        b"Content-Type: multipart/mixed; boundary=p%d\r\n\r\n--p%d\r\n" % (n, n)
        for n in range(4_000)
    ),
    "mails in mails": lambda: b"Content-Type: message/rfc822\r\n\r\n" * 200_000,
    "deep HTML": lambda: _head("Content-Type: text/html\r\n") + b"<div>" * (5 * _MILLION),
    "many elements": lambda: _head("Content-Type: text/html\r\n") + b"<b>a</b>" * (3 * _MILLION),
    "only brackets": lambda: _head("Content-Type: text/html\r\n") + b"<" * (20 * _MILLION),
    "only entities": lambda: _head("Content-Type: text/html\r\n") + b"&#x0;" * (4 * _MILLION),
    "an attachment of 18 MB": lambda: (
        _head("Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n")
        + base64.encodebytes(random.Random(1).randbytes(18 * _MILLION))
    ),
    "encoded words": lambda: b"Subject: " + b"=?utf-8?q?=41?= " * 100_000 + b"\r\n\r\nhi",
    "beginnings of uuencode": lambda: _head() + b"begin 644 a\n" * (2 * _MILLION),
    "references": lambda: b"References: " + b"<a@b> " * (3 * _MILLION) + b"\r\n\r\nhi",
    "brackets in an address": lambda: b"From: " + b'"(' * (5 * _MILLION) + b"\r\n\r\nhi",
    "beginnings of a quotation": lambda: _head() + b"Von: a\r\nGesendet: " * _MILLION,
    "beginnings of another": lambda: _head() + b"Am 1 schrieb " * (2 * _MILLION),
    "nearly order numbers": lambda: _head() + b"302-1234567-123456 " * _MILLION,
    "blanks": lambda: _head() + b" " * (25 * _MILLION),
}
"""Up to 26 MB each, which is what the listener takes."""
