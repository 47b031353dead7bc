"""The journal: who did what to which object, when, with which facts. Append-only, by trigger."""
