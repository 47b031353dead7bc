"""The addresses of this app's pages on the desk, below /desk/."""

from collections.abc import Callable

from django.urls import URLPattern, path

from csba.staff import View
from returns.desk import changes, money, policies, requests, trial


def patterns(guarded: Callable[[View], View]) -> list[URLPattern]:
    """All pages; `guarded` lets staff in and nobody else."""
    pages = [*policies.PAGES, *requests.PAGES, *money.PAGES, *changes.PAGES, *trial.PAGES]
    return [path(route, guarded(view), name=name) for route, view, name in pages]
