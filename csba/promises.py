"""The typed reader of the rulebook for deadlines: code names each number here and nowhere else."""

from datetime import datetime, timedelta

from csba.rulebook import read

BEAT_ALARM = timedelta(minutes=3)
"""A sweep that has not run for so long is an alarm (helpdesk K13)."""


def seller_reply(at: datetime) -> timedelta:
    """How long a seller may take to answer a question asked at `at` (P10)."""
    return timedelta(hours=read.value("inquiry.seller_deadline_hours", at))


def seller_reminders(at: datetime) -> list[timedelta]:
    """At which times left a seller is reminded, longest first (rulings 5)."""
    hours = read.value("inquiry.seller_reminders_hours_left", at)
    return [timedelta(hours=left) for left in sorted(hours, reverse=True)]


def question_rounds(at: datetime) -> int:
    """How many questions about one inquiry a seller is asked before the desk decides (P10, P11)."""
    return int(read.value("inquiry.max_open_rounds", at))


def buyer_answer(at: datetime) -> timedelta:
    """Within which time a buyer who writes at `at` has an answer (P22); it never pauses."""
    return timedelta(hours=read.value("customer.promise_hours", at))


def first_response(channel: str, at: datetime) -> timedelta:
    """The desk's target for its first answer on `channel` (EMAIL, PAGE, CHAT, ...)."""
    return timedelta(minutes=read.value("customer.first_response_minutes", at)[channel.lower()])


def signal_response(at: datetime) -> timedelta:
    """By when somebody looks at a safety or legal signal, on whichever channel it came."""
    return timedelta(minutes=read.value("customer.signal_response_minutes", at))


def reopen_window(at: datetime) -> timedelta:
    """How long after resolving a buyer's answer reopens the same inquiry."""
    return timedelta(days=read.value("customer.reopen_days", at))


def activation(at: datetime) -> timedelta:
    """Within which time an opt-in is active (P18)."""
    return timedelta(minutes=read.value("enrol.activation_target_minutes", at))


def activation_alarm(at: datetime) -> timedelta:
    """After which time a pending opt-in alarms the desk."""
    return timedelta(minutes=read.value("enrol.activation_alarm_minutes", at))


def invitation(at: datetime) -> timedelta:
    """How long an invitation is open (P17)."""
    return timedelta(days=read.value("invitation.valid_days", at))


def message_response(at: datetime) -> timedelta:
    """How long a seller may take for a message of Buyer-Seller Messaging (domain 4.7)."""
    return timedelta(hours=read.value("messages.seller_response_hours", at))


def terms_notice(at: datetime) -> timedelta:
    """Within which time an active seller agrees to a new version asked for at `at` (rulings 15)."""
    return timedelta(days=read.value("terms.ask_again_days", at))


def terms_reminders(at: datetime) -> list[timedelta]:
    """At which times left a seller is reminded of new terms, longest first."""
    days = read.value("terms.reminder_days_left", at)
    return [timedelta(days=left) for left in sorted(days, reverse=True)]


def interest_confirmation(at: datetime) -> timedelta:
    """How long the link works that confirms an interest (P17)."""
    return timedelta(hours=read.value("interest.confirm_hours", at))


def files_of_a_message(at: datetime) -> tuple[int, int]:
    """How many attachments one message may have, and how many bytes together (domain 5.5)."""
    megabytes = read.value("files.message_megabytes", at)
    return int(read.value("files.per_message", at)), int(megabytes) * 1024 * 1024


def digest_hour(at: datetime) -> int:
    """The hour of a person's day at which a digest leaves."""
    return int(read.value("digest.hour", at))
