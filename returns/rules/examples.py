"""A counter-example as a sentence in the reader's language, such as: a book for 79,00 €, delivered
on 3 March, return asked for on 20 March because it is no longer needed: the standard refunds 100 %,
your policy 80 %.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from csba.money import shown as money_shown
from returns.reasons import Condition, Reason, Trait
from returns.rules.clauses import percent
from returns.rules.comparison import CounterExample, Loss
from returns.rules.facts import Facts

_GOODS: Final[dict[str, Promise | str]] = {
    "ELECTRONICS": gettext_lazy("Headphones"),
    "CAMERA": gettext_lazy("A camera"),
    "OFFICE": gettext_lazy("A desk lamp"),
    "PC": gettext_lazy("A keyboard"),
    "WIRELESS": gettext_lazy("A mobile phone"),
    "VIDEO_GAMES": gettext_lazy("A video game"),
    "MUSIC": gettext_lazy("A record"),
    "VIDEO_DVD": gettext_lazy("A film on disc"),
    "BOOKS": gettext_lazy("A book"),
    "SOFTWARE": gettext_lazy("A software package"),
    "TOYS": gettext_lazy("A toy"),
    "DIY": gettext_lazy("A drill"),
    "KITCHEN": gettext_lazy("A teapot"),
    "AUTOMOTIVE": gettext_lazy("A car part"),
    "PERSONAL_CARE_APPLIANCES": gettext_lazy("A shaver"),
    "HOME_ENTERTAINMENT": gettext_lazy("A television"),
    "MAJOR_APPLIANCES": gettext_lazy("A washing machine"),
    "SPORTS": gettext_lazy("A yoga mat"),
    "GARDEN": gettext_lazy("A garden hose"),
    "HOME": gettext_lazy("A cushion"),
    "HEALTH": gettext_lazy("A sealed health product"),
    "BEAUTY": gettext_lazy("A sealed cream"),
    "GROCERY": gettext_lazy("Perishable food"),
    "WINE": gettext_lazy("A bottle of wine"),
    "BABY": gettext_lazy("A baby carrier"),
    "LUXURY": gettext_lazy("A luxury article"),
    "PETS": gettext_lazy("A dog lead"),
    "APPAREL": gettext_lazy("A jacket"),
    "SHOES": gettext_lazy("A pair of shoes"),
    "WATCHES": gettext_lazy("A watch"),
    "BAGS": gettext_lazy("A bag"),
    "JEWELRY": gettext_lazy("A necklace"),
    "INDUSTRIAL": gettext_lazy("A workshop tool"),
    "MARKETPLACE_DEVICES": gettext_lazy("A device of the marketplace"),
    "RENEWED": gettext_lazy("A renewed phone"),
    "FLOWERS": gettext_lazy("A bunch of flowers"),
    "HANDMADE": gettext_lazy("A handmade bowl"),
    "CUSTOM": gettext_lazy("A ring with an engraving"),
    "MEDICAL": gettext_lazy("Medical supplies"),
    "ADULT": gettext_lazy("A sealed intimate article"),
    "OTHER": gettext_lazy("Another article"),
}
_REASONS: Final[dict[Reason, Promise | str]] = {
    Reason.MISTAKE: gettext_lazy("because it was ordered by mistake"),
    Reason.BETTER_PRICE: gettext_lazy("because it is cheaper elsewhere"),
    Reason.NOT_NEEDED: gettext_lazy("because it is no longer needed"),
    Reason.NOT_GOOD_ENOUGH: gettext_lazy("because it is not good enough"),
    Reason.NOT_COMPATIBLE: gettext_lazy("because it is not compatible"),
    Reason.PART_NOT_COMPATIBLE: gettext_lazy("because the part does not fit"),
    Reason.HARD_TO_INSTALL: gettext_lazy("because installing it takes too much"),
    Reason.ITEM_DAMAGED: gettext_lazy("because it is damaged"),
    Reason.LATE: gettext_lazy("because it came too late"),
    Reason.MISSING_PARTS: gettext_lazy("because parts are missing"),
    Reason.BOX_AND_ITEM_DAMAGED: gettext_lazy("because it came damaged with its packaging"),
    Reason.WRONG_ITEM: gettext_lazy("because it is the wrong article"),
    Reason.DEFECTIVE: gettext_lazy("because it is defective"),
    Reason.EXTRA_ITEM: gettext_lazy("because it was never ordered"),
    Reason.UNAUTHORISED: gettext_lazy("because the purchase was not authorised"),
    Reason.NOT_AS_DESCRIBED: gettext_lazy("because it is not as described"),
    Reason.DAMAGED_ON_DELIVERY: gettext_lazy("because it was damaged on the way"),
    Reason.BADLY_PACKED: gettext_lazy("because it was badly packed"),
}
_CONDITIONS: Final[dict[Condition, Promise | str]] = {
    Condition.OPENED: gettext_lazy("opened but as new"),
    Condition.USED: gettext_lazy("used beyond testing"),
    Condition.DAMAGED: gettext_lazy("damaged or incomplete"),
    Condition.DESTROYED: gettext_lazy("broken beyond use"),
}
_HOLIDAY_MONTHS: Final = (10, 11, 12, 1)
"""Around the holidays the day of the order counts, so the sentence names it."""


def sentence(example: CounterExample) -> str:
    """The purchase, and what the standard and the seller's policy give the buyer for it."""
    return _("%(purchase)s: %(loss)s") % {
        "purchase": purchase(example.facts),
        "loss": loss(example),
    }


