"""Limits of the seller portal, from csba/rulebook/seed/portal.toml."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

SEED = Path(__file__).resolve().parent.parent / "seed" / "portal.toml"
BEGINNING = datetime(2021, 1, 1, tzinfo=UTC)


def load(apps, schema_editor):
    Rule = apps.get_model("rulebook", "Rule")
    rows = tomllib.loads(SEED.read_text(encoding="utf-8"))["rule"]
    Rule.objects.bulk_create(
        Rule(
            key=row["key"],
            value=row["value"],
            valid_from=row.get("valid_from", BEGINNING),
            valid_to=row.get("valid_to"),
            why=row["why"],
            source=row["source"],
        )
        for row in rows
    )


def unload(apps, schema_editor):
    keys = [row["key"] for row in tomllib.loads(SEED.read_text(encoding="utf-8"))["rule"]]
    apps.get_model("rulebook", "Rule").objects.filter(key__in=keys).delete()


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0002_deadlines")]
    operations = [migrations.RunPython(load, unload)]
