"""What a buyer is entitled to: the scenarios, and each limit from both sides."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from csba.errors import Refused
from csba.rulebook.read import UnknownRule
from returns.reasons import Condition, Fault, Ground, LabelKind, Reason, Trait
from returns.rules.entitlement import check, entitle, known_category
from returns.rules.standard import standard
from tests.returns.rules.cases import at, facts, outcome, rules_fired

pytestmark = pytest.mark.django_db

EURO = Decimal


def test_scenario_20_shattered_glass_is_refunded_with_shipping_and_stays_where_it_is() -> None:
    found = outcome(
        category="KITCHEN",
        price=EURO("18.00"),
        reason=Reason.BOX_AND_ITEM_DAMAGED,
        condition=Condition.DESTROYED,
    )
    assert (found.ground, found.returnless, found.automatic) == (Ground.FAULT, True, True)
    assert found.total == EURO("21.90")
    assert found.label == LabelKind.NONE


def test_scenario_21_the_wrong_item_comes_back_at_the_sellers_cost() -> None:
    found = outcome(category="HOME", price=EURO("25.00"), reason=Reason.WRONG_ITEM)
    assert (found.postage, found.label) == (Fault.SELLER, LabelKind.PREPAID)
    assert found.total == EURO("28.90")


def test_scenario_22_broken_after_five_months_is_never_a_flat_no() -> None:
    found = outcome(
        placed_at=at("2026-08-05"),
        delivered_at=at("2026-08-07"),
        asked_at=at("2027-01-05"),
        reason=Reason.DEFECTIVE,
    )
    assert (found.may_return, found.ground) == (False, Ground.WARRANTY)
    assert found.remedies == ("REPAIR", "REPLACEMENT")
    assert "repair_extension" in found.notices
    assert found.review == ("warranty",)
    assert "presumption" in rules_fired(
        placed_at=at("2026-08-05"),
        delivered_at=at("2026-08-07"),
        asked_at=at("2027-01-05"),
        reason=Reason.DEFECTIVE,
    )


def test_scenario_23_on_day_seven_a_change_of_mind_above_40_euro_is_at_the_sellers_cost() -> None:
    found = outcome()
    assert (found.ground, found.automatic, found.postage) == (
        Ground.STATUTORY,
        True,
        Fault.SELLER,
    )
    assert found.total == EURO("82.90")


def test_scenario_25_a_yoga_mat_on_day_21_goes_back_under_the_guarantee() -> None:
    found = outcome(category="SPORTS", price=EURO("29.00"), asked_at=at("2026-10-26"))
    assert (found.ground, found.automatic) == (Ground.GUARANTEE, True)
    assert (found.postage, found.label) == (Fault.BUYER, LabelKind.OWN_CARRIER)
    assert found.refund_item == EURO("29.00")


@pytest.mark.parametrize(
    ("asked", "in_time"), [("2026-11-16 23:59", True), ("2026-11-17 00:00", False)]
)
def test_scenario_26_a_last_day_on_saturday_moves_to_monday(asked: str, in_time: bool) -> None:
    found = outcome(
        placed_at=at("2026-10-28"),
        delivered_at=at("2026-10-31"),
        asked_at=at(asked),
        state="NW",
        withdrawal=True,
    )
    assert (found.ground == Ground.STATUTORY) is in_time
    assert ("withdrawal_confirmed" in found.notices) is in_time


def test_scenario_27_an_opened_cream_is_looked_at_by_a_person() -> None:
    cream: dict[str, Any] = {
        "category": "BEAUTY",
        "price": EURO("14.00"),
        "condition": Condition.OPENED,
    }
    found = outcome(**cream)
    assert "guarantee_window" not in rules_fired(**cream)
    assert (found.may_return, found.automatic) == (False, False)
    assert found.review == ("excluded",)


def test_scenario_28_shoes_go_back_free_whatever_they_cost() -> None:
    found = outcome(category="SHOES", price=EURO("35.00"), asked_at=at("2026-10-17"))
    assert found.postage == Fault.SELLER


def test_scenario_30_a_cheap_cable_from_china_stays_and_the_money_goes_back() -> None:
    found = outcome(
        price=EURO("12.99"),
        reason=Reason.NOT_COMPATIBLE,
        ship_from="CN",
        local_address=False,
    )
    assert (found.returnless, found.automatic) == (True, True)
    assert found.refund_item == EURO("12.99")


def test_scenario_31_a_seller_abroad_has_three_calendar_days_to_offer_a_way_back() -> None:
    found = outcome(
        price=EURO("149.00"),
        placed_at=at("2026-11-02"),
        delivered_at=at("2026-11-06"),
        asked_at=at("2026-11-09 10:00"),
        ship_from="CN",
        local_address=False,
    )
    assert found.option_due_at == at("2026-11-13 00:00")
    assert found.postage == Fault.SELLER


def test_scenario_32_a_kinder_policy_counts_on_day_45() -> None:
    own = {"window_a": 60, "window_b": 60, "window_c": 60, "postage": "SELLER"}
    found = outcome(
        own,
        placed_at=at("2026-09-20"),
        delivered_at=at("2026-09-23"),
        asked_at=at("2026-11-07"),
        price=EURO("20.00"),
    )
    assert (found.ground, found.postage) == (Ground.SELLER_POLICY, Fault.SELLER)
    assert found.automatic


@pytest.mark.parametrize(
    ("placed", "category", "days"),
    [
        ("2024-03-24", "ELECTRONICS", 30),
        ("2024-03-25", "ELECTRONICS", 14),
        ("2025-06-22", "BOOKS", 30),
        ("2025-06-23", "BOOKS", 14),
        ("2026-05-04", "SPORTS", 30),
        ("2026-05-04", "NEVER_HEARD_OF", 30),
    ],
)
def test_the_window_follows_the_policy_of_the_orders_date(
    placed: str, category: str, days: int
) -> None:
    case = facts(
        placed_at=at(placed),
        delivered_at=at(placed),
        asked_at=at(placed),
        category=category,
        state="NW",
    )
    steps = entitle(case, standard(case.placed_at)).trace
    window = next(step for step in steps if step.rule == "guarantee_window")
    assert window.facts["days"] == days


@pytest.mark.parametrize(
    ("placed", "category", "last"),
    [
        ("2025-10-31", "SPORTS", "2025-12-05"),
        ("2025-11-01", "SPORTS", "2026-01-31"),
        ("2025-12-25", "SPORTS", "2026-01-31"),
        ("2025-12-26", "SPORTS", "2026-01-30"),
        ("2025-11-01", "ELECTRONICS", "2026-01-15"),
        ("2025-12-25", "ELECTRONICS", "2026-01-15"),
    ],
)
def test_orders_before_the_winter_holidays_may_come_back_longer(
    placed: str, category: str, last: str
) -> None:
    delivered = {"2025-10-31": "2025-11-05", "2025-12-26": "2025-12-31"}.get(placed, "2025-12-28")
    found = outcome(
        category=category,
        placed_at=at(placed),
        delivered_at=at(delivered),
        asked_at=at(delivered),
        state="NW",
    )
    assert found.until == at(f"{last} 23:59") + (at("2026-01-01 00:01") - at("2026-01-01 00:00"))


@pytest.mark.parametrize(
    ("price", "payer"), [("39.99", "BUYER"), ("40.00", "BUYER"), ("40.01", "SELLER")]
)
def test_the_seller_pays_the_way_back_of_a_change_of_mind_above_40_euro(
    price: str, payer: str
) -> None:
    assert outcome(price=EURO(price)).postage == payer


@pytest.mark.parametrize(("price", "stays"), [("25.00", True), ("25.01", False), ("24.99", True)])
def test_from_abroad_without_an_address_up_to_25_euro_nothing_comes_back(
    price: str, stays: bool
) -> None:
    found = outcome(price=EURO(price), ship_from="CN", local_address=False)
    assert found.returnless is stays
    assert (found.option_due_at is None) is stays


@pytest.mark.parametrize(
    ("asked", "days"),
    [("2024-11-10", None), ("2024-11-11", 4), ("2025-08-10", 4), ("2025-08-11", 3)],
)
def test_the_time_for_a_way_back_follows_the_date_of_the_request(
    asked: str, days: int | None
) -> None:
    found = outcome(
        placed_at=at("2024-11-01") if days is None or asked < "2025" else at("2025-08-01"),
        delivered_at=at(asked),
        asked_at=at(asked),
        ship_from="CN",
        local_address=False,
    )
    if days is None:
        assert found.option_due_at is None
    else:
        assert found.option_due_at is not None
        assert (found.option_due_at - at(f"{asked} 00:00")).days == days + 1


@pytest.mark.parametrize("reason", list(Reason))
def test_the_fault_table_says_who_bears_each_of_the_18_reasons(reason: Reason) -> None:
    found = outcome(reason=reason, price=EURO("20.00"))
    buyers = {
        Reason.MISTAKE,
        Reason.BETTER_PRICE,
        Reason.NOT_NEEDED,
        Reason.NOT_GOOD_ENOUGH,
        Reason.NOT_COMPATIBLE,
        Reason.PART_NOT_COMPATIBLE,
        Reason.HARD_TO_INSTALL,
    }
    assert found.postage == (Fault.BUYER if reason in buyers else Fault.SELLER)


@pytest.mark.parametrize(
    ("condition", "asked", "ground", "refund", "review"),
    [
        (Condition.OPENED, "2026-10-12", Ground.STATUTORY, "60.00", ()),
        (Condition.USED, "2026-10-12", Ground.STATUTORY, "60.00", ("loss_of_value",)),
        (Condition.OPENED, "2026-10-26", Ground.GUARANTEE, "60.00", ()),
        (Condition.USED, "2026-10-26", Ground.GUARANTEE, "30.00", ("used",)),
        (Condition.DAMAGED, "2026-10-26", Ground.GUARANTEE, "30.00", ("used",)),
    ],
)
def test_wear_is_deducted_only_outside_the_right_of_withdrawal(
    condition: Condition, asked: str, ground: Ground, refund: str, review: tuple[str, ...]
) -> None:
    found = outcome(category="SPORTS", price=EURO("60.00"), condition=condition, asked_at=at(asked))
    assert (found.ground, found.refund_item, found.review) == (ground, EURO(refund), review)


def test_a_deduction_never_takes_more_than_goes_back() -> None:
    """Also where a policy as it stands gives less than the standard, for the comparison."""
    case = facts(category="SPORTS", asked_at=at("2026-10-26"), condition=Condition.USED)
    own = {"refund_percent": 40, "used_deduction_percent": 80}
    found = entitle(case, standard(case.placed_at), own, strict=True).outcome
    assert found.refund_item == EURO("0.00")
    assert [one.amount for one in found.deductions] == [EURO("31.60")]


def test_wear_is_never_deducted_for_a_reason_that_the_seller_bears() -> None:
    found = outcome(reason=Reason.DEFECTIVE, condition=Condition.USED)
    assert found.deductions == ()
    assert found.automatic


@pytest.mark.parametrize(
    ("trait", "condition", "may"),
    [
        (Trait.CUSTOM_MADE, Condition.UNOPENED, False),
        (Trait.PERISHABLE, Condition.UNOPENED, False),
        (Trait.PERIODICAL, Condition.UNOPENED, False),
        (Trait.MIXED, Condition.UNOPENED, False),
        (Trait.SPECULATIVE_ALCOHOL, Condition.UNOPENED, False),
        (Trait.SEALED_HYGIENE, Condition.UNOPENED, True),
        (Trait.SEALED_HYGIENE, Condition.OPENED, False),
        (Trait.SEALED_MEDIA, Condition.UNOPENED, True),
        (Trait.SEALED_MEDIA, Condition.OPENED, False),
        (Trait.HAZARDOUS, Condition.OPENED, True),
    ],
)
def test_what_the_law_excludes_is_not_taken_back_for_a_change_of_mind(
    trait: Trait, condition: Condition, may: bool
) -> None:
    assert outcome(traits=frozenset({trait}), condition=condition).may_return is may
    # A fault of the goods is no change of mind.
    assert outcome(
        traits=frozenset({trait}), condition=condition, reason=Reason.DEFECTIVE
    ).may_return


def test_a_policy_may_take_back_what_the_law_excludes() -> None:
    found = outcome({"accepted_anyway": ["CUSTOM_MADE"]}, traits=frozenset({Trait.CUSTOM_MADE}))
    assert (found.may_return, found.ground) == (True, Ground.SELLER_POLICY)
    assert not found.automatic


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"category": "VIDEO_GAMES"}, "category"),
        ({"category": "HANDMADE"}, "category"),
        ({"traits": frozenset({Trait.HAZARDOUS})}, "trait"),
        ({"traits": frozenset({Trait.HAZARDOUS}), "reason": Reason.DEFECTIVE}, "trait"),
        ({"category": "GROCERY", "reason": Reason.DEFECTIVE}, "category"),
    ],
)
def test_some_goods_always_need_a_person(known: dict[str, Any], code: str) -> None:
    found = outcome(**known)
    assert found.may_return
    assert not found.automatic
    assert code in found.review


def test_a_business_has_the_guarantee_and_no_right_of_withdrawal() -> None:
    assert outcome(consumer=False).ground == Ground.GUARANTEE


def test_without_instruction_the_right_of_withdrawal_lasts_a_year_longer() -> None:
    last = outcome(instructed=False, asked_at=at("2027-10-19"), delivered_at=at("2026-10-05"))
    assert last.ground == Ground.STATUTORY
    over = outcome(instructed=False, asked_at=at("2027-10-20"), delivered_at=at("2026-10-05"))
    assert over.ground == Ground.NONE


def test_without_a_delivery_the_days_count_from_the_estimate_and_say_so() -> None:
    found = outcome(delivered_at=None, deliver_by=at("2026-10-08"))
    assert found.estimated
    assert found.until == at("2026-10-23 00:00")


def test_only_the_cheapest_delivery_goes_back_with_a_withdrawal() -> None:
    assert outcome(shipping=EURO("9.90"), shipping_cheapest=EURO("3.90")).refund_shipping == EURO(
        "3.90"
    )
    assert outcome(
        shipping=EURO("9.90"), shipping_cheapest=EURO("3.90"), reason=Reason.WRONG_ITEM
    ).refund_shipping == EURO("9.90")


@pytest.mark.parametrize(
    ("shown", "presumed"),
    [("2027-10-05", True), ("2027-10-05 23:59", True), ("2027-10-06 00:00", False)],
)
def test_in_the_first_year_a_defect_is_taken_to_have_been_there(shown: str, presumed: bool) -> None:
    fired = rules_fired(asked_at=at(shown), reason=Reason.DEFECTIVE)
    assert ("presumption" in fired) is presumed
    assert ("no_presumption" in fired) is not presumed


def test_no_weekend_makes_the_presumption_longer() -> None:
    """A year after 7 August 2026 ends on a Saturday."""
    known: dict[str, Any] = {"placed_at": at("2026-08-05"), "delivered_at": at("2026-08-07")}
    for shown, rule in (("2027-08-07 23:59", "presumption"), ("2027-08-08", "no_presumption")):
        fired = rules_fired(**known, asked_at=at(shown), reason=Reason.DEFECTIVE)
        assert rule in fired


@pytest.mark.parametrize(("placed", "told"), [("2026-07-30", False), ("2026-07-31", True)])
def test_the_longer_warranty_after_a_repair_is_told_for_orders_from_31_july_2026(
    placed: str, told: bool
) -> None:
    found = outcome(
        placed_at=at(placed),
        delivered_at=at("2026-08-03"),
        asked_at=at("2026-12-01"),
        reason=Reason.DEFECTIVE,
    )
    assert ("repair_extension" in found.notices) is told


def test_a_defect_that_shows_at_the_end_leaves_four_more_months() -> None:
    late: dict[str, Any] = {
        "reason": Reason.DEFECTIVE,
        "shown_at": at("2028-10-04"),
        "asked_at": at("2029-02-05"),
    }
    assert outcome(**late).ground == Ground.WARRANTY
    over = outcome(**{**late, "asked_at": at("2029-02-06")})
    assert (over.ground, over.review) == (Ground.NONE, ("warranty_over",))


def test_a_policy_may_give_a_longer_warranty() -> None:
    late: dict[str, Any] = {"reason": Reason.DEFECTIVE, "asked_at": at("2029-03-01")}
    assert outcome(**late, shown_at=at("2028-01-01")).ground == Ground.NONE
    assert (
        outcome({"extra_warranty_months": 12}, **late, shown_at=at("2028-01-01")).ground
        == Ground.WARRANTY
    )


def test_a_worse_clause_of_the_seller_does_not_count() -> None:
    assert outcome({"window_a": 5, "postage": "BUYER", "refund_percent": 50}) == outcome()


def test_whoever_was_not_told_may_withdraw_also_for_a_defect() -> None:
    """When the window for faults is over, a defect gives no less than a change of mind."""
    late: dict[str, Any] = {"instructed": False, "asked_at": at("2027-06-01")}
    found = outcome(**late, reason=Reason.DEFECTIVE)
    assert (found.ground, found.postage) == (Ground.STATUTORY, Fault.SELLER)
    assert found.until == outcome(**late).until
    assert outcome(**late, reason=Reason.DEFECTIVE, consumer=False).ground == Ground.WARRANTY
    made = frozenset({Trait.CUSTOM_MADE})
    assert outcome(**late, reason=Reason.DEFECTIVE, traits=made).ground == Ground.WARRANTY


@pytest.mark.parametrize(
    ("known", "ground", "notice"),
    [
        ({}, Ground.STATUTORY, "withdrawal_confirmed"),
        ({"reason": Reason.DEFECTIVE}, Ground.STATUTORY, "withdrawal_confirmed"),
        (
            {"category": "SPORTS", "asked_at": at("2026-10-26")},
            Ground.GUARANTEE,
            "withdrawal_as_return",
        ),
        ({"asked_at": at("2026-11-26")}, Ground.NONE, "withdrawal_late"),
        (
            {"asked_at": at("2026-11-26"), "reason": Reason.DEFECTIVE},
            Ground.WARRANTY,
            "withdrawal_late",
        ),
        ({"category": "CUSTOM"}, Ground.NONE, "withdrawal_excluded"),
        (
            {"category": "CUSTOM", "reason": Reason.WRONG_ITEM},
            Ground.FAULT,
            "withdrawal_excluded",
        ),
        ({"consumer": False}, Ground.GUARANTEE, "withdrawal_business"),
    ],
)
def test_whoever_declares_a_withdrawal_hears_what_becomes_of_it(
    known: dict[str, Any], ground: Ground, notice: str
) -> None:
    found = outcome(**known, withdrawal=True)
    assert found.ground == ground
    assert [code for code in found.notices if code.startswith("withdrawal")] == [notice]
    assert not [code for code in outcome(**known).notices if code.startswith("withdrawal")], (
        "nobody has declared one"
    )


def test_what_a_policy_promises_of_the_shipping_counts_in_a_withdrawal_too() -> None:
    known: dict[str, Any] = {"shipping": EURO("9.90"), "shipping_cheapest": EURO("3.90")}
    assert outcome({"outbound": "PAID"}, **known).refund_shipping == EURO("9.90")
    assert outcome({"outbound": "NONE"}, **known).refund_shipping == EURO("3.90")
    assert "refund_statutory_all" in rules_fired({"outbound": "PAID"}, **known)


def test_as_long_as_it_has_not_arrived_nothing_needs_to_be_sent_back() -> None:
    known: dict[str, Any] = {"delivered_at": None, "deliver_by": at("2026-10-20")}
    assert "not_delivered_yet" in rules_fired(**known)
    assert "not_delivered_yet" not in rules_fired(**known, asked_at=at("2026-10-20"))
    assert outcome(**known).may_return


def test_a_window_that_is_over_by_an_estimate_alone_says_so() -> None:
    late: dict[str, Any] = {"asked_at": at("2026-11-20")}
    by_estimate = outcome(**late, delivered_at=None, deliver_by=at("2026-10-08"))
    assert by_estimate.review == ("estimated", "out_of_window")
    assert outcome(**late).review == ("out_of_window",)


@pytest.mark.parametrize(
    ("reason", "review"), [(Reason.DEFECTIVE, ()), (Reason.NOT_NEEDED, ("unsafe",))]
)
def test_what_is_not_safe_to_send_never_comes_back(reason: Reason, review: tuple[str, ...]) -> None:
    found = outcome(traits=frozenset({Trait.UNSAFE_TO_SEND}), reason=reason)
    assert (found.returnless, found.label, found.postage) == (True, LabelKind.NONE, "")
    assert found.review == review


@pytest.mark.parametrize(
    ("trait", "condition", "stays"),
    [
        (Trait.PERISHABLE, Condition.UNOPENED, True),
        (Trait.SEALED_HYGIENE, Condition.OPENED, True),
        (Trait.SEALED_HYGIENE, Condition.UNOPENED, False),
        (Trait.SEALED_MEDIA, Condition.OPENED, False),
        (Trait.CUSTOM_MADE, Condition.OPENED, False),
    ],
)
def test_damaged_goods_that_nobody_can_use_again_stay_with_the_buyer(
    trait: Trait, condition: Condition, stays: bool
) -> None:
    known: dict[str, Any] = {"traits": frozenset({trait}), "condition": condition}
    assert outcome(**known, reason=Reason.DAMAGED_ON_DELIVERY).returnless is stays
    assert not outcome(**known, reason=Reason.WRONG_ITEM).returnless


def test_out_of_every_window_nothing_goes_back_without_return() -> None:
    late: dict[str, Any] = {"asked_at": at("2026-12-20"), "price": EURO("9.00")}
    own = {"returnless_up_to": "50.00"}
    for reason in (Reason.NOT_NEEDED, Reason.DEFECTIVE):
        found = outcome(own, **late, reason=reason, condition=Condition.DESTROYED)
        assert (found.returnless, found.total) == (False, EURO("0.00"))


def test_limits_of_money_count_for_one_piece() -> None:
    two: dict[str, Any] = {"quantity": 2, "bought": 2}
    assert outcome(**two, price=EURO("80.00")).postage == Fault.BUYER
    assert outcome(**two, price=EURO("80.02")).postage == Fault.SELLER
    abroad: dict[str, Any] = {**two, "ship_from": "CN", "local_address": False}
    assert outcome(**abroad, price=EURO("50.00")).returnless
    assert not outcome(**abroad, price=EURO("50.02")).returnless


def test_goods_bought_used_are_told_so_in_the_warranty() -> None:
    late: dict[str, Any] = {"reason": Reason.DEFECTIVE, "asked_at": at("2027-12-01")}
    assert "used_goods" in rules_fired(**late, category="RENEWED")
    assert "used_goods" not in rules_fired(**late)


def test_a_business_has_the_warranty_and_none_of_a_consumers_extras() -> None:
    late: dict[str, Any] = {"reason": Reason.DEFECTIVE, "asked_at": at("2027-01-05")}
    found = outcome(**late, consumer=False)
    assert (found.ground, found.notices) == (Ground.WARRANTY, ())
    fired = rules_fired(**late, consumer=False)
    assert "no_presumption" in fired
    assert "presumption" not in fired


@pytest.mark.parametrize("asked", ["2026-10-12", "2026-12-20"])
def test_nobody_is_sent_to_arbitration_before_there_is_a_dispute(asked: str) -> None:
    for reason in Reason:
        assert not [c for c in outcome(reason=reason, asked_at=at(asked)).notices if "vsbg" in c]


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"quantity": 2, "bought": 1}, "more_than_bought"),
        ({"price": EURO("-0.01")}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"delivered_at": None}, "no_delivery"),
        ({"asked_at": at("2026-09-30")}, "dates"),
        ({"delivered_at": at("2026-09-30")}, "dates"),
        ({"asked_at": at("2026-10-12").replace(tzinfo=None)}, "dates"),
        ({"shown_at": at("2026-09-30")}, "dates"),
        ({"shown_at": at("2026-10-13")}, "dates"),
        ({"price": EURO("NaN")}, "amount"),
        ({"shipping": EURO("Infinity")}, "amount"),
        ({"shipping_cheapest": EURO("-1.00")}, "amount"),
    ],
)
def test_facts_on_which_nothing_can_rest_are_refused_with_a_sentence(
    known: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        check(facts(**known))
    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")


def test_a_category_that_somebody_typed_must_be_known() -> None:
    with pytest.raises(Refused, match="SPOTRS"):
        known_category(facts(category="SPOTRS"), standard(at("2026-10-01")))


def test_an_order_older_than_every_policy_has_none() -> None:
    with pytest.raises(UnknownRule):
        standard(at("2020-01-01"))


def test_a_step_names_the_rows_of_the_rulebook_that_it_read() -> None:
    case = facts()
    steps = entitle(case, standard(case.placed_at)).trace
    window = next(step for step in steps if step.rule == "guarantee_window")
    assert (
        window.versions["return.window_days"]
        == standard(case.placed_at).versions["return.window_days"]
    )
    older = replace(case, placed_at=at("2022-05-01"))
    assert (
        standard(older.placed_at).versions["return.window_days"]
        != window.versions["return.window_days"]
    )
