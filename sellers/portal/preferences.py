"""Which letters a person wants besides those that nobody can switch off."""

from csba.staff import Page

PAGES: list[Page] = []
