"""From bytes to text that a person can read: charsets, HTML, where the quotation begins."""

import codecs
import re
from html import unescape
from html.parser import HTMLParser
from typing import Final

import nh3
from mailparser_reply.parser import EmailMessage as ReplyParser

MAX_TEXT: Final = 300_000
"""Characters of text that are read of one mail; the raw mail keeps all of it."""
MAX_HTML: Final = 1_000_000
"""Characters of HTML that are read of one mail; the cleaner takes about a second for the worst."""
# The cleaner takes the square of the depth; no mail of a person is nested like this.
_DEEPEST: Final = 800
_QUOTE_DEPTH: Final = 5

# Senders mean the larger set when they name the smaller one.
_ALIASES: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "ks_c_5601-1987": "cp949",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
# Python can decode these, and no mail is written in them.
_NOT_A_CHARSET: Final = frozenset(
    {"unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined", "utf-7"}
)


def decode(raw: bytes, charset: str = "") -> str:
    """The bytes as text in their charset, else as UTF-8, else as Windows Latin; never fails."""
    for name in (_codec(charset), "utf-8"):
        if name:
            try:
                return tidy(raw.decode(name))
            except (UnicodeError, ValueError):
                continue
    return tidy(raw.decode(_codec(charset) or "cp1252", "replace"))


def _codec(charset: str) -> str:
    """The name of Python's codec, or nothing when the charset is unknown or says nothing."""
    try:
        name = codecs.lookup(charset.strip().strip("\"'")).name if charset else ""
    except (LookupError, ValueError):
        return ""
    if name in _NOT_A_CHARSET or (name and not codecs.lookup(name)._is_text_encoding):
        return ""
    return "" if name == "ascii" else _ALIASES.get(name, name)


def tidy(text: str) -> str:
    """One kind of line end, no NUL (which PostgreSQL refuses), no half characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text


class _Reader(HTMLParser):
    """Text of clean HTML: blocks become lines, quotations carry `> `."""

    BLOCKS: Final = frozenset(
        {"p", "div", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote", "pre"}
    )
    PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "ul", "ol", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line = ""
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._end_line(always=True)
        elif tag in self.BLOCKS:
            self._end_line()
            self._gap(tag)
            if tag == "li":
                self.line = "- "
        elif tag == "td":
            self.line += " "
        if tag == "blockquote":
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BLOCKS:
            self._end_line()
            if tag == "blockquote":
                self.depth = max(0, self.depth - 1)
            self._gap(tag)

    def handle_data(self, data: str) -> None:
        self.line += re.sub(r"\s+", " ", data)

    def text(self) -> str:
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip()

    def _end_line(self, *, always: bool = False) -> None:
        said = " ".join(self.line.replace("\xa0", " ").split(" ")).strip()
        if said or always:
            self.lines.append(("> " * min(self.depth, _QUOTE_DEPTH) + said).rstrip())
        self.line = ""

    def _gap(self, tag: str) -> None:
        if tag in self.PARAGRAPHS and self.lines and self.lines[-1]:
            self.lines.append("")


def from_html(html: str) -> str:
    """The words of an HTML mail as text; styles, scripts, images and targets are left out."""
    html = html[:MAX_HTML]
    if _too_deep(html):
        return tidy(unescape(re.sub(r"<[^<>]*>", " ", html)))
    clean = nh3.clean(
        html,
        tags={*_Reader.BLOCKS, "br", "td"},
        attributes={},
        clean_content_tags={"script", "style", "title"},
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(clean)
    reader.close()
    return tidy(reader.text())


_TAG = re.compile(r"<(/?)([a-zA-Z]+)")
# These close themselves, or nobody closes them.
_FLAT: Final = frozenset(
    {"p", "li", "br", "img", "hr", "input", "meta", "link", "tr", "td", "th", "dt", "dd", "col"}
)


def _too_deep(html: str) -> bool:
    depth = 0
    for closing, name in _TAG.findall(html):
        if name.lower() not in _FLAT:
            depth = max(0, depth - 1) if closing else depth + 1
            if depth > _DEEPEST:
                return True
    return False


# --- where the quotation begins -----------------------------------------------------------------

# The library's pattern of header lines, such as "Am … schrieb …:" and "From: … Sent: …".
_HEADER = ReplyParser(text="", languages=["de", "en", "zh"]).HEADER_REGEX
# What it does not know: Chinese mailers' date line, the separators of Outlook, GMX, QQ and NetEase.
_MORE = re.compile(
    r"(?:(?:在|于)?\s?\d{4}[年/-]\d{1,2}[月/-]\d{1,2}日?.{0,120}?(?:写道|寫道)\s?[:：]\s*$"
    r"|-{2,}\s*(?:Ursprüngliche Nachricht|Originalnachricht|Weitergeleitete Nachricht"
    r"|Original Message|Original|原始邮件|回复的原邮件)\s*-{2,}"
    r"|_{20,}\s*$"
    r"|Gesendet:\s.{0,80}\d{2}:\d{2})",
    re.IGNORECASE | re.MULTILINE,
)
_MAY_BEGIN = re.compile(
    r"^[ \t*]*(?:am |on |von:|from:|gesendet:|sent:|an:|to:|betreff:|subject:|datum:|date:"
    r"|发件人|发送时间|收件人|主题|在|于|\d{4}[年/-]|-{2,}|_{20,})",
    re.IGNORECASE | re.MULTILINE,
)
# A header line is short; looking no further keeps the search linear on any text.
_HEADER_LENGTH: Final = 600
_MOST_CANDIDATES: Final = 400


def fold_at(text: str) -> int | None:
    """The index in `text` where the trailing quotation begins; None when all should be shown.

    Only one block at the end folds. Answers between quoted lines, or nothing above the quotation:
    then everything is shown (helpdesk F1, lesson 8).
    """
    start = _header_at(text)
    if start is not None:
        below = [line for line in text[start:].splitlines() if line.strip()]
        marked = [line.lstrip().startswith(">") for line in below]
        # Below "Am … schrieb …:" all is marked, or nothing is; mixed means answers within.
        first = marked.index(True) if True in marked else len(marked)
        if first <= 4 and not all(marked[first:]):
            return None
    else:
        start = _marked_at(text)
    if start is None or not _words(text[:start]):
        return None
    return start


def _header_at(text: str) -> int | None:
    for count, candidate in enumerate(_MAY_BEGIN.finditer(text)):
        if count == _MOST_CANDIDATES:
            break
        at = candidate.start()
        end = at + _HEADER_LENGTH
        if _MORE.match(text, at + len(candidate[0]) - len(candidate[0].lstrip(" \t*")), end) or (
            _HEADER.match(text, at, end)
        ):
            return at
    return None


def _marked_at(text: str) -> int | None:
    """Where the last lines begin that are all marked with `>`; None if others are marked too."""
    lines = text.splitlines(keepends=True)
    cut = len(lines)
    while cut and (not lines[cut - 1].strip() or lines[cut - 1].lstrip().startswith(">")):
        cut -= 1
    above = lines[:cut]
    if not any(line.strip() for line in lines[cut:]):
        return None
    if any(line.lstrip().startswith(">") for line in above):
        return None
    return sum(map(len, above))


def _words(text: str) -> bool:
    """Is anything said here that is not itself quoted?"""
    return any(line.strip() and not line.lstrip().startswith(">") for line in text.splitlines())
