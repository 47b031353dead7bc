"""The seller's returns."""

from csba.staff import Page

PAGES: list[Page] = []
