"""What the log must not know: links that let whoever reads them in."""

import logging
import re
import sys
from typing import Any, Final

_SECRET: Final = re.compile(
    r"(/accounts/confirm-email/|/accounts/password/reset/key/|/portal/join/|/help/[a-z-]+/)"
    r"[^\s/?\"']+"
)


class HideLinks(logging.Filter):
    """Blanks what follows the beginning of a one-time or signed link."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: the line stays, without the secret."""
        text = record.getMessage()
        blanked = _SECRET.sub(r"\1…", text)
        if blanked != text:
            record.msg, record.args = blanked, None
        return True


def config(level: str) -> dict[str, Any]:
    """Django's LOGGING: lines on standard error, without what nobody may read there."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "filters": {"hide_links": {"()": "csba.logs.HideLinks"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "stream": sys.stderr,
                "formatter": "line",
                "filters": ["hide_links"],
            }
        },
        # aiosmtpd tells every command of a session, and with them people's addresses.
        "loggers": {"mail.log": {"level": "WARNING"}},
        "root": {"handlers": ["console"], "level": level},
    }
