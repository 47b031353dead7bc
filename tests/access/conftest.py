"""One scene for all tests of a file, made once: what a test writes is rolled back to it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from django.utils import translation

from tests.conftest import START


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """What is written while this stands is gone after the last test of the file; the clock is
    frozen at START.
    """
    with (
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")),
        django_db_blocker.unblock(),
        time_machine.travel(START, tick=False),
        translation.override("en"),
        transaction.atomic(),
    ):
        yield
        transaction.set_rollback(True)
