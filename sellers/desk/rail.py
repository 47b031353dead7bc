"""What of sellers waits for a person of the desk, at the left of every page."""

from datetime import datetime
from typing import Any

from csba.accounts.models import User


def entries(user: User, at: datetime, here: str) -> list[dict[str, Any]]:
    """The entries of this app with their counts."""
    return []
