"""The engines of a machine that has none: PostgreSQL and Valkey from wheels, run by us.

Used by bin/run (data is kept, writes are durable) and by the tests (data is thrown away, no fsync).
Both listen on loopback only and ask for a password that lies in a file of its owner's.
"""

from pathlib import Path
from types import TracebackType
from typing import Self

from csba.embedded.home import Home
from csba.embedded.postgres import Postgres
from csba.embedded.process import CannotRun
from csba.embedded.valkey import Valkey

__all__ = ["CannotRun", "Engines", "Home"]


class Engines:
    """The engines that are wanted, started together; usable as a context manager."""

    def __init__(
        self,
        home: Home,
        *,
        durable: bool = True,
        database: bool = True,
        broker: bool = True,
        pg_bin: Path | None = None,
        redis_bin: Path | None = None,
    ) -> None:
        self.postgres = Postgres(home, durable=durable, bin_dir=pg_bin) if database else None
        self.valkey = Valkey(home, durable=durable, binary=redis_bin) if broker else None

    @property
    def running(self) -> list[Postgres | Valkey]:
        """The engines in the order in which they are stopped."""
        return [engine for engine in (self.valkey, self.postgres) if engine]

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which the product finds these engines."""
        found = {}
        if self.postgres:
            found["DATABASE_URL"] = self.postgres.url
        if self.valkey:
            found["REDIS_URL"] = self.valkey.url
        return found

    def start(self) -> Self:
        """All wanted engines answer; if one cannot, none is left running."""
        try:
            # Begun one after the other from this thread, waited for together: a process that is
            # tied to its parent dies with the *thread* that started it, so no thread pool here.
            for engine in self.running:
                engine.begin()
            for engine in self.running:
                engine.wait()
        except BaseException:
            self.stop()
            raise
        return self

    def dead(self) -> str | None:
        """The name of an engine that has ended by itself, if one has."""
        for engine in self.running:
            if engine.process is not None and engine.process.poll() is not None:
                return engine.name
        return None

    def stop(self) -> None:
        """No engine runs any more; the broker goes first, the database last."""
        for engine in self.running:
            engine.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
