"""What a seller can sign up for, and on which plan."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Service(models.Model):
    """A service is a row; Customer Service by Amazon is the first."""

    CSBA = "csba"

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    by_invitation = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")

    def __str__(self) -> str:
        return self.name


class Plan(models.Model):
    """What a service costs; the fee's numbers are data of the plan."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="plans")
    code = models.SlugField()
    name = models.CharField(max_length=80)
    trial = models.BooleanField(default=False)
    fees = models.JSONField(default=dict, blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="plan_code_once_per_service")
        ]

    def __str__(self) -> str:
        return f"{self.service} · {self.name}"
