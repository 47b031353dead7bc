"""Terms on the desk: versions, who has agreed, a new version with its date (P8, rulings 15)."""

from csba.staff import Page

PAGES: list[Page] = []
