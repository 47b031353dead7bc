"""The story of bin/run: engines, database, processes; then watch; then stop in order."""

import argparse
import os
import signal
import sys
import threading
import time
from types import FrameType

from csba import environment
from csba.demo_logins import DEMO_LOGINS
from csba.embedded import CannotRun, Engines, Home
from csba.embedded.home import CHECKOUT
from csba.up import state, surroundings
from csba.up.children import TRIES, Child, Ready, answers_http, end_all, greets_smtp, says
from csba.up.guardian import Guardian
from csba.up.words import Tail, complain, ready, say, step

PATIENCE = 120.0  # for the children to be ready; a slow machine is no failure
STOPPING = 3.4  # uvicorn gives open streams 3 s


class Stopped(Exception):
    """The person at the terminal wishes the end."""


class Supervisor:
    """Owns every process of the system on this machine."""

    def __init__(self, *, demo: bool, verbose: bool, port: int) -> None:
        self.demo = demo
        self.wanted_port = port
        self.home = Home()
        self.home.lock()
        self.logs = self.home.folder("log")
        self.tail = Tail(self.logs) if verbose else None
        self.wish = threading.Event()
        self.began = time.monotonic()
        self.children: list[Child] = []
        self.engines = Engines(
            self.home,
            database="DATABASE_URL" not in os.environ,
            broker="REDIS_URL" not in os.environ,
        )

    def run(self) -> None:
        """The whole life of the system, until the end is wished for."""
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._stop_wished)
        self.guardian = Guardian()
        try:
            say(f"CSBA starts, with its data in {self.home.path}")
            self.around = surroundings.choose(
                self.home, demo=self.demo, wanted_port=self.wanted_port
            )
            surroundings.must_answer()
            self._start_engines()
            self._start_sink()
            self._prepare()
            self._start_children()
            self._watch()
        except Stopped:
            pass
        finally:
            self._stop()

    def _stop_wished(self, number: int, frame: FrameType | None) -> None:
        self.wish.set()

    def _pause(self, seconds: float) -> None:
        """Let time pass; raises Stopped as soon as the end is wished for."""
        if self.tail:
            self.tail.show()
        if self.wish.wait(seconds):
            raise Stopped

    def _start_engines(self) -> None:
        begun = time.monotonic()
        self.engines.start()
        for engine in reversed(self.engines.running):
            if engine.process:
                self.guardian.guard(engine.process.pid)
            name = f"{engine.name} {engine.version}"
            step(name, f"127.0.0.1:{engine.port}", time.monotonic() - begun)
        self.around.env |= self.engines.environment
        surroundings.leave(self.home, self.around.env)

    def _child(self, name: str, arguments: str, is_ready: Ready, *more: str, **env: str) -> Child:
        command = [sys.executable, *arguments.split(), *more]
        log = self.logs / f"{name}.log"
        child = Child(name, command, {**self.around.env, **env}, log, is_ready)
        child.start(self.guardian)
        self.children.append(child)
        return child

    def _start_sink(self) -> None:
        here = self.around
        if here.own_sink:
            ports = f"--smtp-port {here.sink_smtp_port} --http-port {here.sink_port}"
            folder = str(self.home.folder("mail"))
            is_ready = answers_http(here.sink_port, "/")
            self._child("sink", f"-m csba.sink {ports} --folder", is_ready, folder)

    def _prepare(self) -> None:
        """The database fits the source; skipped when neither has changed since the last time."""
        begun = time.monotonic()
        own = self.engines.postgres
        if own and not own.fresh and state.prepared(self.home) == state.stamp(self.demo):
            return
        state.forget(self.home)
        if own and own.fresh:
            say("  the database is set up, which takes a moment the first time")
        bare = "" if self.demo else " --no-demo"
        child = self._child(
            "prepare", f"manage.py prepare{bare}", says("prepared"), CSBA_PROCESS="command"
        )
        while not child.dead:
            self._pause(0.05)
        failed = child.exit_code
        words = child.bury(self.guardian)
        self.children.remove(child)
        if failed:
            raise CannotRun(words)
        if own:
            state.remember(self.home, state.stamp(self.demo))
        step("Database", "prepared", time.monotonic() - begun)

    def _start_children(self) -> None:
        begun = time.monotonic()
        here = self.around
        self._child(
            "web",
            f"-m uvicorn csba.asgi:application --port {here.web_port} --lifespan off "
            # An access log would hold signed links; without the timeout an open stream never ends.
            "--no-access-log --timeout-graceful-shutdown 3",
            answers_http(here.web_port, "/healthz"),
            CSBA_PROCESS="live",
        )
        self._child(
            "worker",
            # Threads need half the memory; mingle and gossip would look for other workers.
            "-m celery -A csba worker -B -P threads -c 4 -l INFO --without-mingle --without-gossip",
            says(" ready."),
            CSBA_PROCESS="worker",
            C_FORCE_ROOT="1",
        )
        self._child(
            "listener", "manage.py listen_mail", greets_smtp(here.smtp_port), CSBA_PROCESS="worker"
        )
        waiting = list(self.children)
        while waiting:
            self._pause(0.05)
            for child in waiting:
                if child.dead:
                    raise CannotRun(child.bury(self.guardian))
                if time.monotonic() - begun > PATIENCE:
                    raise CannotRun(f"{child.name} does not get ready; its log is {child.log}.")
            waiting = [child for child in waiting if not child.ready]
        names = ", ".join(child.name for child in self.children)
        step("Processes", names, time.monotonic() - begun)
        self.home.write_note(url=here.url)
        ready(
            here.url,
            seconds=time.monotonic() - self.began,
            sink=here.env.get("CSBA_SINK_URL") or f"relayed to {here.env['EMAIL_HOST']}",
            smtp_port=here.smtp_port,
            places=sorted({self.home.path, self.home.place}),
            logins=DEMO_LOGINS if self.demo else [],
        )

    def _watch(self) -> None:
        """Who dies is started again, a few times; without an engine nothing can go on."""
        while True:
            self._pause(0.25)
            engine = self.engines.dead()
            if engine:
                raise CannotRun(
                    f"{engine} has ended, and nothing works without it: see {self.logs}."
                )
            for child in self.children:
                if child.dead:
                    complain(child.bury(self.guardian))
                    if child.tries > TRIES:
                        raise CannotRun(f"{child.name} does not stay up after {TRIES} new starts.")
                elif child.process is None and time.monotonic() >= child.again_at:
                    say(f"  {child.name} is started again")
                    child.start(self.guardian)

    def _stop(self) -> None:
        """Web, worker and listener end first, then the mail sink, the broker, the database."""
        begun = time.monotonic()
        surroundings.take_back(self.home)
        sink = [child for child in self.children if child.name == "sink"]
        end_all([child for child in self.children if child not in sink], self.guardian, STOPPING)
        end_all(sink, self.guardian, 0.5)
        self.engines.stop()
        if self.tail:
            self.tail.show()
        self.guardian.dismiss()
        self.home.unlock()
        say(f"\nCSBA has stopped ({time.monotonic() - begun:.1f} s).")


def main() -> int:
    """Run until the end is wished for; whatever prevents it is said in one sentence."""
    parser = argparse.ArgumentParser(prog="bin/run", description="Runs CSBA on this machine.")
    parser.add_argument("--no-demo", action="store_true", help="no demo data, production rules")
    parser.add_argument("--verbose", action="store_true", help="show the logs of all processes")
    wanted = environment.port("CSBA_WEB_PORT", surroundings.WEB)
    parser.add_argument("--port", type=int, default=wanted, help="where the pages are served")
    options = parser.parse_args()
    os.chdir(CHECKOUT)
    try:
        Supervisor(demo=not options.no_demo, verbose=options.verbose, port=options.port).run()
    except CannotRun as sentence:
        complain(str(sentence))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
