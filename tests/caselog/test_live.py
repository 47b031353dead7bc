"""Open pages hear of a case, after commit and not before."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings

from caselog.models import Case, Entry
from caselog.operations import questions
from csba.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[Any]:
    """Call for what has been published since the last call."""
    with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as subscription:
        subscription.subscribe(f"{settings.CSBA_LIVE_PREFIX}live")
        assert subscription.get_message(timeout=5)["type"] == "subscribe"

        def listen() -> list[tuple[str, int]]:
            # What is published before the last word has arrived before it.
            client.publish(f"{settings.CSBA_LIVE_PREFIX}live", json.dumps(["last", 0]))
            events: list[tuple[str, int]] = []
            while ("last", 0) not in events:
                message = subscription.get_message(timeout=5)
                events.append(tuple(json.loads(message["data"])))
            return events[:-1]

        yield listen


def test_the_case_and_its_sellers_list_hear_of_an_answer_up_to_its_number(
    question: Any, case: Case, longmen: Any, heard: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as waiting:
        questions.reply(case, body="4711", by=None, via=Entry.Via.MAIL)
    assert heard() == []
    for callback in waiting:
        callback()
    assert heard() == [(f"case:{case.number}", 2), (f"seller:{longmen.pk}", 0), ("cases", 0)]


def test_a_lapse_is_heard_and_a_refusal_is_not(
    question: Any, case: Case, longmen: Any, heard: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(Refused):
            questions.ask(case, body="Again?", by=None)
        assert heard() == []
        questions.lapse_overdue(question.reply_due_at)
    assert heard() == [(f"case:{case.number}", 1), (f"seller:{longmen.pk}", 0), ("cases", 0)]
