"""Beat: which task runs how often, in seconds; no other place names a period."""

from typing import Any

PERIODS: dict[str, float] = {
    "csba.outbox.tasks.deliver_due": 15,
    "sellers.tasks.activate_due_enrolments": 15,
    "sellers.tasks.alarm_slow_activations": 60,
    "sellers.tasks.ask_for_new_terms": 60,
    "sellers.tasks.remind_of_terms": 300,
    "sellers.tasks.suspend_without_terms": 60,
    "sellers.tasks.forget_unconfirmed_interest": 3600,
    "caselog.tasks.lapse_overdue_questions": 15,
    "caselog.tasks.remind_sellers": 60,
    "inquiries.tasks.handle_received_mail": 15,
    "inquiries.tasks.decide_lapsed_questions": 60,
    "inquiries.tasks.go_on_with_transfers": 60,
    "inquiries.tasks.send_digests": 300,
    "returns.tasks.refund_overdue_returns": 60,
    "returns.tasks.close_idle_returns": 300,
    "returns.tasks.settle_missed_options": 60,
    "returns.tasks.fetch_missing_labels": 60,
    "returns.tasks.release_refunds": 15,
    "returns.tasks.send_refunds": 15,
    "returns.tasks.compare_policies_again": 60,
    "returns.tasks.settle_cancelled_orders": 60,
}

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # A tick that could not run in time is dropped: the next one takes everything that is due.
    name: {"task": name, "schedule": period, "options": {"expires": max(period, 15)}}
    for name, period in PERIODS.items()
}
