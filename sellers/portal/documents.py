"""A version of the terms as the portal's pages show it."""

from dataclasses import replace
from typing import Any

from django.utils.translation import get_language

from sellers.models import Acceptance, Terms
from sellers.rules.documents import blocks, words
from sellers.rules.terms import Piece, differences, summary


def shown(
    document: Terms, acceptance: Acceptance | None = None, *, before: Terms | None = None
) -> dict[str, Any]:
    """A version as a page shows it: its pieces, what is new in short, who agreed to it; and what
    it changes against `before`, the version the seller knows.
    """
    return {
        "terms": document,
        "blocks": list(blocks(document.body)),
        "summary": summary(document, get_language() or "de"),
        "acceptance": acceptance,
        "before": before,
        "changes": _changes(before, document) if before else [],
    }


def _changes(before: Terms, after: Terms) -> list[Piece]:
    """In the reader's language, as words: the marks of the dialect are for who writes it."""
    found = differences(before.body, after.body)
    return [replace(piece, lines=tuple(map(words, piece.lines))) for piece in found]
