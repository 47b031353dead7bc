"""manage.py sync_roles: the groups hold the permissions of csba.accounts.roles."""

from typing import Any

from django.core.management.base import BaseCommand

from csba.accounts import roles


class Command(BaseCommand):
    help = "Writes the roles of the desk into groups; run it after every migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        for role, count in roles.sync().items():
            self.stdout.write(f"{role}: {count} permissions")
