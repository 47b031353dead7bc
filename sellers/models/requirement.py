"""A fact that opting in needs, recorded by whichever storey knows it (rulings 19)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sellers.models.seller import Seller


class Requirement(models.Model):
    """Whether `seller` meets `key`, as of when, and if not, why."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="requirements")
    key = models.SlugField(max_length=40)
    met = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    as_of = models.DateTimeField()

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [
            models.UniqueConstraint(fields=["seller", "key"], name="requirement_once_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.seller}: {self.key} {'✓' if self.met else '✗'}"
