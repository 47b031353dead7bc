"""Public numbers such as INQ-9E3779B1: from the row's key, made by the database, never the key
itself.

The factor is odd, so multiplying modulo 2^32 gives every key its own number; it does not run
upwards, so a number tells a stranger nothing about how many there are. It is a name, not a secret:
what must not be guessed carries a signature (csba.addresses).
"""

from typing import Any

from django.db import models
from django.db.models import F, Func


class _Number(Func):
    template = (
        "'%(prefix)s-' || lpad(upper(to_hex((%(expressions)s * 2654435761) %% 4294967296)), 8, '0')"
    )
    arity = 1


def number_field(prefix: str) -> models.GeneratedField:
    """A generated, unique column that holds `prefix`-XXXXXXXX."""
    return models.GeneratedField(
        expression=_Number(F("id"), prefix=prefix, output_field=models.CharField(max_length=20)),
        output_field=models.CharField(max_length=20),
        db_persist=True,
        unique=True,
        editable=False,
    )


def tidy(text: Any) -> str:
    """A number as a person may have typed it, in the form the database holds."""
    return str(text).strip().lstrip("#").lstrip().upper()
