"""Refunds to approve, claims to decide."""

from csba.staff import Page

PAGES: list[Page] = []
