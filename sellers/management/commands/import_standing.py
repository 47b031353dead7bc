"""manage.py import_standing: takes in what the marketplace tells about accounts (P9).

    manage.py import_standing [--dry-run] FILE...

CSV, tab-separated or one JSON object a line: merchant_id, professional, standing, as_of. Bad rows
are listed and stop nothing, but the exit code is 1: an account may be fit that is not.
"""

from datetime import datetime
from typing import Any, BinaryIO

from django.core.management.base import CommandError

from sellers.feeds import account_status as feed
from sellers.management.feed_command import AfterBatch, FeedCommand
from sellers.operations import standing
from sellers.operations.batches import Report


class Command(FeedCommand):
    """News older than what is known is counted and changes nothing."""

    help = "Takes in the status of accounts (CSV, tab-separated or JSON lines)."
    what = "accounts"
    bad = 0

    def handle(self, *args: Any, **options: Any) -> None:
        """As every feed, and bad rows count in the exit code."""
        self.bad = 0
        super().handle(*args, **options)
        if self.bad:
            raise CommandError(f"{self.bad} rows could not be taken in; they are listed above.")

    def take_in(
        self, file: BinaryIO, file_date: datetime, after_batch: AfterBatch, options: dict[str, Any]
    ) -> tuple[str, Report]:
        """The accounts of one file; each row carries its own moment."""
        report = standing.take_in(feed.read(file), dry_run=options["dry_run"])
        after_batch(report)
        self.bad += report.bad
        return "accounts", report
