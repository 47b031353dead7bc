"""The queue's index holds all that decides whose turn it is, so that a page reads nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0002_desk_queues")]

    operations = [
        migrations.RemoveIndex(model_name="inquiry", name="inquiry_queue"),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                fields=["next_due_at", "id"],
                include=["snoozed_until", "signal", "case", "last_buyer_at"],
                name="inquiry_queue",
                condition=models.Q(status="OPEN", waiting_since__isnull=False),
            ),
        ),
    ]
