"""manage.py demo: a small, believable marketplace for a first look, told up to this minute."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from inquiries.demo import load
from inquiries.models import Inquiry
from sellers.models import Order, Seller


class Command(BaseCommand):
    """Loads once: a second run changes nothing. Nothing here deletes."""

    help = (
        "Loads the demo into an empty database, once: 12 sellers, 400 orders, some 160 inquiries "
        "over the last 30 days. Only with CSBA_DEMO=1: its logins are public."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """--again freshens a demo that has grown old."""
        parser.add_argument(
            "--again",
            action="store_true",
            help="beside a demo that has grown old: another month of orders and inquiries",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Says what was loaded, or why nothing was."""
        if not settings.DEMO:
            raise CommandError(_not_here())
        there = load.is_there()
        if options["again"] and not there:
            raise CommandError("There is no demo yet to add to: run it without --again first.")
        if there and not options["again"]:
            self.stdout.write("The demo is already there; nothing was changed.")
            return
        if not there and Seller.objects.exists():
            self.stdout.write(
                "This database holds sellers of its own, so the demo was not loaded and nothing "
                "was changed. It is loaded into an empty database only."
            )
            return
        begun = time.monotonic()
        at = timezone.now()
        found = load.again(at) if options["again"] else load.load(at)
        states = ", ".join(f"{count} {state}" for state, count in found.inquiries.most_common())
        self.stdout.write(
            f"Demo loaded in {time.monotonic() - begun:.1f} s: {found.sellers} sellers, "
            f"{found.products} products, {found.orders} orders, "
            f"{found.inquiries.total()} inquiries ({states})."
        )


def _not_here() -> str:
    """Why the demo is refused where CSBA_DEMO is off."""
    rows = Seller.objects.count(), Order.objects.count(), Inquiry.objects.count()
    if any(rows):
        return (
            "The demo is refused: CSBA_DEMO is off and this database already holds "
            "{} sellers, {} orders and {} inquiries. Nothing was changed.".format(*rows)
        )
    return (
        "The demo is refused: CSBA_DEMO is off, and the demo's logins have a password that "
        "everybody knows. Set CSBA_DEMO=1 for a try-out; elsewhere run prepare with --no-demo."
    )
