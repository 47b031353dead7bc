"""The ways to decide as cards: what happens, how much, why, and the words for the buyer."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from csba.money import ZERO, shown
from csba.topics import Topic
from inquiries.desk import moments
from inquiries.models import Inquiry
from inquiries.operations.judgement import Advised, Way
from returns.rules import recommendation, trace


@dataclass(frozen=True, slots=True)
class Card:
    """One way. `rank` counts from 1, the best; `second` says why it is not the recommended one."""

    remedy: str
    rank: int
    best: bool
    outcome: str
    line: str
    when: str
    because: str
    second: str
    to_seller: str
    reply: str
    departs: str
    seen_amount: Decimal
    chosen: bool


def cards(advised: Advised, typed: Mapping[str, Any]) -> list[Card]:
    """All ways, best first; what somebody had typed for one of them stays."""
    return [_card(advised, rank, way, typed) for rank, way in enumerate(advised.ways, 1)]


def _card(advised: Advised, rank: int, way: Way, typed: Mapping[str, Any]) -> Card:
    advice = way.advice
    mine = typed.get("chosen") == advice.remedy
    best = way is advised.best
    return Card(
        remedy=advice.remedy,
        rank=rank,
        best=best,
        outcome=str(Inquiry.Outcome(advice.outcome).label),
        line=recommendation.shown_remedy(advice),
        when=_when(way),
        because=recommendation.shown_reason(advice),
        second="" if best else _why_second(advised.best, way),
        to_seller=way.to_seller,
        reply=str(typed["reply"]) if mine and "reply" in typed else way.to_buyer,
        departs=str(typed.get("departs", "")) if mine else "",
        seen_amount=way.amount,
        chosen=mine,
    )


def _when(way: Way) -> str:
    if way.advice.amount:
        return _("The money goes back at once.")
    return _("The money goes back with the goods.") if way.advice.later else _("No money moves.")


def _why_second(best: Way, way: Way) -> str:
    if way.advice.remedy == "replacement":
        return _("It needs the seller's stock, and the seller is silent.")
    currency = way.advice.currency
    if way.amount > best.amount:
        return _("It goes further than the case needs: %(this)s instead of %(best)s.") % {
            "this": shown(way.amount, currency),
            "best": shown(best.amount, currency),
        }
    if way.amount < best.amount:
        return _("The buyer would get less: %(this)s instead of %(best)s.") % {
            "this": shown(way.amount, currency),
            "best": shown(best.amount, currency),
        }
    if best.advice.amount > ZERO and way.advice.amount == ZERO:
        return _("The buyer would have to send the goods and to wait for the money.")
    return _("It fits as well, but the table of judgments puts the other one first.")


def entitled(advised: Advised) -> list[dict[str, Any]]:
    """What each line entitles to, with its steps; or why that cannot be told."""
    found: list[dict[str, Any]] = []
    for given in advised.gathered.given:
        line: dict[str, Any] = {"title": str(given.line), "unclear": given.unclear}
        if given.facts is not None and given.entitlement is not None:
            outcome = given.entitlement.outcome
            line["outcome"] = trace.summary(given.facts, outcome)
            line["trace"] = trace.rows(
                given.entitlement.trace,
                estimated=outcome.estimated,
                currency=given.facts.currency,
            )
        found.append(line)
    return found


def situation(advised: Advised) -> list[tuple[str, str]]:
    """The facts that the recommendation looked at, in words."""
    now = advised.gathered.now
    facts = [
        (_("Topic"), str(Topic(now.topic).label)),
        (_("Shipped"), _("yes") if now.shipped else _("no")),
        (
            _("Delivered on"),
            moments.full(now.delivered_at) if now.delivered_at else _("not that we know"),
        ),
    ]
    if now.delivered_at is not None:
        facts.append((_("Signature"), _("yes") if now.signed else _("none")))
    if now.deliver_by is not None:
        facts.append((_("Latest delivery"), moments.full(now.deliver_by)))
        lost = now.deliver_by + now.grace
        facts.append((_("Counts as lost from"), moments.full(lost)))
    facts.append((_("Condition"), str(now.condition.label)))
    facts.append((_("Goods are back"), _("yes") if now.goods_back else _("no")))
    facts.append(
        (
            _("Can still go back"),
            _("%(item)s and %(shipping)s for shipping")
            % {
                "item": shown(now.price, now.currency),
                "shipping": shown(now.shipping, now.currency),
            },
        )
    )
    return facts


def versions(advised: Advised) -> str:
    """Which rows of the rulebook were read for the recommendation itself."""
    found = advised.gathered.versions
    return ", ".join(f"{key} v{number}" for key, number in found.items())


def kept(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a decision kept of its recommendation: the way that was taken, the one that had been
    recommended where it is another, and the numbers of what was done.
    """
    found: list[tuple[str, str]] = []
    if chosen := facts.get("chosen"):
        found.append((_("Way"), _in_words(chosen)))
    if facts.get("departed") and (best := facts.get("recommended")):
        found.append((_("Recommended was"), _in_words(best)))
    if numbers := ", ".join(facts.get("carried_out", {}).values()):
        found.append((_("Done by it"), numbers))
    return found


def _in_words(stored: Mapping[str, Any]) -> str:
    advice = recommendation.Recommendation(
        **{**stored, "amount": Decimal(stored["amount"]), "later": Decimal(stored["later"])}
    )
    return recommendation.shown_remedy(advice)
