"""The order of a run: for each size a fresh database, then the named groups."""

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- Django stands by now
from django.db import connection  # noqa: E402

from tests.bench import (  # noqa: E402
    claims,
    comparison,
    counts,
    data,
    entitlement,
    intake,
    mail,
    memory,
    pages,
    plans,
    sweeps,
)
from tests.bench.report import progress, say, seconds  # noqa: E402

GROUP = {
    "counts": counts.measure,
    "intake": intake.measure,
    "pages": pages.measure,
    "claims": claims.measure,
    "sweeps": sweeps.measure,
    "memory": memory.measure,
    "plans": plans.measure,
    "entitlement": entitlement.measure,
    "comparison": comparison.measure,
    "mail": mail.measure,
}


def run(sizes: list[int], groups: list[str]) -> None:
    """Every group at every size; what grows between the sizes is compared at the end."""
    seen: dict[int, dict[str, float]] = {}
    for size in sizes:
        progress(f"filling {size:,} inquiries")
        _fresh()
        took = seconds(data.fill, size)
        say("data", size=size, seconds=took)
        seen[size] = {}
        for name in GROUP:
            if name in groups:
                progress(f"{name} at {size:,}")
                seen[size] |= GROUP[name](size) or {}
    if len(sizes) > 1:
        _growth(seen, sizes[0], sizes[-1])


def _fresh() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    call_command("migrate", verbosity=0)
    call_command("sync_roles", verbosity=0, stdout=open("/dev/null", "w"))  # noqa: SIM115 -- for a moment


def _growth(seen: dict[int, dict[str, float]], small: int, large: int) -> None:
    for name, before in seen[small].items():
        after = seen[large].get(name)
        if after is not None and before > 0:
            ratio = after / before
            say(
                f"growth.{name}",
                small=before,
                large=after,
                sizes=[small, large],
                ratio=ratio,
                goal=1.25,
                reached="goal" if ratio <= 1.25 else "missed",
            )
