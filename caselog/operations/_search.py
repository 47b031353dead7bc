"""The words by which a case is found: of its subject and of all that is written in it.

Each word stands there as it is and by its German and its English stem; Chinese as pairs of
characters (rulings 29). It is read among one seller's cases only, so no index is needed.
"""

import re
from typing import Final

from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db.models import Case as Either
from django.db.models import Expression, F, Func, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Length
from django.db.models.lookups import GreaterThan

from sellers.rules.product_search import words_stored

_LONGEST: Final = 8_000
"""Characters of one entry that can be found by; a whole book would slow every further entry."""
_FULL: Final = 400_000
"""Characters of the vector as text after which it takes no more: the database stops at a MiB."""
_LONG_WORD: Final = re.compile(r"(\S{60})\S+")


class _Joined(Func):
    """Several vectors as one."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = SearchVectorField()


def with_words(subject: str, text: str) -> Expression:
    """The value of `Case.search` after `text` has been added to a case with this subject."""
    before = Coalesce(F("search"), _vector(subject))
    size = Length(Cast(F("search"), TextField()))
    return Either(
        When(GreaterThan(size, _FULL), then=F("search")),
        default=_Joined(before, _vector(text)),
        output_field=SearchVectorField(),
    )


def _vector(text: str) -> Expression:
    short = text[:_LONGEST].replace("\x00", " ")
    stored = _LONG_WORD.sub(r"\1", words_stored(short))
    plain = _LONG_WORD.sub(r"\1", short)
    return _Joined(
        SearchVector(Value(stored), config="simple"),
        SearchVector(Value(plain), config="german"),
        SearchVector(Value(plain), config="english"),
    )
