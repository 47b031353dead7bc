"""An index for the threads that belong to no inquiry: among a million cases they are few."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("caselog", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX case_thread_open_on_the_desk ON caselog_case (last_entry_at, id)"
            " WHERE status = 'OPEN' AND kind <> 'INQUIRY'",
            "DROP INDEX case_thread_open_on_the_desk",
        )
    ]
