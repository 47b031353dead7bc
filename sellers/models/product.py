"""What a product's detail page says; questions are answered from here first (P24)."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """The page of one ASIN on one marketplace. The search columns are written with the text, by
    the feed.
    """

    marketplace_id = models.CharField(max_length=20)
    asin = models.CharField(max_length=20)
    title = models.CharField(max_length=500)
    brand = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=60, blank=True)
    bullets = models.JSONField(default=list, blank=True)
    description = models.TextField(blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    image = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, default="de")
    changed_at = models.DateTimeField()
    search_german = SearchVectorField(null=True, editable=False)
    search_simple = SearchVectorField(null=True, editable=False)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes = [
            GinIndex(fields=["search_german"], name="product_search_german"),
            GinIndex(fields=["search_simple"], name="product_search_simple"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["marketplace_id", "asin"], name="product_once")
        ]

    def __str__(self) -> str:
        return self.title
