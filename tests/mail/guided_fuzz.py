"""Coverage-guided bytes for the reader of mails, by hand: needs the package atheris.

    pip install atheris && python -m tests.mail.guided_fuzz -max_total_time=600

Starts from the mails of raw/; what makes it fail is written into a file named crash-*.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

RAW = Path(__file__).parent / "raw"


def main() -> None:
    """Runs until the time given on the command line is over, or something fails."""
    import atheris  # only where somebody has installed it
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csba.settings")
    os.environ.setdefault("CSBA_DEMO", "1")
    # What the applications import when they start is to be instrumented too.
    with atheris.instrument_imports(include=["inquiries.channels", "email", "tnefparse"]):
        django.setup()
        from tests.mail import test_fuzz  # instrumented on import

    def one(data: Any) -> None:
        test_fuzz.everything(bytes(data))

    with tempfile.TemporaryDirectory() as corpus:
        for path in RAW.glob("*.eml"):
            (Path(corpus) / path.name).write_bytes(path.read_bytes())
        atheris.Setup([*sys.argv, corpus], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