def purchase(facts: Facts) -> str:
    """The purchase in words: what, for how much, when, why, in which state, from where."""
    dates = {"delivered": _day(facts.delivered_at), "asked": _day(facts.asked_at)}
    parts = [
        _("%(goods)s for %(price)s")
        % {"goods": _goods(facts), "price": money_shown(facts.price, facts.currency)},
    ]
    if _zoned(facts.placed_at).month in _HOLIDAY_MONTHS:
        parts.append(_("ordered on %(ordered)s") % {"ordered": _day(facts.placed_at)})
    parts.append(_("delivered on %(delivered)s") % dates)
    if facts.withdrawal:
        parts.append(_("withdrawal declared on %(asked)s") % dates)
    else:
        parts.append(
            _("returned on %(asked)s %(because)s")
            % {**dates, "because": str(_REASONS[facts.reason])}
        )
    if facts.condition in _CONDITIONS:
        parts.append(str(_CONDITIONS[facts.condition]))
    if facts.ship_from != "DE":
        parts.append(
            _("sent from abroad")
            if facts.local_address
            else _("sent from abroad, without an address in Germany")
        )
    if not facts.consumer:
        parts.append(_("bought by a business"))
    return _(", ").join(parts)


def loss(example: CounterExample) -> str:
    """What the standard gives the buyer, and what less the policy gives."""
    match example.loss:
        case Loss.RETURN:
            return _("the standard takes it back, your policy does not.")
        case Loss.UNTIL:
            text = _(
                "under the standard it may come back until %(standard)s, under your policy until "
                "%(offer)s."
            )
            return text % {
                "standard": _last_day(example.standard),
                "offer": _last_day(example.offer),
            }
        case Loss.REFUND:
            return _("the standard refunds %(standard)s, your policy %(offer)s.") % _amounts(
                example
            )
        case Loss.SHIPPING:
            text = _(
                "of the shipping there the standard refunds %(standard)s, your policy %(offer)s."
            )
            currency = example.facts.currency
            return text % {
                "standard": money_shown(Decimal(example.standard), currency),
                "offer": money_shown(Decimal(example.offer), currency),
            }
        case Loss.POSTAGE:
            return _(
                "under the standard you pay the way back, under your policy the buyer pays it."
            )
        case Loss.RETURNLESS:
            return _("under the standard it need not be sent back, under your policy it must.")
        case Loss.SEND_BACK:
            return _(
                "the standard gives %(standard)s days to send it back, your policy %(offer)s."
            ) % {"standard": example.standard, "offer": example.offer}
        case Loss.REFUND_DAYS:
            text = ngettext(
                "the standard refunds within %(standard)s business day of its arrival, your policy "
                "within %(offer)s.",
                "the standard refunds within %(standard)s business days of its arrival, your "
                "policy within %(offer)s.",
                int(example.standard),
            )
            return text % {"standard": example.standard, "offer": example.offer}
        case Loss.AT_SCAN:
            return _("the standard refunds when the parcel is handed in, your policy later.")
        case Loss.WARRANTY:
            text = _(
                "under the standard there is a warranty until %(standard)s, under your policy "
                "until %(offer)s."
            )
            return text % {
                "standard": _last_day(example.standard),
                "offer": _last_day(example.offer),
            }
        case Loss.REMEDY:
            return _("under the standard there is a warranty, under your policy there is none.")


def goods_name(category: str) -> str:
    """An article of this category, as examples name it."""
    return str(_GOODS.get(category) or _GOODS["OTHER"])


def _goods(facts: Facts) -> str:
    name = goods_name(facts.category)
    traits = [str(Trait(trait).label) for trait in sorted(facts.traits)]
    between = _(", ")
    return f"{name} ({between.join(traits)})" if traits else name


def _amounts(example: CounterExample) -> dict[str, str]:
    """Shares of the price where they are whole, amounts otherwise."""
    pair = {"standard": Decimal(example.standard), "offer": Decimal(example.offer)}
    price = example.facts.price
    shares = {name: round(100 * amount / price) for name, amount in pair.items()}
    cent = Decimal("0.01")
    exact = all(abs(price * shares[name] / 100 - amount) < cent for name, amount in pair.items())
    if exact and shares["standard"] != shares["offer"]:
        return {name: percent(share) for name, share in shares.items()}
    return {name: money_shown(amount, example.facts.currency) for name, amount in pair.items()}


def _zoned(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(settings.CSBA_MARKETPLACE_ZONE))


def _day(moment: datetime | None) -> str:
    return formats.date_format(_zoned(moment), "DATE_FORMAT") if moment is not None else ""


def _last_day(moment: str) -> str:
    """The last day before an exclusive end."""
    return _day(datetime.fromisoformat(moment) - timedelta(seconds=1))
