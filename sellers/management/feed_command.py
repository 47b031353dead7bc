"""What the commands share that take in files: one after the other, with a progress bar on a
terminal, a line for each file and one for each bad row.

The same file again changes nothing, so an import that was interrupted is simply repeated. The exit
code is 1 if a file could not be read at all; bad rows are listed and stop nothing.
"""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, no_translations
from tqdm import tqdm

from csba.errors import Refused
from sellers.feeds.facts import NotReadable
from sellers.operations.batches import Report

AfterBatch = Callable[[Report], None]


class FeedCommand(BaseCommand):
    """Takes in files; what they hold is the business of `take_in`."""

    what = ""
    """What such a file holds, in the plural."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, and whether to keep anything."""
        parser.add_argument("files", nargs="+", metavar="FILE", help="also packed by gzip")
        parser.add_argument("--dry-run", action="store_true", help="report, and keep nothing")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        """Each file is told about; one that cannot be read stops no other."""
        failed = 0
        for name in options["files"]:
            try:
                self._file(Path(name), options)
            except (NotReadable, Refused, OSError) as problem:
                self.stderr.write(f"{name}: {self.reason(problem)}")
                failed += 1
            except KeyboardInterrupt:
                words = f"{name}: interrupted. What was taken in stays; repeat the command."
                raise CommandError(words, returncode=130) from None
        if failed:
            raise CommandError(f"{failed} of {len(options['files'])} files could not be read.")

    def take_in(
        self, file: BinaryIO, file_date: datetime, after_batch: AfterBatch, options: dict[str, Any]
    ) -> tuple[str, Report]:
        """What kind of file it is, for people, and what became of its rows."""
        raise NotImplementedError

    def reason(self, problem: Exception) -> str:
        """Why a file could not be read."""
        return getattr(problem, "strerror", None) or str(problem)

    def _file(self, path: Path, options: dict[str, Any]) -> None:
        facts = path.stat()
        date = datetime.fromtimestamp(facts.st_mtime, UTC)
        with (
            path.open("rb") as file,
            tqdm(total=facts.st_size, unit="B", unit_scale=True, disable=None, leave=False) as bar,
        ):

            def after_batch(report: Report) -> None:
                bar.update(file.tell() - bar.n)
                if options["verbosity"] > 1:
                    self.stdout.write(f"{path}: {report.taken} {self.what} so far")
                    self.stdout.flush()

            kind, report = self.take_in(file, date, after_batch, options)
        self._tell(f"{path}: {kind}: " if kind else f"{path}: ", report, options)

    def _tell(self, begin: str, report: Report, options: dict[str, Any]) -> None:
        if not (report.taken or report.bad or report.skipped):
            self.stdout.write(f"{begin}no {self.what} in it, nothing to take in.")
            return
        if report.taken or report.bad:
            counts = {
                "new": report.new,
                "updated": report.updated,
                "unchanged": report.unchanged,
                "older": report.older,
                "bad": report.bad,
            }
            note = " (dry run: nothing was kept)" if options["dry_run"] else ""
            words = ", ".join(f"{count} {name}" for name, count in counts.items())
            self.stdout.write(f"{begin}{words}{note}")
        for problem in report.problems:
            named = f"{problem.number}: " if problem.number else ""
            self.stdout.write(f"  line {problem.line}: {named}{problem.reason}")
        if report.bad > len(report.problems):
            self.stdout.write(f"  and {report.bad - len(report.problems)} bad rows more")
        for skipped in report.skips:
            self.stdout.write(f"{begin}line {skipped.line}: skipped: {skipped.reason}")
