"""An index for the threads that belong to no inquiry: among a million cases they are few."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("caselog", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["last_entry_at", "id"],
                name="case_thread_open_on_the_desk",
                condition=Q(status="OPEN") & ~Q(kind="INQUIRY"),
            ),
        )
    ]
