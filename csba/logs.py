"""What the log must not know: links that let whoever reads them in."""

import logging
import re
from typing import Final

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
