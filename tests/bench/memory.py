"""What a web worker grows by over 2,000 requests, and what the sweep needs at its peak."""

import resource
import subprocess
import sys

from tests.bench.pages import _children, _cookie, _rss, gunicorn, load
from tests.bench.report import say


def measure(size: int) -> dict[str, float]:
    """Two gunicorn workers before and after; a sweep in a process of its own."""
    cookie = _cookie()
    with gunicorn() as (port, pid):
        load(port, "/desk/queue/", cookie, 200, 2)
        before = sum(_rss(child) for child in _children(pid))
        load(port, "/desk/queue/", cookie, 2000, 4)
        after = sum(_rss(child) for child in _children(pid))
    say(
        "memory.web_growth",
        mib_before=before,
        mib_after=after,
        growth=after - before,
        goal=5,
        size=size,
    )
    script = (
        "import django; django.setup()\n"
        "from django.utils import timezone\nfrom caselog.operations import questions\nimport "
        "resource\n"
        "a = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "n = questions.lapse_overdue(timezone.now())\n"
        "b = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\nprint(n, a // 1024, b // 1024)"
    )
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    lapsed, start, peak = (int(word) for word in out.split())
    say("memory.sweep", lapsed=lapsed, mib_start=start, mib_peak=peak, size=size)
    say("memory.bench", mib_peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return {}
