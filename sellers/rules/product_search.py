"""Words of product pages for searching (P24, rulings 29): as stored, and as asked for.

Chinese has no blanks between words and the database no dictionary for it, so runs of Chinese are
taken apart into pairs of neighbouring characters; all else is left to the database's own parser.
"""

import re
from typing import Final

CHINESE: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]+")


def words_stored(text: str) -> str:
    """The text for a vector of the configuration 'simple': Chinese as pairs and as single
    characters.
    """
    return CHINESE.sub(lambda run: f" {' '.join([*_pairs(run[0]), *run[0]])} ", text)


def words_asked(text: str) -> str:
    """The text for a query of the configuration 'simple': Chinese as pairs, a lone character as
    itself.
    """
    return CHINESE.sub(lambda run: f" {' '.join(_pairs(run[0]) or run[0])} ", text)


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]
