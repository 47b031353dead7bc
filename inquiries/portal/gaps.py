"""Product pages: what they could not answer, with the wording buyers used (P24)."""

from csba.staff import Page

PAGES: list[Page] = []
