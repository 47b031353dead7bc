"""A worker that is killed in the middle of a sweep: nothing is lost and nothing done twice."""

import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from caselog.models import Question
from caselog.operations import questions
from csba.journal.models import Line
from csba.outbox.models import OutgoingMail
from tests.caselog.waiting import connected, someone_waits, until
from tests.factories.caselog import many_questions
from tests.factories.sellers import SellerFactory

WORKER = """
import sys
import django
django.setup()
from django.utils.dateparse import parse_datetime
from caselog.operations import questions
questions.lapse_overdue(parse_datetime(sys.argv[1]))
"""


def environment() -> dict[str, str]:
    """Another process works on the database of this test."""
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
    }


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_killed_in_the_middle_of_a_lapse_loses_nothing_and_tells_nobody_twice() -> None:
    asked_at = timezone.now() - timedelta(hours=25)
    asked = many_questions(SellerFactory(), 1200, asked_at=asked_at)
    at = timezone.now()
    before = connected()
    with transaction.atomic():
        # The letter of a row in the second batch is held here, so that the worker stands still in
        # the middle of that batch: after its UPDATE and its journal, before its commit.
        OutgoingMail.objects.create(
            key=f"question:{asked[700].pk}:lapsed",
            template="held",
            to_address="held@sellers.test",
            language="en",
            message_id="<held@csba.test>",
            created_at=at,
            send_after=at,
        )
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, at.isoformat()], env=environment(), cwd=settings.ROOT
        )
        try:
            until(someone_waits)
        finally:
            worker.kill()
            worker.wait(20)
        transaction.set_rollback(True)
    # The database notices that the worker is gone and undoes its half batch.
    until(lambda: connected() <= before)
    assert Question.objects.filter(status="LAPSED").count() == 500
    assert OutgoingMail.objects.count() == Line.objects.count() == 500

    assert questions.lapse_overdue(at) == 700
    assert questions.lapse_overdue(at) == 0
    assert set(Question.objects.values_list("status", flat=True)) == {"LAPSED"}
    keys = Counter(OutgoingMail.objects.values_list("key", flat=True))
    assert keys == Counter(f"question:{question.pk}:lapsed" for question in asked)
    lines = Counter(Line.objects.values_list("verb", "subject_id"))
    assert lines == Counter(("question_lapsed", question.case_id) for question in asked)
