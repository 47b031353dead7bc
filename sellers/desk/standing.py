"""Accounts on the desk: what the marketplace tells about them, by file and by hand (P9)."""

from csba.staff import Page

PAGES: list[Page] = []
