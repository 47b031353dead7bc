"""The review of sellers' policies."""

from csba.staff import Page

PAGES: list[Page] = []
