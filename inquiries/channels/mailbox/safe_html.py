"""A stranger's HTML made fit for a sandbox: no programs, no forms, no requests to anybody.

It is the second lock: the page that shows it has a policy of its own and stands in a sandboxed
frame (rulings 30). Pictures that came along are put into the page itself; those from elsewhere are
left out until somebody asks for them, for they tell their sender when and where a mail was read.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import nh3

_TAGS: Final = frozenset(
    """
    a abbr b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl
    dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small
    span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var
    """.split()  # noqa: SIM905 -- names of elements read best as words
)
_EVERYWHERE: Final = ("align", "bgcolor", "color", "dir", "height", "lang", "style", "title")
_ATTRIBUTES: Final = {
    "*": {
        "align",
        "bgcolor",
        "color",
        "dir",
        "height",
        "lang",
        "style",
        "title",
        "valign",
        "width",
    },
    "a": {"href"},
    "font": {"face", "size"},
    "img": {"alt", "src"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_STYLES: Final = frozenset(
    {
        *("background-color", "border", "border-bottom", "border-collapse", "border-color"),
        *("border-left", "border-right", "border-spacing", "border-style", "border-top"),
        *("border-width", "color", "display", "font", "font-family", "font-size", "font-style"),
        *("font-weight", "height", "letter-spacing", "line-height", "list-style-type", "margin"),
        *("margin-bottom", "margin-left", "margin-right", "margin-top", "max-width", "padding"),
        *("padding-bottom", "padding-left", "padding-right", "padding-top", "text-align"),
        *("text-decoration", "text-indent", "vertical-align", "white-space", "width"),
    }
)
_SHOWN: Final = frozenset({"image/png", "image/jpeg", "image/gif"})
_MOST_BYTES: Final = 8_000_000
_REMOTE: Final = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True)
class SafeHtml:
    """The cleaned page, and how many pictures from elsewhere it has left out."""

    html: str
    left_out: int


def clean(
    html: str, *, pictures: Mapping[str, tuple[str, bytes]], remote: bool = False
) -> SafeHtml:
    """`pictures` are those that came along, by content id, with their type; with `remote` those
    from elsewhere stay.
    """
    left_out = 0
    used = 0

    def judge(tag: str, name: str, value: str) -> str | None:
        nonlocal left_out, used
        if tag != "img" or name != "src":
            return None if name == "style" and "url(" in value.lower() else value
        if value.lower().startswith("cid:"):
            kind, content = pictures.get(value[4:].strip("<> "), ("", b""))
            used += len(content)
            if kind not in _SHOWN or used > _MOST_BYTES:
                return None
            return f"data:{kind};base64,{base64.b64encode(content).decode()}"
        if _REMOTE.match(value):
            if remote:
                return value
            left_out += 1
        return None

    cleaned = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        clean_content_tags={"script", "style", "title", "object", "embed", "svg", "math"},
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        filter_style_properties=set(_STYLES),
        attribute_filter=judge,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return SafeHtml(cleaned, left_out)
