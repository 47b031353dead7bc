"""A letter in its reader's words: text and HTML say the same, a stranger's words stay words."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings as product
from django.utils import timezone

from csba.outbox.models import OutgoingMail
from csba.outbox.render import as_html, letter
from tests.csba.conftest import WriteLetter

Status = OutgoingMail.Status


def _html(body: str, write_letter: WriteLetter, **context: Any) -> str:
    name = write_letter("any", f"Subject\n\n{body}")
    subject, text = letter(name, context, language="en", time_zone="UTC")
    html = as_html(subject, text, language="en")
    return html.split("</h1>\n")[1].split("\n</div>")[0]


def test_a_line_with_an_arrow_is_a_button(write_letter: WriteLetter) -> None:
    html = _html("Hello\n\n→ Open the case: https://csba.example/c/1?a=1&b=2", write_letter)
    link = '<a href="https://csba.example/c/1?a=1&amp;b=2">Open the case</a>'
    assert html == f'<p>Hello</p>\n<p class="button">{link}</p>'


@pytest.mark.parametrize(
    "line",
    [
        "→ Open the case: javascript:alert(1)",
        "→ https://csba.example/",
        "Go → Open: https://csba.example/",
    ],
)
def test_what_only_resembles_a_button_is_none(line: str, write_letter: WriteLetter) -> None:
    assert 'class="button"' not in _html(line, write_letter)


def test_quoted_lines_are_a_quotation_also_with_an_empty_line_inside_or_at_the_end(
    write_letter: WriteLetter,
) -> None:
    html = _html("You wrote:\n\n> Where is it?\n> \n> Jonas\n> \n", write_letter)
    assert html == ("<p>You wrote:</p>\n<blockquote>Where is it?<br><br>Jonas<br></blockquote>")


def test_a_line_break_stays_a_line_break(write_letter: WriteLetter) -> None:
    assert _html("one\ntwo", write_letter) == "<p>one<br>two</p>"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("See https://a.test/b.", '<p>See <a href="https://a.test/b">https://a.test/b</a>.</p>'),
        ("(https://a.test)", '<p>(<a href="https://a.test">https://a.test</a>)</p>'),
        (
            "https://a.test/?q=1&r=<b>",
            '<p><a href="https://a.test/?q=1&amp;r=">https://a.test/?q=1&amp;r=</a>&lt;b&gt;</p>',
        ),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
    ],
)
def test_addresses_of_pages_become_links(
    line: str, expected: str, write_letter: WriteLetter
) -> None:
    assert _html(line, write_letter) == expected


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "https://a.test/\"onmouseover='alert(1)'",
    "{% load i18n %}{{ settings.SECRET_KEY }}",
    "&lt;b&gt;",
]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("place", ["{{ words }}", "> {{ words }}", "→ {{ words }}: https://a.test"])
def test_a_strangers_words_are_words_in_the_html_and_untouched_in_the_text(
    words: str, place: str, write_letter: WriteLetter
) -> None:
    name = write_letter("hostile", f"About {{{{ words }}}}\n\n{place}\n")
    subject, text = letter(name, {"words": words}, language="en", time_zone="UTC")
    html = as_html(subject, text, language="en")
    assert subject == f"About {words}"
    assert words in text
    assert "<script" not in html
    assert "<img" not in html
    assert "onmouseover='" not in html
    assert product.SECRET_KEY not in html


def test_a_quoted_arrow_is_no_button(write_letter: WriteLetter) -> None:
    html = _html("> {{ words }}", write_letter, words="→ Log in again: https://evil.test")
    assert 'class="button"' not in html


def test_text_and_html_are_in_the_readers_language_and_time(write_letter: WriteLetter) -> None:
    name = write_letter(
        "due", "{% load i18n %}{% translate 'Yes' %}\n\n{{ due|date:'j. F H:i' }} {{ sum }}"
    )
    due, sums = datetime(2026, 12, 31, 17, 30, tzinfo=UTC), 1234.5
    read = {
        (language, zone): letter(
            name, {"due": due, "sum": sums}, language=language, time_zone=zone
        )[:2]
        for language, zone in [("de", "Europe/Berlin"), ("zh-hans", "Asia/Shanghai")]
    }
    assert read["de", "Europe/Berlin"] == ("Ja", "31. Dezember 18:30 1234,5\n")
    assert read["zh-hans", "Asia/Shanghai"] == ("是", "1. 一月 01:30 1234.5\n")


def test_the_writers_own_language_is_as_before(note: str, write_letter: WriteLetter) -> None:
    here = (timezone.get_current_timezone_name(), timezone.now().strftime("%Z"))
    letter(note, {}, language="zh-hans", time_zone="Asia/Shanghai")
    assert (timezone.get_current_timezone_name(), timezone.now().strftime("%Z")) == here


def test_the_html_says_its_language_and_repeats_the_subject(note: str) -> None:
    subject, text = letter(note, {"what": "<i>"}, language="zh-hans", time_zone="UTC")
    html = as_html(subject, text, language="zh-hans")
    assert '<html lang="zh-hans">' in html
    assert "<title>About &lt;i&gt;</title>" in html
    assert "<h1>About &lt;i&gt;</h1>" in html
