"""Whether the database already fits the source, so that a second start need not ask Django."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from csba.embedded import Home
from csba.embedded.home import CHECKOUT

SOURCES = ("csba", "sellers", "caselog", "returns", "inquiries")
KINDS = (
    ".py",
    ".po",
    ".json",
    ".csv",
    ".txt",
    ".sql",
)  # code, words and seeds; pages do not touch the database


def stamp(demo: bool) -> str:
    """One value for all that the database depends on: source, pinned packages, demo or not."""
    mark = hashlib.sha256(b"demo" if demo else b"bare")
    for path in [CHECKOUT / "requirements.txt", *_sources()]:
        mark.update(str(path.relative_to(CHECKOUT)).encode())
        mark.update(path.read_bytes())
    for catalogue in sorted((CHECKOUT / "csba" / "locale").glob("*/LC_MESSAGES/django.po")):
        mark.update(b"compiled" if catalogue.with_suffix(".mo").exists() else b"not compiled")
    return mark.hexdigest()


def prepared(home: Home) -> str:
    """The stamp of the last preparation that succeeded."""
    path = home.path / "prepared"
    return path.read_text() if path.exists() else ""


def remember(home: Home, value: str) -> None:
    """This preparation succeeded."""
    (home.path / "prepared").write_text(value)


def forget(home: Home) -> None:
    """The database may be half prepared from here on."""
    (home.path / "prepared").unlink(missing_ok=True)


def _sources() -> Iterator[Path]:
    for app in SOURCES:
        yield from sorted(path for path in (CHECKOUT / app).rglob("*") if path.suffix in KINDS)
