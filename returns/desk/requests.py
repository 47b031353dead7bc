"""Returns: list, one return, decisions."""

from csba.staff import Page

PAGES: list[Page] = []
