"""The question templates that come with the product, from caselog/seed/templates.toml (P23)."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import migrations
from django.utils import timezone

SEED = Path(__file__).resolve().parent.parent / "seed" / "templates.toml"
LANGUAGES = ("de", "zh-hans", "en")


def _said(words: list[str]) -> dict[str, str]:
    return dict(zip(LANGUAGES, words, strict=True))


def _field(row: dict[str, Any]) -> dict[str, Any]:
    field = {"key": row["key"], "kind": row["kind"], "required": row.get("required", False)}
    field["label"] = _said(row["label"])
    if "help" in row:
        field["help"] = _said(row["help"])
    if "currency" in row:
        field["currency"] = row["currency"]
    if "choices" in row:
        field["choices"] = [
            {"value": choice["value"], "label": _said(choice["label"])} for choice in row["choices"]
        ]
    return field


def load(apps: Any, schema_editor: Any) -> None:
    template = apps.get_model("caselog", "QuestionTemplate")
    rows = tomllib.loads(SEED.read_text(encoding="utf-8"))["template"]
    known = set(template.objects.values_list("code", flat=True))
    at = timezone.now()
    template.objects.bulk_create(
        template(
            code=row["code"],
            version=1,
            topic=row["topic"],
            names=_said(row["name"]),
            bodies=_said(row["body"]),
            fields=[_field(field) for field in row["field"]],
            order_facts=row["facts"],
            active=True,
            created_at=at,
            why="Comes with the product.",
        )
        for row in rows
        if row["code"] not in known
    )


def unload(apps: Any, schema_editor: Any) -> None:
    codes = [row["code"] for row in tomllib.loads(SEED.read_text(encoding="utf-8"))["template"]]
    template = apps.get_model("caselog", "QuestionTemplate")
    template.objects.filter(code__in=codes, version=1, created_by=None).delete()


class Migration(migrations.Migration):
    dependencies = [("caselog", "0004_draft_files")]
    operations = [migrations.RunPython(load, unload)]
