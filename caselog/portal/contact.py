"""Contact Us: a support case with Selling Partner Support (P25)."""

from csba.staff import Page

PAGES: list[Page] = []
