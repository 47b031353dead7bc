"""bin/bench: engines of its own, a database filled by COPY, and one JSON line per figure."""

import argparse
import os
import tempfile
from pathlib import Path

from csba.embedded import Engines, Home

GROUPS = (
    *("counts", "intake", "pages", "claims", "sweeps", "memory", "plans"),
    *("entitlement", "comparison", "mail"),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument(
        "groups", nargs="*", choices=[*GROUPS, []], help="which groups; all when none is named"
    )
    parser.add_argument("--small", action="store_true", help="10,000 inquiries only")
    parser.add_argument("--sizes", type=int, nargs="+", help="other sizes")
    options = parser.parse_args()
    sizes = options.sizes or ([10_000] if options.small else [10_000, 1_000_000])
    with tempfile.TemporaryDirectory(prefix="csba-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        with Engines(Home(Path(folder))) as engines:
            os.environ.update(engines.environment)
            os.environ.update(
                CSBA_HOME=folder,
                CSBA_DEMO="1",
                CSBA_PROCESS="worker",
                CSBA_LOG_LEVEL="WARNING",
                DJANGO_SETTINGS_MODULE="tests.bench.settings",
            )
            from tests.bench.run import run

            run(sizes, options.groups or list(GROUPS))


if __name__ == "__main__":
    main()
