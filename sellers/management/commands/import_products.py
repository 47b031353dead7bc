"""manage.py import_products: takes in product pages; questions are answered from them (P24).

    manage.py import_products [--dry-run] FILE...

JSON or one page a line: asin, marketplace, title, brand, category, bullets, description,
attributes, image, language.
"""

from datetime import datetime
from typing import Any, BinaryIO, Final

from sellers.feeds import products as feed
from sellers.management.feed_command import AfterBatch, FeedCommand
from sellers.operations import products
from sellers.operations.batches import Report

SOURCE: Final = "import_products"


class Command(FeedCommand):
    """A page that is known already and reads the same stays untouched."""

    help = "Takes in product pages (JSON, or one page a line)."
    what = "product pages"

    def take_in(
        self, file: BinaryIO, file_date: datetime, after_batch: AfterBatch, options: dict[str, Any]
    ) -> tuple[str, Report]:
        """The pages of one file."""
        report = products.take_in(
            feed.read(file),
            source=SOURCE,
            file_date=file_date,
            dry_run=options["dry_run"],
            after_batch=after_batch,
        )
        return "product pages", report
