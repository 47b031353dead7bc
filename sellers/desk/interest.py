"""The waiting list on the desk: invite with one button, or decline (P17)."""

from csba.staff import Page

PAGES: list[Page] = []
