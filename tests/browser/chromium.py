"""Which browser there is, and how it is started: headless, quiet, talking to nobody but us."""

import os
import shutil
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCALES = {"de": "de-DE", "zh-hans": "zh-CN", "en": "en-GB"}
"""What the browser of somebody who reads this language asks for."""

HOW_TO_GET_IT = "no Chromium: apt-get install chromium fonts-noto-cjk, or name one in CSBA_CHROMIUM"


def find() -> str | None:
    """The path of a Chromium: the one that CSBA_CHROMIUM names, else the first on PATH."""
    named = os.environ.get("CSBA_CHROMIUM", "")
    return next(filter(None, map(shutil.which, filter(None, [named, *NAMES]))), None)


def options() -> dict[str, Any]:
    """What Playwright's launch() wants to know."""
    return {"executable_path": find(), "headless": True, "args": ARGUMENTS}
