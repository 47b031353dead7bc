"""The rulebook: numbers that policy admins may change, as dated rows with who and why."""
