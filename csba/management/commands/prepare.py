"""manage.py prepare: all that lies between an empty database and the first request."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

from csba import messages


class Command(BaseCommand):
    """The database, the roles, the compiled messages and the collected files fit the source."""

    help = (
        "Compile messages, migrate, fill the roles, collect static files, load the demo if empty."
    )
    # migrate runs the checks that matter here; the others cost half a second of each start.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--no-demo leaves an empty database empty."""
        parser.add_argument("--no-demo", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Each step may run again at any time."""
        messages.compile_all()
        try:
            connection.ensure_connection()
        except OperationalError as problem:
            raise CommandError(f"DATABASE_URL: the database refuses: {problem}") from problem
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        call_command("sync_roles", verbosity=options["verbosity"])
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise wants it
        if "Manifest" in settings.STORAGES["staticfiles"]["BACKEND"]:
            call_command("collectstatic", interactive=False, verbosity=0)
        if not options["no_demo"]:
            call_command("demo", verbosity=options["verbosity"])
        self.stdout.write("prepared")
