"""The label on paper: A6, both addresses, the number of the return and a barcode (Code 128)."""

import unicodedata
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Final

import reportlab
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A6
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from returns.gateways.label import Place, Wish

PLAIN: Final = "CSBA-Plain"
BOLD: Final = "CSBA-Bold"
CHINESE: Final = "STSong-Light"
LANGUAGE: Final = "de"
"""The words on a parcel are read by the carriers of the marketplace's country."""

_WIDTH, _HEIGHT = A6
_LEFT: Final = 7 * mm
_ROOM: Final = _WIDTH - 2 * _LEFT


@cache
def _fonts() -> frozenset[int]:
    """The fonts are registered; returns the characters that the Latin one can show."""
    folder = Path(reportlab.__file__).parent / "fonts"
    plain = TTFont(PLAIN, str(folder / "Vera.ttf"))
    pdfmetrics.registerFont(plain)
    pdfmetrics.registerFont(TTFont(BOLD, str(folder / "VeraBd.ttf")))
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    return frozenset(plain.face.charToGlyph)


def drawn(wish: Wish, *, carrier: str, tracking_number: str) -> bytes:
    """The PDF; the same wish gives the same bytes."""
    _fonts()
    target = BytesIO()
    page = Canvas(target, pagesize=A6, invariant=1)
    with translation.override(LANGUAGE):
        title = _("Return label")
        page.setTitle(f"{title} {wish.rma}")
        page.setAuthor(carrier)
        _head(page, wish, carrier)
        _place(page, pgettext("parcel", "From"), wish.sender, top=_HEIGHT - 27 * mm, size=8)
        _place(page, pgettext("parcel", "To"), wish.receiver, top=_HEIGHT - 55 * mm, size=11)
        _foot(page, wish, tracking_number)
    page.showPage()
    page.save()
    return target.getvalue()


def _head(page: Canvas, wish: Wish, carrier: str) -> None:
    _write(page, _("Return"), _LEFT, _HEIGHT - 13 * mm, 16, BOLD)
    paid = _("Prepaid: no stamp needed") if wish.prepaid else _("Please add postage")
    _write(page, f"{carrier} · {paid}" if wish.prepaid else paid, _LEFT, _HEIGHT - 18.5 * mm, 8)
    page.setLineWidth(0.6)
    page.line(_LEFT, _HEIGHT - 21 * mm, _WIDTH - _LEFT, _HEIGHT - 21 * mm)


def _place(page: Canvas, word: str, place: Place, *, top: float, size: float) -> None:
    _write(page, word, _LEFT, top, 7)
    rows = [place.name, *place.lines, f"{place.postcode} {place.city}".strip(), place.country]
    height = top - (size + 2)
    for number, row in enumerate(row for row in rows if row):
        _write(page, row, _LEFT, height, size, BOLD if number == 0 else PLAIN)
        height -= size * 1.25


def _foot(page: Canvas, wish: Wish, tracking_number: str) -> None:
    page.line(_LEFT, 52 * mm, _WIDTH - _LEFT, 52 * mm)
    _write(page, wish.rma, _LEFT, 45 * mm, 15, BOLD)
    _write(page, _("Put this label on the outside of the parcel."), _LEFT, 40 * mm, 7.5)
    code = tracking_number or wish.rma
    bars = Code128(code, barHeight=20 * mm, barWidth=0.36 * mm, humanReadable=False, quiet=False)
    if bars.width > _ROOM:
        bars = Code128(
            code,
            barHeight=20 * mm,
            barWidth=0.36 * mm * _ROOM / bars.width,
            humanReadable=False,
            quiet=False,
        )
    bars.drawOn(page, (_WIDTH - bars.width) / 2, 14 * mm)
    shown = " ".join(code[at : at + 4] for at in range(0, len(code), 4)) if code.isdigit() else code
    page.setFont(PLAIN, 9)
    page.drawCentredString(_WIDTH / 2, 8.5 * mm, shown)


def _write(page: Canvas, text: str, x: float, y: float, size: float, font: str = PLAIN) -> None:
    """One line, each run of characters in a font that has them, narrower when it is too long."""
    runs = _runs(text, font)
    width = sum(pdfmetrics.stringWidth(run, name, size) for name, run in runs)
    if width > _ROOM:
        size *= _ROOM / width
    for name, run in runs:
        page.setFont(name, size)
        page.drawString(x, y, run)
        x += pdfmetrics.stringWidth(run, name, size)


def _runs(text: str, font: str) -> list[tuple[str, str]]:
    latin = _fonts()
    known: list[tuple[str, str]] = []
    for char in unicodedata.normalize("NFC", text):
        if ord(char) in latin:
            known.append((font, char))
        elif unicodedata.east_asian_width(char) in "WF":
            known.append((CHINESE, char))
        else:
            # A letter with a mark that the font lacks is still readable without it.
            bare = "".join(c for c in unicodedata.normalize("NFD", char) if ord(c) in latin)
            known.append((font, bare or _PLAINLY.get(char, "?")))
    return [
        (name, "".join(run for _name, run in group))
        for name, group in groupby(known, key=lambda one: one[0])
    ]


_PLAINLY: Final = {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ş": "s", "ğ": "g"}
