"""One kept file."""

from django.db import models
from django.utils.translation import gettext_lazy as _


def place(stored: "StoredFile", name: str) -> str:
    """Two levels of folders, then the content's hash: no stranger's file name reaches the disk."""
    return f"{stored.sha256[:2]}/{stored.sha256[2:4]}/{stored.sha256}"


class StoredFile(models.Model):
    """Bytes with the name and type under which a person gets them back. Whoever points at it says
    who may read it.
    """

    sha256 = models.CharField(max_length=64)
    name = models.CharField(_("file name"), max_length=160)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    content = models.FileField(upload_to=place, max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.name
