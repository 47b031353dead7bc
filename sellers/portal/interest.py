"""The public form of who would like to be invited (P17)."""

from csba.staff import Page

PAGES: list[Page] = []
