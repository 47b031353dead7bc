"""What the tests of the ground share: a relay, data that other threads see, a dead Redis."""

import copy
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from csba.outbox.enqueue import enqueue
from csba.outbox.models import OutgoingMail
from tests.csba.relay import TestRelay

WriteLetter = Callable[[str, str], str]
Queue = Callable[..., OutgoingMail]

JONAS = "jonas@buyers.test"


@pytest.fixture
def relay(settings: Any) -> Iterator[TestRelay]:
    """The relay that the settings name."""
    running = TestRelay().start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
    yield running
    running.stop()


@pytest.fixture
def nobody_listens() -> Iterator[int]:
    """A port that is taken and at which no one answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def broker_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Call with an address: from now on the broker is there."""
    return lambda url: monkeypatch.setenv("CELERY_BROKER_WRITE_URL", url)


@pytest.fixture
def write_letter(settings: Any, tmp_path: Path) -> WriteLetter:
    """Call with a name and a text: a letter's template, which is returned as `enqueue` wants it."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [tmp_path, *templates[0]["DIRS"]]
    settings.TEMPLATES = templates

    def write(name: str, text: str) -> str:
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        return name

    return write


@pytest.fixture
def queue(db: None, write_letter: WriteLetter) -> Queue:
    """Call it to have a mail in the outbox."""
    name = write_letter(
        "note", "{{ subject|default:'Your order' }}\n\n{{ body|default:'Hello' }}\n"
    )

    def put(to: str = JONAS, **fields: Any) -> OutgoingMail:
        context = {key: fields.pop(key) for key in ("subject", "body") if key in fields}
        fields.setdefault("language", "de")
        return enqueue(name, to=to, context=context, **fields)

    return put


@pytest.fixture
def note(write_letter: WriteLetter) -> str:
    """A letter of two lines."""
    return write_letter("note", "About {{ what|default:'your order' }}\n\nAll is well.\n")


@pytest.fixture
def elsewhere(committed: None) -> dict[str, str]:
    """The environment in which another process works on the database of this test."""
    return process_environment()


def process_environment() -> dict[str, str]:
    """Settings of the tests, with the test database in place of the one it was made from."""
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
    }


@pytest.fixture
def committed(django_db_serialized_rollback: None, transactional_db: None) -> None:
    """What the test writes is committed, so that threads and processes see it."""
