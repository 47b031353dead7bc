"""Days are counted as the civil code counts them, on the calendar of the buyer's state."""

from datetime import UTC, date, datetime

import pytest

from returns.rules import days
from returns.rules.states import state_of
from tests.returns.rules.cases import at


def last_day(end: datetime) -> date:
    """The last day before an exclusive end."""
    return days.local_day(datetime.fromtimestamp(end.timestamp() - 1, UTC))


@pytest.mark.parametrize(
    ("start", "length", "state", "last"),
    [
        ("2026-10-05", 14, "SN", "2026-10-19"),
        ("2026-10-05 00:00", 14, "SN", "2026-10-19"),
        ("2026-10-05 23:59", 14, "SN", "2026-10-19"),
        # Saturday and Sunday give way to Monday.
        ("2026-10-31", 14, "NW", "2026-11-16"),
        ("2026-11-01", 14, "NW", "2026-11-16"),
        # A Sunday before Easter Monday gives way to Tuesday.
        ("2026-03-22", 14, "NW", "2026-04-07"),
        # 29 February exists in 2028 and not in 2027.
        ("2028-02-15", 14, "NW", "2028-02-29"),
        ("2027-02-15", 14, "NW", "2027-03-01"),
        # Corpus Christi, 4 June 2026: a holiday in Bavaria and not in Berlin.
        ("2026-05-21", 14, "BY", "2026-06-05"),
        ("2026-05-21", 14, "BE", "2026-06-04"),
        ("2026-05-21", 14, "", "2026-06-05"),
        # Reformation Day, 31 October, fell on a Friday in 2025: Hamburg keeps it, Hesse does not.
        ("2025-10-17", 14, "HH", "2025-11-03"),
        ("2025-10-17", 14, "HE", "2025-10-31"),
        # Repentance Day, 18 November 2026, is kept in Saxony alone.
        ("2026-11-04", 14, "SN", "2026-11-19"),
        ("2026-11-04", 14, "TH", "2026-11-18"),
        # Assumption Day, 15 August 2025, a Friday: Bavaria and Saarland.
        ("2025-08-01", 14, "SL", "2025-08-18"),
        ("2025-08-01", 14, "BY", "2025-08-18"),
        ("2025-08-01", 14, "HE", "2025-08-15"),
        # Women's Day, 8 March 2027, a Monday: Berlin and Mecklenburg.
        ("2027-02-22", 14, "BE", "2027-03-09"),
        ("2027-02-22", 14, "HH", "2027-03-08"),
    ],
)
def test_a_window_ends_with_the_last_day_that_counts(
    start: str, length: int, state: str, last: str
) -> None:
    assert last_day(days.end_of_days(at(start), length, state)).isoformat() == last


def test_days_end_at_midnight_in_germany_on_both_sides_of_a_clock_change() -> None:
    spring = days.end_of_days(at("2026-03-16"), 14)  # ends with Monday 30 March
    autumn = days.end_of_days(at("2026-10-12"), 14, "NW")  # ends with Monday 26 October
    assert spring == datetime(2026, 3, 30, 22, tzinfo=UTC)
    assert autumn == datetime(2026, 10, 26, 23, tzinfo=UTC)
    assert days.end_of_day(date(2026, 3, 28)) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert days.end_of_day(date(2026, 3, 29)) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert days.end_of_day(date(2026, 10, 25)) == datetime(2026, 10, 25, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2026-01-31", 1, "2026-03-02"),  # 28 February 2026 is a Saturday
        ("2027-11-30", 3, "2028-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-10-05", 24, "2028-10-05"),
    ],
)
def test_months_end_with_the_day_of_the_same_number_or_the_months_last(
    start: str, months: int, last: str
) -> None:
    assert last_day(days.end_of_months(at(start), months, "NW")).isoformat() == last


def test_business_days_leave_out_weekends_and_holidays_and_calendar_days_do_not() -> None:
    friday = at("2026-10-02 17:00")  # Saturday is German Unity Day
    assert last_day(days.business_days(friday, 2)).isoformat() == "2026-10-06"
    assert last_day(days.calendar_days(friday, 2)).isoformat() == "2026-10-04"


@pytest.mark.parametrize("state", days.STATES)
def test_the_calendar_of_an_unknown_state_is_never_shorter_than_a_known_one(state: str) -> None:
    start = at("2026-01-05")
    for length in range(1, 360, 7):
        assert days.end_of_days(start, length, "") >= days.end_of_days(start, length, state)


@pytest.mark.parametrize(
    ("postcode", "country", "state"),
    [
        ("04229", "DE", "SN"),
        ("D-80331", "DE", "BY"),
        (" 10115 ", "DE", "BE"),
        ("14467", "DE", "BB"),
        ("22301", "", "HH"),
        ("28195", "DE", "HB"),
        ("50667", "DE", "NW"),
        ("55116", "DE", "RP"),
        ("65183", "DE", "HE"),
        ("66111", "DE", "SL"),
        ("39104", "DE", "ST"),
        ("19053", "DE", "MV"),
        ("24103", "DE", "SH"),
        ("99084", "DE", "TH"),
        ("38100", "DE", "NI"),
        ("76133", "DE", "BW"),
        ("07951", "DE", "SN"),
        ("07973", "DE", "TH"),
        # Codes that two states share.
        ("12529", "DE", ""),
        ("63928", "DE", ""),
        ("97896", "DE", ""),
        ("1010", "AT", ""),
        ("50667", "FR", ""),
        ("00000", "DE", ""),
        ("99999", "DE", ""),
        ("", "DE", ""),
        ("５０６６７", "DE", "NW"),
        ("abcde", "DE", ""),
    ],
)
def test_a_postcode_tells_the_state_or_nothing(postcode: str, country: str, state: str) -> None:
    assert state_of(postcode, country) == state
