from typing import Any

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now


def begin_now(apps: Any, schema_editor: Any) -> None:
    """Who has digests and had none yet is told what comes from now on."""
    choices = apps.get_model("sellers", "DigestChoice").objects
    choices.exclude(rhythm="OFF").update(told_until=Coalesce(F("told_until"), Now()))
    choices.filter(rhythm="OFF").update(told_until=None)


class Migration(migrations.Migration):

    dependencies = [("sellers", "0005_terms_requests")]

    operations = [
        migrations.RemoveConstraint(model_name="digestchoice", name="digest_due_unless_off"),
        migrations.RenameField("digestchoice", "last_sent_at", "told_until"),
        migrations.AlterField(
            model_name="digestchoice",
            name="told_until",
            field=models.DateTimeField(
                blank=True, help_text="What came later is news for the next digest.", null=True
            ),
        ),
        migrations.RunPython(begin_now, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="digestchoice",
            constraint=models.CheckConstraint(
                condition=Q(rhythm="OFF", next_due_at__isnull=True, told_until__isnull=True)
                | (~Q(rhythm="OFF") & Q(next_due_at__isnull=False, told_until__isnull=False)),
                name="digest_due_unless_off",
            ),
        ),
    ]
