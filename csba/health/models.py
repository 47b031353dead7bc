"""Heartbeats: when each sweep last ran, what it did, what it could not do."""

from datetime import datetime

from django.db import models


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def beat(self, name: str, *, at: datetime, count: int = 0, failed: int = 0) -> None:
        """Sweep `name` is known to have run at `at`; one statement."""
        self.bulk_create(
            [self.model(name=name, at=at, count=count, failed=failed)],
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=["at", "count", "failed"],
        )


class Heartbeat(models.Model):
    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"
