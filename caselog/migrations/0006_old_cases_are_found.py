from typing import Any

from django.db import migrations

from caselog.operations._search import with_words


def fill(apps: Any, schema_editor: Any) -> None:
    """Cases from before the search are found by their subjects and by what is written in them."""
    cases = apps.get_model("caselog", "Case").objects
    entries = apps.get_model("caselog", "Entry").objects
    for case in cases.filter(search=None).only("subject").iterator(chunk_size=500):
        said = entries.filter(case=case).order_by("seq").values_list("body", flat=True)
        for body in said or [""]:
            cases.filter(pk=case.pk).update(search=with_words(case.subject, body))


class Migration(migrations.Migration):
    dependencies = [("caselog", "0005_question_templates")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
