"""A flush empties the tables that hold rows and no others, and what the migrations have written
comes back table by table.

Django truncates every table and saves the seeds object by object, which takes most of a second for
each test that commits; this way it takes some hundredths.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.backends.postgresql import base, creation, operations

KEPT = "seed"
"""The schema that keeps what the migrations have written."""


class Operations(operations.DatabaseOperations):
    def sql_flush(
        self,
        style: Any,
        tables: Iterable[str],
        *,
        reset_sequences: bool = False,
        allow_cascade: bool = False,
    ) -> list[str]:
        """Only what holds rows is emptied; without its triggers, for some tables refuse to be
        emptied by anybody. Whoever may not switch those off truncates.
        """
        names = [str(self.quote_name(table)) for table in tables]
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if reset_sequences or not names or not cursor.fetchone()[0]:
                truncated: list[str] = super().sql_flush(
                    style, names, reset_sequences=reset_sequences, allow_cascade=allow_cascade
                )
                return truncated
            asked = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names)
            cursor.execute(" UNION ALL ".join(asked))
            filled = [f"DELETE FROM {name}" for (name,) in cursor.fetchall()]
        return ["SET LOCAL session_replication_role = replica", *filled] if filled else []


class Creation(creation.DatabaseCreation):
    def serialize_db_to_string(self) -> str:
        """What is there now is kept in a schema of its own; returns the statements that bring it
        back and leave alone what is there already.
        """
        quoted, back = self.connection.ops.quote_name, []
        with self.connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE")
            cursor.execute(f"CREATE SCHEMA {KEPT}")
            for table in self.connection.introspection.django_table_names(only_existing=True):
                name = quoted(table)
                cursor.execute(f"SELECT EXISTS (SELECT FROM {name})")
                if not cursor.fetchone()[0]:
                    continue
                cursor.execute(f"CREATE TABLE {KEPT}.{name} AS TABLE {name}")
                cursor.execute(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
                    " AND table_schema = current_schema() AND is_generated = 'NEVER'",
                    [table],
                )
                columns = ", ".join(quoted(column) for (column,) in cursor.fetchall())
                back.append(
                    f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {KEPT}.{name}"
                    " ON CONFLICT DO NOTHING"
                )
        return ";".join(back)

    def deserialize_db_from_string(self, data: str) -> None:
        """What was kept is there again."""
        # Together, as keys between the tables are checked at the end.
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            for statement in data.split(";"):
                cursor.execute(statement)


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = Operations
    creation_class = Creation
