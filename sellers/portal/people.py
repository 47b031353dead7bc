"""Who may act for the seller: owners invite, change and remove (P23)."""

from csba.staff import Page

PAGES: list[Page] = []
