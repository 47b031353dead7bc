"""Beat: which task runs how often, in seconds; no other place names a period."""

from typing import Any

PERIODS: dict[str, float] = {
    "csba.outbox.tasks.deliver_due": 15,
    "sellers.tasks.activate_due_enrolments": 15,
    "sellers.tasks.alarm_slow_activations": 60,
    "caselog.tasks.lapse_overdue_questions": 15,
    "caselog.tasks.remind_sellers": 60,
    "inquiries.tasks.handle_received_mail": 15,
}

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # A tick that could not run in time is dropped: the next one takes everything that is due.
    name: {"task": name, "schedule": period, "options": {"expires": max(period, 15)}}
    for name, period in PERIODS.items()
}
