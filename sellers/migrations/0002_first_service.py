"""The first service with its free trial, and the first version of what is agreed to (P1, P8)."""

from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

SEED = Path(__file__).resolve().parent.parent / "seed" / "terms"
LANGUAGES = ("de", "zh-hans", "en")
DOCUMENTS = {"CONDITIONS": "conditions", "DATA_PROCESSING": "data_processing"}
# The first rows hold from the beginning, as those of the rulebook do.
BEGINNING = datetime(2021, 1, 1, tzinfo=UTC)
VERSION = "2026-08"


def load(apps, schema_editor):
    service = apps.get_model("sellers", "Service").objects.create(
        code="csba", name="Customer Service by Amazon", by_invitation=True
    )
    apps.get_model("sellers", "Plan").objects.create(
        service=service, code="trial", name="Free trial", trial=True, valid_from=BEGINNING
    )
    apps.get_model("sellers", "Terms").objects.bulk_create(
        apps.get_model("sellers", "Terms")(
            service=service,
            kind=kind,
            version=VERSION,
            valid_from=BEGINNING,
            bodies={
                language: (SEED / f"{name}.{language}.md").read_text(encoding="utf-8").strip()
                for language in LANGUAGES
            },
        )
        for kind, name in DOCUMENTS.items()
    )


def unload(apps, schema_editor):
    apps.get_model("sellers", "Terms").objects.filter(
        service__code="csba", version=VERSION
    ).delete()
    apps.get_model("sellers", "Plan").objects.filter(service__code="csba", code="trial").delete()
    apps.get_model("sellers", "Service").objects.filter(code="csba").delete()


class Migration(migrations.Migration):
    dependencies = [("sellers", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
