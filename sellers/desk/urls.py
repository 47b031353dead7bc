"""The addresses of this app's pages on the desk, below /desk/."""

from collections.abc import Callable

from django.urls import URLPattern, path

from csba.staff import View
from sellers.desk import activation, interest, invitations, standing, terms


def patterns(guarded: Callable[[View], View]) -> list[URLPattern]:
    """All pages; `guarded` lets staff in and nobody else."""
    pages = [
        *invitations.PAGES,
        *interest.PAGES,
        *standing.PAGES,
        *activation.PAGES,
        *terms.PAGES,
    ]
    return [path(route, guarded(view), name=name) for route, view, name in pages]
