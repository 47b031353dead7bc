"""manage.py import_orders: takes in order files of the marketplace, whatever their format.

manage.py import_orders [--seller MERCHANT_ID] [--dry-run] FILE...
"""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import CommandError

from csba.errors import Refused
from sellers.feeds import orders as feed
from sellers.management.feed_command import AfterBatch, FeedCommand
from sellers.models import Seller
from sellers.operations import orders
from sellers.operations.batches import Report


class Command(FeedCommand):
    """What a file is, is found out from its content."""

    help = "Takes in order files: Orders API v0 and 2026-01-01 (JSON, NDJSON), order reports (TSV)."
    what = "orders"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose orders these are, where files do not say."""
        super().add_arguments(parser)
        parser.add_argument(
            "--seller",
            default="",
            metavar="MERCHANT_ID",
            help="whose orders these are, where the file does not say",
        )
        parser.add_argument(
            "--marketplace",
            default="A1PA6795UKMFR9",
            metavar="ID",
            help="where orders were placed that name no marketplace (amazon.de unless told)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Finds the seller, then takes in one file after the other."""
        options["owner"] = self._seller(options["seller"])
        super().handle(*args, **options)

    def take_in(
        self, file: BinaryIO, file_date: datetime, after_batch: AfterBatch, options: dict[str, Any]
    ) -> tuple[str, Report]:
        """The orders of one file."""
        found = feed.read(file, ZoneInfo(settings.CSBA_MARKETPLACE_ZONE))
        report = orders.take_in(
            found.rows,
            source=found.format,
            seller=options["owner"],
            file_date=file_date,
            marketplace_id=options["marketplace"],
            dry_run=options["dry_run"],
            after_batch=after_batch,
        )
        return feed.NAMES.get(found.format, ""), report

    def reason(self, problem: Exception) -> str:
        """Says how to name the seller, if that is what is missing."""
        more = isinstance(problem, Refused) and problem.code == "seller_missing"
        return super().reason(problem) + (" Use --seller MERCHANT_ID." if more else "")

    def _seller(self, merchant_id: str) -> Seller | None:
        if not merchant_id:
            return None
        seller = Seller.objects.filter(merchant_id=merchant_id).first()
        if seller is None:
            raise CommandError(f"No seller has the merchant id {merchant_id}.")
        return seller
