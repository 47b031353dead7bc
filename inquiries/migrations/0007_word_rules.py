"""The first word rules, from inquiries/rules/words/*.toml."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

SEED = Path(__file__).resolve().parent.parent / "rules" / "words"
BEGINNING = datetime(2021, 1, 1, tzinfo=UTC)


def load(apps, schema_editor):
    WordRule = apps.get_model("inquiries", "WordRule")
    rows = []
    for language in ("de", "en", "zh-hans"):
        data = tomllib.loads((SEED / f"{language}.toml").read_text(encoding="utf-8"))
        for position, (means, phrases) in enumerate(data["signals"].items()):
            code = f"signal-{means.lower()}"
            rows.append((code, language, "SIGNAL", means, position, phrases))
        stood = {}
        for position, one in enumerate(data["topic"]):
            means = one["is"]
            stood[means] = stood.get(means, 0) + 1
            code = means.lower() if stood[means] == 1 else f"{means.lower()}-{stood[means]}"
            rows.append((code, language, "TOPIC", means, position * 10, one["words"]))
    WordRule.objects.bulk_create(
        WordRule(
            code=code,
            language=language,
            kind=kind,
            means=means,
            position=position,
            phrases=list(phrases),
            valid_from=BEGINNING,
            why="The product's own lists.",
        )
        for code, language, kind, means, position, phrases in rows
    )


def unload(apps, schema_editor):
    apps.get_model("inquiries", "WordRule").objects.filter(valid_from=BEGINNING).delete()


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0006_mail_as_it_is")]
    operations = [migrations.RunPython(load, unload)]
