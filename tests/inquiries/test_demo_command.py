"""manage.py demo where there is no demo yet: the clock, the texts, and when nothing is loaded."""

from collections import Counter
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from inquiries.demo import script
from inquiries.demo.clock import as_of
from inquiries.operations import intake
from sellers.models import Order, Seller
from tests.conftest import START


def test_as_of_turns_the_clock_back_and_sets_it_right_again_after_a_failure():
    told = []

    def fail() -> None:
        with as_of(START):
            told.append(timezone.now())
            raise LookupError

    before = timezone.now()
    with pytest.raises(LookupError):
        fail()
    assert told == [START]
    assert before <= timezone.now() != START


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9d", timedelta(days=9)),
        ("3h20m", timedelta(hours=3, minutes=20)),
        ("1d2h5m", timedelta(days=1, hours=2, minutes=5)),
    ],
)
def test_a_span_is_read_as_people_write_it(text, expected):
    assert script.span(text) == expected


@pytest.mark.parametrize("text", ["", "d", "2 h", "5m1h", "-3h"])
def test_a_span_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="not a span"):
        script.span(text)


def test_every_scene_has_its_own_key_and_moment():
    scenes = script.scenes()
    assert max(Counter(scene.key for scene in scenes).values()) == 1
    assert max(Counter(scene.ago for scene in scenes).values()) == 1


def test_no_text_of_the_demo_is_filler_and_none_is_said_twice():
    said = Counter(step.words for scene in script.scenes() for step in scene.steps if step.words)
    assert [words for words, times in said.items() if times > 1] == []
    everything = " ".join(said).lower()
    for filler in ("lorem", "ipsum", "dolor sit", "foo", "test test", "todo", "xxx"):
        assert filler not in everything
    assert min(len(words) for words in said) >= 10


@pytest.mark.django_db
def test_on_an_empty_database_without_the_flag_it_names_the_way(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="--no-demo"):
        call_command("demo", stdout=StringIO())
    assert not Seller.objects.exists()


@pytest.mark.django_db
def test_it_leaves_a_database_with_sellers_of_its_own_alone(settings, longmen):
    settings.DEMO = True
    said = StringIO()
    call_command("demo", stdout=said)
    assert "nothing was changed" in said.getvalue()
    assert Seller.objects.count() == 1


@pytest.mark.django_db
def test_if_one_step_fails_nothing_of_the_demo_is_left(settings, monkeypatch):
    settings.DEMO = True
    broken = SimpleNamespace(receive=intake.receive, Incoming=None)
    monkeypatch.setattr("inquiries.demo.play.intake", broken)
    with pytest.raises(TypeError):
        call_command("demo", stdout=StringIO())
    assert not Seller.objects.exists()
    assert not Order.objects.exists()
