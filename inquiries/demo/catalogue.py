"""The demo's products with the text of their detail pages (data/products.toml)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final

from django.contrib.postgres.search import SearchVector
from django.db.models import TextField, Value

from inquiries.demo.buyers import read
from sellers.models import Product
from sellers.rules.product_search import words_stored

GERMANY: Final = "A1PA6795UKMFR9"
MARKETPLACES: Final = {"DE": GERMANY, "FR": "A13V1IB3VIYZZH"}


@dataclass(frozen=True)
class Article:
    """What an order line copies from a product."""

    asin: str
    seller: str
    sku: str
    title: str
    price: Decimal


@cache
def articles() -> dict[str, Article]:
    """All articles by their ASIN."""
    return {
        row["asin"]: Article(
            row["asin"], row["seller"], row["sku"], row["title"], Decimal(row["price"])
        )
        for row in read("products.toml")["product"]
    }


def load(at: datetime) -> int:
    """Every detail page is there and can be searched; returns how many."""
    rows: list[dict[str, Any]] = read("products.toml")["product"]
    made = Product.objects.bulk_create(
        Product(
            marketplace_id=GERMANY,
            asin=row["asin"],
            title=row["title"],
            brand=row["brand"],
            category=row["category"],
            bullets=row["bullets"],
            description=row["description"],
            attributes=row["attributes"],
            language="de",
            changed_at=at - timedelta(days=120 - number),
        )
        for number, row in enumerate(rows)
    )
    for product in made:
        Product.objects.filter(pk=product.pk).update(
            search_german=_words(product, "german"), search_simple=_words(product, "simple")
        )
    return len(made)


def _words(product: Product, config: str) -> Any:
    """The page as search words: the title counts most, then the bullets, then the rest."""
    facts = " ".join(f"{name} {value}" for name, value in product.attributes.items())
    parts = {
        "A": f"{product.title} {product.brand}",
        "B": " ".join(product.bullets),
        "C": f"{product.description} {facts}",
    }
    if config == "simple":
        parts = {weight: words_stored(text) for weight, text in parts.items()}
    vectors = [
        SearchVector(Value(text, output_field=TextField()), config=config, weight=weight)
        for weight, text in parts.items()
    ]
    return vectors[0] + vectors[1] + vectors[2]
