"""Names of what the rulebook knows by code only: categories of goods, and the states of Germany."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

CATEGORIES: Final[dict[str, str | Promise]] = {
    "ELECTRONICS": pgettext_lazy("category", "Electronics"),
    "CAMERA": pgettext_lazy("category", "Cameras"),
    "OFFICE": pgettext_lazy("category", "Office supplies"),
    "PC": pgettext_lazy("category", "Computers"),
    "WIRELESS": pgettext_lazy("category", "Phones and radio"),
    "VIDEO_GAMES": pgettext_lazy("category", "Video games"),
    "MUSIC": pgettext_lazy("category", "Music"),
    "VIDEO_DVD": pgettext_lazy("category", "Films"),
    "BOOKS": pgettext_lazy("category", "Books"),
    "SOFTWARE": pgettext_lazy("category", "Software"),
    "TOYS": pgettext_lazy("category", "Toys"),
    "DIY": pgettext_lazy("category", "Tools and building"),
    "KITCHEN": pgettext_lazy("category", "Kitchen"),
    "AUTOMOTIVE": pgettext_lazy("category", "Car"),
    "PERSONAL_CARE_APPLIANCES": pgettext_lazy("category", "Personal care appliances"),
    "HOME_ENTERTAINMENT": pgettext_lazy("category", "Home entertainment"),
    "MAJOR_APPLIANCES": pgettext_lazy("category", "Major appliances"),
    "SPORTS": pgettext_lazy("category", "Sports"),
    "GARDEN": pgettext_lazy("category", "Garden"),
    "HOME": pgettext_lazy("category", "Home"),
    "HEALTH": pgettext_lazy("category", "Health"),
    "BEAUTY": pgettext_lazy("category", "Beauty"),
    "GROCERY": pgettext_lazy("category", "Food"),
    "WINE": pgettext_lazy("category", "Wine and spirits"),
    "BABY": pgettext_lazy("category", "Baby"),
    "LUXURY": pgettext_lazy("category", "Luxury beauty"),
    "PETS": pgettext_lazy("category", "Pets"),
    "APPAREL": pgettext_lazy("category", "Clothing"),
    "SHOES": pgettext_lazy("category", "Shoes"),
    "WATCHES": pgettext_lazy("category", "Watches"),
    "BAGS": pgettext_lazy("category", "Bags and luggage"),
    "JEWELRY": pgettext_lazy("category", "Jewellery"),
    "INDUSTRIAL": pgettext_lazy("category", "Industry and science"),
    "MARKETPLACE_DEVICES": pgettext_lazy("category", "The marketplace's own devices"),
    "RENEWED": pgettext_lazy("category", "Refurbished"),
    "FLOWERS": pgettext_lazy("category", "Flowers and plants"),
    "HANDMADE": pgettext_lazy("category", "Handmade"),
    "CUSTOM": pgettext_lazy("category", "Made to order"),
    "MEDICAL": pgettext_lazy("category", "Medical supplies"),
    "ADULT": pgettext_lazy("category", "Sexual wellness"),
    "OTHER": pgettext_lazy("category", "Anything else"),
}

STATES: Final[dict[str, str | Promise]] = {
    "BW": pgettext_lazy("state", "Baden-Württemberg"),
    "BY": pgettext_lazy("state", "Bavaria"),
    "BE": pgettext_lazy("state", "Berlin"),
    "BB": pgettext_lazy("state", "Brandenburg"),
    "HB": pgettext_lazy("state", "Bremen"),
    "HH": pgettext_lazy("state", "Hamburg"),
    "HE": pgettext_lazy("state", "Hesse"),
    "MV": pgettext_lazy("state", "Mecklenburg-Western Pomerania"),
    "NI": pgettext_lazy("state", "Lower Saxony"),
    "NW": pgettext_lazy("state", "North Rhine-Westphalia"),
    "RP": pgettext_lazy("state", "Rhineland-Palatinate"),
    "SL": pgettext_lazy("state", "Saarland"),
    "SN": pgettext_lazy("state", "Saxony"),
    "ST": pgettext_lazy("state", "Saxony-Anhalt"),
    "SH": pgettext_lazy("state", "Schleswig-Holstein"),
    "TH": pgettext_lazy("state", "Thuringia"),
}


def category_label(code: str) -> str:
    """The category in the reader's language; a code without a name is its own."""
    return str(CATEGORIES.get(code, code))
