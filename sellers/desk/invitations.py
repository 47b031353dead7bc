"""Invitations on the desk: single, by list, withdrawn, sent again (P17)."""

from csba.staff import Page

PAGES: list[Page] = []
