"""What operations and rules raise when the answer is no; each face turns it into its own answer
once.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest


class DomainError(Exception):
    """Something was asked that cannot be done; `str()` is a translated sentence that says what to
    do.
    """

    code = "refused"

    def __init__(self, sentence: str, *, code: str | None = None) -> None:
        super().__init__(sentence)
        if code is not None:
            self.code = code


class Refused(DomainError):
    """The rules say no."""


class Conflict(DomainError):
    """Someone else was first."""

    code = "conflict"


@contextmanager
def refusals_as_messages(request: HttpRequest) -> Iterator[None]:
    """A refusal raised inside becomes a message on the next page instead of an error page."""
    try:
        yield
    except DomainError as refusal:
        messages.error(request, str(refusal))
