"""Each limit of time from both sides: the day before, its last second, the first moment after."""

from datetime import timedelta
from typing import Any

import pytest

from returns.reasons import Ground, Reason
from tests.returns.rules.cases import at, outcome, rules_fired

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
Known = dict[str, Any]


def bought(placed: str, delivered: str, category: str, state: str = "NW", **more: Any) -> Known:
    return {
        "placed_at": at(placed),
        "delivered_at": at(delivered),
        "category": category,
        "state": state,
        **more,
    }


LAST_DAYS: list[tuple[str, Known, Known, str, Ground, Ground]] = [
    (
        "fourteen days",
        bought("2026-10-01", "2026-10-05", "ELECTRONICS"),
        {},
        "2026-10-19",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "over the clock change of spring",
        bought("2026-03-10", "2026-03-16", "ELECTRONICS"),
        {},
        "2026-03-30",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "the last day is the Sunday of the spring's clock change",
        bought("2026-03-10", "2026-03-15", "ELECTRONICS"),
        {},
        "2026-03-30",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "the last day is the Sunday of the autumn's clock change",
        bought("2026-10-05", "2026-10-11", "ELECTRONICS"),
        {},
        "2026-10-26",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "29 February",
        bought("2028-02-10", "2028-02-15", "ELECTRONICS"),
        {},
        "2028-02-29",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "a Sunday before the Monday of Whitsun",
        bought("2026-05-05", "2026-05-10", "ELECTRONICS"),
        {},
        "2026-05-26",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "Corpus Christi where it is kept",
        bought("2026-05-18", "2026-05-21", "ELECTRONICS", "NW"),
        {},
        "2026-06-05",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "Corpus Christi where it is not",
        bought("2026-05-18", "2026-05-21", "ELECTRONICS", "BE"),
        {},
        "2026-06-04",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "Corpus Christi in a state whose catholic towns keep it",
        bought("2026-05-18", "2026-05-21", "ELECTRONICS", "TH"),
        {},
        "2026-06-05",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "Reformation Day, a Friday, in the north",
        bought("2025-10-10", "2025-10-17", "ELECTRONICS", "HH"),
        {},
        "2025-11-03",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "Reformation Day in Hesse is a day like others",
        bought("2025-10-10", "2025-10-17", "ELECTRONICS", "HE"),
        {},
        "2025-10-31",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "Repentance Day in Saxony",
        bought("2026-10-30", "2026-11-04", "ELECTRONICS", "SN"),
        {},
        "2026-11-19",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "Repentance Day anywhere else",
        bought("2026-10-30", "2026-11-04", "ELECTRONICS", "TH"),
        {},
        "2026-11-18",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "Assumption Day, a Friday, in Saarland",
        bought("2025-07-28", "2025-08-01", "ELECTRONICS", "SL"),
        {},
        "2025-08-18",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "Assumption Day in Lower Saxony",
        bought("2025-07-28", "2025-08-01", "ELECTRONICS", "NI"),
        {},
        "2025-08-15",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "without a known state the kindest calendar counts",
        bought("2026-10-30", "2026-11-04", "ELECTRONICS", ""),
        {},
        "2026-11-19",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "the law ends and the guarantee of thirty days goes on",
        bought("2026-09-28", "2026-10-05", "SPORTS", until="2026-11-04"),
        {},
        "2026-10-19",
        Ground.STATUTORY,
        Ground.GUARANTEE,
    ),
    (
        "thirty days, the last of them a Sunday",
        bought("2026-08-24", "2026-08-28", "SPORTS"),
        {},
        "2026-09-28",
        Ground.GUARANTEE,
        Ground.NONE,
    ),
    (
        "winter, thirty days",
        bought("2025-11-20", "2025-11-24", "SPORTS"),
        {},
        "2026-01-31",
        Ground.GUARANTEE,
        Ground.NONE,
    ),
    (
        "winter, fourteen days",
        bought("2025-11-20", "2025-11-24", "ELECTRONICS"),
        {},
        "2026-01-15",
        Ground.GUARANTEE,
        Ground.NONE,
    ),
    (
        "winter, delivered so late that the thirty days end after it",
        bought("2025-12-20", "2026-01-12", "SPORTS"),
        {},
        "2026-02-11",
        Ground.GUARANTEE,
        Ground.NONE,
    ),
    (
        "the seller's own sixty days",
        bought("2026-09-18", "2026-09-21", "ELECTRONICS"),
        {"window_a": 60},
        "2026-11-20",
        Ground.SELLER_POLICY,
        Ground.NONE,
    ),
    (
        "a year and fourteen days without instruction",
        bought("2026-10-01", "2026-10-05", "ELECTRONICS", instructed=False),
        {},
        "2027-10-19",
        Ground.STATUTORY,
        Ground.NONE,
    ),
    (
        "a fault of the seller's",
        bought("2026-09-28", "2026-10-05", "SPORTS", reason=Reason.DEFECTIVE),
        {},
        "2026-11-04",
        Ground.FAULT,
        Ground.WARRANTY,
    ),
]


