"""The sentences of the rules: what each step, review and notice says, by its code. Placeholders are
the names of the step's facts.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from returns.reasons import Ground

Words = str | Promise

RULES: Final[dict[str, Words]] = {
    "policy": gettext_lazy(
        "The policy of the order's date, %(placed_at)s, governs; the goods are of category "
        "%(category)s, group %(group)s."
    ),
    "delivered": gettext_lazy("The days count from the delivery on %(delivered_at)s."),
    "delivery_estimated": gettext_lazy(
        "No delivery is known, so the days count from the latest delivery date, %(deliver_by)s "
        "(estimated)."
    ),
    "not_delivered_yet": gettext_lazy(
        "As far as is known it has not arrived yet, so nothing needs to be sent back before it has."
    ),
    "fault_seller": gettext_lazy("“%(reason)s” is a reason that the seller bears."),
    "fault_buyer": gettext_lazy("“%(reason)s” is a reason that the buyer bears."),
    "still_sealed": gettext_lazy("%(trait)s: would be excluded once opened, but it is unopened."),
    "excluded": gettext_lazy("%(trait)s: excluded from returns without a fault of the goods."),
    "accepted_anyway": gettext_lazy("The seller's policy takes such goods back all the same."),
    "excluded_no_ground": gettext_lazy(
        "So nothing gives a right to return without a fault of the goods."
    ),
    "statutory_window": gettext_lazy(
        "The right of withdrawal lasts %(days)s days, until the end of %(until)s; a last day on a "
        "weekend or holiday moves to the next working day."
    ),
    "statutory_window_uninstructed": gettext_lazy(
        "The buyer was not told of the right of withdrawal, so it lasts %(months)s months and "
        "%(days)s days, until the end of %(until)s."
    ),
    "guarantee_window": gettext_lazy(
        "The return window of this category is %(days)s days, until the end of %(until)s."
    ),
    "winter_window": gettext_lazy(
        "Ordered in the weeks before the winter holidays: until %(until)s."
    ),
    "winter_window_unconfirmed": gettext_lazy(
        "Ordered in the weeks before the winter holidays: until %(until)s, by last year's dates, "
        "as this year's are not announced."
    ),
    "seller_window": gettext_lazy(
        "The seller's own policy gives %(days)s days, until the end of %(until)s."
    ),
    "ground_statutory": gettext_lazy(
        "Asked on %(asked_at)s, within the right of withdrawal. The buyer may still ask until the "
        "end of %(until)s."
    ),
    "ground_guarantee": gettext_lazy(
        "Asked on %(asked_at)s, within the voluntary return guarantee until the end of %(until)s."
    ),
    "ground_seller_policy": gettext_lazy(
        "Asked on %(asked_at)s, within the seller's own policy until the end of %(until)s."
    ),
    "ground_fault": gettext_lazy(
        "Asked on %(asked_at)s, within the return window until the end of %(until)s, for a reason "
        "that the seller bears."
    ),
    "windows_over": gettext_lazy("Asked on %(asked_at)s; every window ended with %(until)s."),
    "warranty": gettext_lazy(
        "The law gives a warranty for defects until the end of %(until)s: the buyer chooses repair "
        "or replacement."
    ),
    "warranty_over": gettext_lazy(
        "The warranty ended with %(until)s. A person looks whether the seller helps all the same."
    ),
    "presumption": gettext_lazy(
        "The defect showed by the end of %(until)s, so it is taken to have been there at delivery."
    ),
    "no_presumption": gettext_lazy(
        "The defect showed after %(until)s or the buyer is a business: the buyer must show that it "
        "was there at delivery."
    ),
    "used_goods": gettext_lazy(
        "Bought used: a shorter time may have been agreed on expressly; unless that is shown, the "
        "full time counts."
    ),
    "repair_extension": gettext_lazy(
        "A repair makes the warranty %(months)s months longer, once; the buyer must be told before "
        "choosing."
    ),
    "refund_all": gettext_lazy(
        "The seller bears the reason: the full price of %(price)s and the shipping of %(shipping)s "
        "go back."
    ),
    "refund_statutory": gettext_lazy(
        "A withdrawal gives back the price of %(price)s and the cheapest standard delivery, "
        "%(shipping)s."
    ),
    "refund_statutory_all": gettext_lazy(
        "A withdrawal gives back the price of %(price)s, and here the whole shipping of "
        "%(shipping)s as well."
    ),
    "refund_voluntary": gettext_lazy(
        "Under the voluntary window %(percent)s %% of the price of %(price)s goes back, and "
        "%(shipping)s of the shipping."
    ),
    "loss_of_value": gettext_lazy(
        "“%(condition)s”: within the right of withdrawal only a reasoned loss of value may be "
        "deducted, after a person has looked."
    ),
    "deduction_used": gettext_lazy(
        "“%(condition)s”: up to %(percent)s %% is deducted for wear, %(amount)s."
    ),
    "returnless_unsafe": gettext_lazy("It is not safe to send: nothing comes back."),
    "returnless_destroyed": gettext_lazy(
        "Damaged and broken beyond use: it would be pointless to send it back."
    ),
    "returnless_unreturnable": gettext_lazy(
        "%(trait)s, and damaged: nobody can use it again, so it need not be sent back."
    ),
    "returnless_policy": gettext_lazy(
        "The seller's policy asks for no return up to %(limit)s; this is %(price)s."
    ),
    "returnless_abroad": gettext_lazy(
        "Shipped from %(ship_from)s, no return address in Germany, and a price of %(price)s is not "
        "above %(limit)s: refund without return."
    ),
    "postage_fault": gettext_lazy("The seller bears the reason, so the seller pays the way back."),
    "postage_abroad": gettext_lazy(
        "Shipped from %(ship_from)s without a return address in Germany: the international label "
        "is always at the seller's cost."
    ),
    "postage_policy": gettext_lazy("By the seller's own policy the seller pays the way back."),
    "postage_fashion": gettext_lazy(
        "The way back is free for category %(category)s, whatever the price."
    ),
    "postage_price": gettext_lazy(
        "%(price)s is above %(limit)s, so the seller pays the way back of a change of mind too."
    ),
    "postage_buyer": gettext_lazy("The buyer pays the way back of a change of mind."),
    "way_back": gettext_lazy("The goods are to be sent within %(days)s days after authorisation."),
    "option_abroad": gettext_lazy(
        "Shipped from %(ship_from)s: the seller must offer a way back within %(days)s calendar "
        "days, until the end of %(until)s, or the refund is made at the seller's cost."
    ),
    "review_category": gettext_lazy(
        "Returns of category %(category)s are always looked at by a person."
    ),
    "review_trait": gettext_lazy("%(trait)s: such goods are always looked at by a person."),
    "automatic": gettext_lazy("Everything is within the rules: authorised automatically."),
    "by_hand": gettext_lazy("A person decides within the time for reviews."),
    "authorised_as_exception": gettext_lazy(
        "A person authorised it although the rules do not give it."
    ),
}

REVIEWS: Final[dict[str, Words]] = {
    "excluded": gettext_lazy("The goods are excluded from returns without a fault."),
    "out_of_window": gettext_lazy("Every window has passed."),
    "warranty": gettext_lazy(
        "A defect outside the window: cure under the warranty is put to the seller."
    ),
    "warranty_over": gettext_lazy(
        "A defect after the warranty: perhaps the seller helps all the same."
    ),
    "loss_of_value": gettext_lazy(
        "A loss of value within the right of withdrawal needs its reasons."
    ),
    "used": gettext_lazy("The goods show wear: the deduction is looked at."),
    "category": gettext_lazy("The category is never authorised automatically."),
    "trait": gettext_lazy("Such goods are never authorised automatically."),
    "unsafe": gettext_lazy("It is not safe to send, and the seller bears no fault."),
    "estimated": gettext_lazy(
        "The days count from an estimate: perhaps it arrived later than that."
    ),
    "switched_off": gettext_lazy("Automatic authorisation is switched off."),
}

NOTICES: Final[dict[str, Words]] = {
    "withdrawal_confirmed": gettext_lazy(
        "We have received your withdrawal in time; you get the price and the standard delivery "
        "back within 14 days of it; we may wait until the goods or the proof of sending are there."
    ),
    "withdrawal_as_return": gettext_lazy(
        "The time for a withdrawal had passed; we treat your declaration as a return within the "
        "voluntary window."
    ),
    "withdrawal_late": gettext_lazy(
        "We have received your withdrawal. By our records its time had passed; a person looks at "
        "it."
    ),
    "withdrawal_excluded": gettext_lazy(
        "We have received your withdrawal. The law gives no right of withdrawal for such goods, so "
        "we handle it as a return."
    ),
    "withdrawal_business": gettext_lazy(
        "We have received your declaration. The right of withdrawal is for consumers, so we handle "
        "it as a return."
    ),
    "repair_extension": gettext_lazy(
        "You may choose between repair and replacement. If you choose the repair, your warranty "
        "becomes longer by twelve months, once."
    ),
}

HEADLINES: Final[dict[Ground, Words]] = {
    Ground.STATUTORY: gettext_lazy("May withdraw or return until %(until)s; %(total)s go back"),
    Ground.GUARANTEE: gettext_lazy(
        "May return until %(until)s under the guarantee; %(total)s go back"
    ),
    Ground.SELLER_POLICY: gettext_lazy(
        "May return until %(until)s under the seller's policy; %(total)s go back"
    ),
    Ground.FAULT: gettext_lazy(
        "May return until %(until)s at the seller's cost; %(total)s go back"
    ),
    Ground.WARRANTY: gettext_lazy("Warranty until %(until)s: repair or replacement"),
    Ground.NONE: gettext_lazy("No right to return by rule; a person looks"),
}
RETURNLESS: Final = gettext_lazy("%(total)s go back, and nothing needs to be sent")
