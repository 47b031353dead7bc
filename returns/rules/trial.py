"""«Try a case»: facts in, outcome and trace out; the same rules as for a real return, and nothing
is stored.
"""

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from csba.errors import Refused
from csba.rulebook import read
from returns.rules import book, clauses
from returns.rules.entitlement import check, entitle, known_category
from returns.rules.facts import Facts
from returns.rules.outcome import Entitlement
from returns.terms import Clauses


def tried(facts: Facts, own: Clauses | None = None) -> Entitlement:
    """What these facts entitle to under the standard of the order's date and, if given, a seller's
    own policy; Refused with a sentence for facts that make no sense.
    """
    check(facts)
    try:
        standard = book.standard(facts.placed_at)
    except read.UnknownRule as too_early:
        raise Refused(
            _("The rulebook knows no policy for orders of %(day)s: it begins later.")
            % {"day": formats.date_format(timezone.localtime(facts.placed_at), "DATE_FORMAT")},
            code="before_the_book",
        ) from too_early
    known_category(facts, standard)
    try:
        return entitle(facts, standard, clauses.read(own) if own is not None else None)
    except OverflowError as beyond:
        raise Refused(
            _("These dates are beyond what a calendar holds. Please check the year."), code="dates"
        ) from beyond
