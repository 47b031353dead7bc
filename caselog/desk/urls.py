"""The addresses of this app's pages on the desk, below /desk/."""

from collections.abc import Callable

from django.urls import URLPattern, path

from caselog.desk import templates
from csba.staff import View


def patterns(guarded: Callable[[View], View]) -> list[URLPattern]:
    """All pages; `guarded` lets staff in and nobody else."""
    return [path(route, guarded(view), name=name) for route, view, name in templates.PAGES]