@pytest.mark.parametrize(
    ("known", "own", "last", "inside", "outside"),
    [row[1:] for row in LAST_DAYS],
    ids=[row[0] for row in LAST_DAYS],
)
def test_a_ground_holds_to_the_last_second_of_its_last_day(
    known: Known, own: Known, last: str, inside: Ground, outside: Ground
) -> None:
    known = dict(known)
    until = known.pop("until", last)
    end = at(f"{last} 23:59") + 59 * SECOND
    for asked_at in (at(last) - timedelta(days=1), at(f"{last} 00:00"), end):
        found = outcome(own, **known, asked_at=asked_at)
        assert (found.ground, found.until) == (inside, at(f"{until} 23:59") + 60 * SECOND)
    for asked_at in (end + SECOND, at(last) + timedelta(days=1)):
        assert outcome(own, **known, asked_at=asked_at).ground == outside


SHOWN_LONG_AGO = {"reason": Reason.DEFECTIVE, "shown_at": at("2026-12-01")}


@pytest.mark.parametrize(
    ("known", "own", "last"),
    [
        (SHOWN_LONG_AGO, {}, "2028-10-05"),
        (SHOWN_LONG_AGO, {"extra_warranty_months": 1}, "2028-11-06"),  # a Sunday before
        ({"reason": Reason.DEFECTIVE, "shown_at": at("2028-10-01")}, {}, "2029-02-01"),
        # Four more months are for consumers alone (BGB 475e(3)).
        (
            {"reason": Reason.DEFECTIVE, "shown_at": at("2028-10-01"), "consumer": False},
            {},
            "2028-10-05",
        ),
    ],
)
def test_the_warranty_holds_to_the_last_second_of_its_last_day(
    known: Known, own: Known, last: str
) -> None:
    end = at(f"{last} 23:59") + 59 * SECOND
    within = outcome(own, **known, asked_at=end)
    assert (within.ground, within.warranty_until) == (Ground.WARRANTY, end + SECOND)
    over = outcome(own, **known, asked_at=end + SECOND)
    assert (over.ground, over.review) == (Ground.NONE, ("warranty_over",))


@pytest.mark.parametrize(
    ("placed", "length"),
    [
        ("2024-03-24 23:59", 30),
        ("2024-03-25 00:00", 14),
        ("2024-03-25 00:01", 14),
    ],
)
def test_a_new_policy_begins_at_midnight_in_germany(placed: str, length: int) -> None:
    known = bought(placed, "2024-03-26", "ELECTRONICS")
    found = outcome(**known, asked_at=at("2024-03-27"))
    whole_days = {30: "2024-04-26 00:00", 14: "2024-04-10 00:00"}
    assert found.until == at(whole_days[length])


@pytest.mark.parametrize(
    ("placed", "told"), [("2026-07-30 23:59", False), ("2026-07-31 00:00", True)]
)
def test_the_longer_warranty_after_a_repair_begins_at_midnight(placed: str, told: bool) -> None:
    known = bought(placed, "2026-08-03", "ELECTRONICS", reason=Reason.DEFECTIVE)
    fired = rules_fired(**known, asked_at=at("2026-12-01"))
    assert ("repair_extension" in fired) is told


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2025-08-10 23:59", "2025-08-15 00:00"),  # four days, before the change
        ("2025-08-11 00:00", "2025-08-15 00:00"),  # three days, after it
        ("2025-10-24", "2025-10-28 00:00"),  # over the clock change, a Sunday is a day like others
    ],
)
def test_the_option_of_a_seller_abroad_is_due_after_calendar_days(asked: str, due: str) -> None:
    found = outcome(
        placed_at=at("2025-08-01"),
        delivered_at=at("2025-08-05"),
        category="SPORTS",
        reason=Reason.DEFECTIVE if asked < "2025-09" else Reason.NOT_NEEDED,
        instructed=False,
        asked_at=at(asked),
        ship_from="CN",
        local_address=False,
    )
    assert found.option_due_at == at(due)
