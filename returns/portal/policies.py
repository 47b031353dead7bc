"""The seller's own return policy."""

from csba.staff import Page

PAGES: list[Page] = []
