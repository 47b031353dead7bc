"""How fast opting in becomes active, measured (P18)."""

from csba.staff import Page

PAGES: list[Page] = []
