"""Try a case."""

from csba.staff import Page

PAGES: list[Page] = []
