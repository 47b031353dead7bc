"""Question templates on the desk (P23)."""

from csba.staff import Page

PAGES: list[Page] = []
