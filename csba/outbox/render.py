"""From a letter's template to subject, text and HTML in the reader's language and time zone.

A letter is one text template: its first line is the subject, the rest the body. A line
`→ Label: address` is a button in the HTML. So text and HTML can never say different things.
"""

import re
import zoneinfo
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_BUTTON = re.compile(r"^→ (?P<label>.+): (?P<url>https?://\S+)$")
# Characters of no script, so that no word of a letter can be taken for a mark.
_MARK = re.compile("\ue000([a-z_]+)\ue001")
_BREAK = SafeString("<br>")
_URL = re.compile(r"https?://[^\s<>\"']+")


def letter(
    template: str, context: dict[str, Any], *, language: str, time_zone: str
) -> tuple[str, str]:
    """Subject and text of the letter `template` (without its ending)."""
    with translation.override(language), timezone.override(zoneinfo.ZoneInfo(time_zone)):
        plain: Any = get_template(f"{template}.txt")
        written = plain.template.render(Context(context, autoescape=False)).strip()
        subject, _sep, body = written.partition("\n")
        body = re.sub(r"\n{3,}", "\n\n", body).strip()
        return " ".join(subject.split()), f"{body}\n"


def filled(
    template: str, values: Mapping[str, str], *, language: str, time_zone: str, base_url: str
) -> tuple[str, str]:
    """Subject and text of a letter whose only variables are the words in `values`.

    The template is rendered once for all letters of the same shape; each letter then costs no more
    than putting its words in. Empty values are empty for the template's `if`, too.
    """
    shape = tuple(sorted(name for name, value in values.items() if value))
    subject, text = _sheet(template, shape, language, time_zone, base_url)

    def word(found: re.Match[str]) -> str:
        return values[found[1]]

    return _MARK.sub(lambda found: " ".join(word(found).split()), subject), _MARK.sub(word, text)


@lru_cache(maxsize=256)
def _sheet(
    template: str, shape: tuple[str, ...], language: str, time_zone: str, base_url: str
) -> tuple[str, str]:
    marks = {name: f"\ue000{name}\ue001" for name in shape}
    return letter(template, {**marks, "base_url": base_url}, language=language, time_zone=time_zone)


def as_html(subject: str, text: str, *, language: str) -> str:
    """The same letter in HTML: made from its text, so it is not kept beside it."""
    frame: Any = get_template("mail/frame.html")
    rendered: str = frame.template.render(
        Context({"subject": subject, "body": _as_html(text.strip()), "language": language})
    )
    return rendered


def _as_html(body: str) -> SafeString:
    return format_html_join("\n", "{}", ((_block(block),) for block in body.split("\n\n")))


def _block(block: str) -> SafeString:
    if found := _BUTTON.match(block.strip()):
        return format_html(
            '<p class="button"><a href="{}">{}</a></p>', found["url"], found["label"]
        )
    lines = block.split("\n")
    if all(line == ">" or line.startswith("> ") for line in lines):
        return format_html("<blockquote>{}</blockquote>", _broken([line[2:] for line in lines]))
    return format_html("<p>{}</p>", _broken([_linked(line) for line in lines]))


def _broken(lines: Sequence[str]) -> SafeString:
    return format_html_join(_BREAK, "{}", ((line,) for line in lines))


def _linked(line: str) -> SafeString:
    pieces: list[str] = []
    end = 0
    for found in _URL.finditer(line):
        url = found[0].rstrip(".,;:)")
        pieces += [line[end : found.start()], format_html('<a href="{}">{}</a>', url, url)]
        end = found.start() + len(url)
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, line[end:]]))
