"""The queue page and the inquiry page through gunicorn, beside a bare view of fifty rows."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test import Client

from inquiries.desk.queue import write_place
from inquiries.models import Inquiry
from tests.bench.claims import agent
from tests.bench.report import compare, median, p95, say

ROUNDS = 3
REQUESTS = 160
CLIENTS = 4


def measure(size: int) -> dict[str, float]:
    """Requests a second and p95 at four clients, in turn with the floor; the growth figures at one
    client.
    """
    cookie = _cookie()
    waiting = Inquiry.objects.waiting().due_first()
    first, deep = waiting[0], waiting[min(4999, waiting.count() - 60)]
    assert deep.next_due_at is not None
    paths = {
        "queue": "/desk/queue/",
        "inquiry": f"/desk/inquiry/{first.number}/",
    }
    with gunicorn() as (port, pid):
        floor_rate, floor_p95 = [], []
        rates: dict[str, list[float]] = {name: [] for name in paths}
        late: dict[str, list[float]] = {name: [] for name in paths}
        for path in ["/floor", *paths.values()]:
            load(port, path, cookie, 40, 2)
        for _ in range(ROUNDS):
            took, spent = load(port, "/floor", cookie, REQUESTS, CLIENTS)
            floor_rate.append(spent / REQUESTS)
            floor_p95.append(p95(took))
            for name, path in paths.items():
                took, spent = load(port, path, cookie, REQUESTS, CLIENTS)
                rates[name].append(spent / REQUESTS)
                late[name].append(p95(took))
        compare(
            "page.queue",
            "s a request",
            rates["queue"],
            floor_rate,
            goal=2.0,
            stretch=1 / 1.2,
            size=size,
            per_second=1 / median(rates["queue"]),
            floor_per_second=1 / median(floor_rate),
        )
        compare("page.queue_p95", "s", late["queue"], floor_p95, goal=2.0, stretch=1.0, size=size)
        compare(
            "page.inquiry",
            "s a request",
            rates["inquiry"],
            floor_rate,
            goal=3.0,
            stretch=2.0,
            size=size,
        )
        one, _spent = load(port, paths["queue"], cookie, 100, 1)
        detail, _spent = load(port, paths["inquiry"], cookie, 100, 1)
        behind, _spent = load(
            port, f"/desk/queue/?after={write_place(deep.next_due_at, deep.pk)}", cookie, 100, 1
        )
        compare(
            "page.queue_deep",
            "s",
            [median(behind)],
            [median(one)],
            goal=1.25,
            stretch=1.1,
            size=size,
        )
        say("memory.web_worker", mib=[_rss(child) for child in _children(pid)], size=size)
    return {"page.queue.p95": p95(one), "page.inquiry.p95": p95(detail)}


def _cookie() -> str:
    client = Client()
    client.force_login(agent(0))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@contextmanager
def gunicorn() -> Iterator[tuple[int, int]]:
    """Two sync workers on a free port; gone at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            str(Path(sys.executable).parent / "gunicorn"),
            "csba.wsgi:application",
            "--workers",
            "2",
            "--bind",
            f"127.0.0.1:{port}",
            "--log-level",
            "error",
            "--no-control-socket",
        ],
        env={**os.environ, "CSBA_PROCESS": "web"},
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def load(
    port: int, path: str, cookie: str, requests: int, clients: int
) -> tuple[list[float], float]:
    """So many requests by so many clients: the time of each, and of all."""
    took: list[float] = []

    def work() -> None:
        for _ in range(requests // clients):
            began = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", path, headers={"Cookie": cookie, "Host": "localhost"})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            assert answer.status == 200, f"{path} answered {answer.status}"
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(took) == requests // clients * clients, "some requests failed"
    return took, time.perf_counter() - began


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def _rss(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0
