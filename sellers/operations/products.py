"""Product pages are taken in from the feed, with the columns they are searched by (P24)."""

import json
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.journal import write as journal
from sellers.feeds.facts import ProductFacts, ProductRow, RowProblem
from sellers.models import Product
from sellers.operations._columns import PRODUCT, BadRow, assign, fitting
from sellers.operations._store import upsert
from sellers.operations.batches import Outcome, Report, batches, in_one_commit
from sellers.rules.product_search import words_stored

ONE_AT_A_TIME: Final = 7_201_402_602
"""The advisory lock of this operation."""
LONGEST: Final = 100_000
"""Characters of one text that are searched: a vector has a limit, a page has none."""

Key = tuple[str, str]


def take_in(
    facts: Iterable[ProductRow],
    *,
    source: str,
    file_date: datetime | None = None,
    dry_run: bool = False,
    after_batch: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Every page of `facts` reads as its newest file says and is found by its words (P24).

    `file_date` (now unless told) dates pages without a date of their own; an older page changes
    nothing, nor does the same page again. What a file leaves out stays as it was.
    """
    at = timezone.now()
    shelf = _Shelf(source=source, file_date=file_date or at, at=at)
    report = Report()
    with transaction.atomic() if dry_run else nullcontext():
        for batch in batches(facts, report):
            report.add(in_one_commit(batch, shelf.take_batch))
            after_batch(report)
        if dry_run:
            transaction.set_rollback(True)
    return report


@dataclass
class _Shelf:
    source: str
    file_date: datetime
    at: datetime

    def take_batch(self, batch: list[ProductFacts]) -> Report:
        """The pages of one batch are known, within one transaction."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        report = Report()
        known = _known(batch)
        changed: dict[Key, tuple[Product, set[str]]] = {}
        for facts in batch:
            key = (facts.marketplace_id, facts.asin)
            try:
                outcome, names = self._hear(known, key, facts)
            except BadRow as bad:
                report.refuse(RowProblem(facts.line, str(bad), facts.asin))
                continue
            report.count(outcome)
            if names:
                changed.setdefault(key, (known[key], set()))[1].update(names)
        pages = [page for page, _names in changed.values()]
        upsert(pages, key=("marketplace_id", "asin"), without={"search_german", "search_simple"})
        _make_searchable(pages)
        journal.write_many(
            journal.line(
                page,
                "page_taken_in",
                at=self.at,
                actor=journal.Actor.SYSTEM,
                source=self.source,
                changed=sorted(names),
            )
            for page, names in changed.values()
        )
        return report

    def _hear(
        self, known: dict[Key, Product], key: Key, facts: ProductFacts
    ) -> tuple[Outcome, set[str]]:
        """What became of the page, and the names of what changed."""
        told_at = facts.changed_at or self.file_date
        page = known.get(key)
        if page is not None and told_at < page.changed_at:
            return Outcome.OLDER, set()
        if page is None and facts.title is None:
            raise BadRow(_("A new page needs its title."))
        values = fitting(facts, PRODUCT)
        if facts.bullets is not None:
            values["bullets"] = list(facts.bullets)
        values = {name: value for name, value in values.items() if value is not None}
        if page is None:
            known[key] = Product(**values, changed_at=told_at)
            return Outcome.NEW, set(values)
        names = {name for name, value in values.items() if getattr(page, name) != value}
        if not names:
            return Outcome.UNCHANGED, set()
        assign(page, {**values, "changed_at": told_at}, fills=False)
        return Outcome.UPDATED, names


def _known(batch: list[ProductFacts]) -> dict[Key, Product]:
    asins = [facts.asin for facts in batch]
    places = {facts.marketplace_id for facts in batch}
    pages = Product.objects.filter(Q(asin__in=asins) & Q(marketplace_id__in=places))
    return {
        (page.marketplace_id, page.asin): page
        for page in pages.defer("search_german", "search_simple")
    }


def _make_searchable(pages: list[Product]) -> None:
    """The search columns hold the pages' words: the title counts most, then the bullets."""
    if not pages:
        return
    weighed = "setweight(to_tsvector('{0}', row.title_{0}), 'A')"
    weighed += " || setweight(to_tsvector('{0}', row.points_{0}), 'B')"
    weighed += " || setweight(to_tsvector('{0}', row.rest_{0}), 'C')"
    names = [f"{part}_{config}" for config in ("german", "simple") for part in _PARTS]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sellers_product AS page SET "  # noqa: S608 -- fixed names, values as one parameter
            f"search_german = {weighed.format('german')}, "
            f"search_simple = {weighed.format('simple')} "
            f"FROM json_to_recordset(%s::json) AS row(id bigint, {' text, '.join(names)} text) "
            "WHERE page.id = row.id",
            [json.dumps([_words(page) for page in pages], ensure_ascii=False)],
        )


_PARTS: Final = ("title", "points", "rest")


def _words(page: Product) -> dict[str, Any]:
    texts = {
        "title": page.title,
        "points": "\n".join([page.brand, page.category, *map(str, page.bullets)]),
        "rest": "\n".join(
            [page.description, *(f"{name}: {value}" for name, value in page.attributes.items())]
        ),
    }
    found: dict[str, Any] = {"id": page.pk}
    for part in _PARTS:
        text = texts[part][:LONGEST]
        found[f"{part}_german"] = text
        found[f"{part}_simple"] = words_stored(text)
    return found
