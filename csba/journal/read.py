"""Reading the journal of one object."""

from django.db import models

from csba.journal.models import Line


def of(subject: models.Model) -> models.QuerySet[Line]:
    """All that happened to `subject`, oldest first, with who did it."""
    return (
        Line.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
        .select_related("user")
        .order_by("id")
    )
