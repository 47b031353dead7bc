"""Asking for a return, behind a signed link."""

from csba.staff import Page

PAGES: list[Page] = []
