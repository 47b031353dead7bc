"""What axe finds on a page that keeps somebody from reading or using it."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.windows import fits

GRAVE = {"serious", "critical"}
SETTLED = """() => Promise.all(
    document.getAnimations()
        .filter((one) => one instanceof CSSTransition)
        .map((one) => one.finished.catch(() => {}))
)"""
"""Colours that are on their way from light to dark have arrived."""

# Without its preloading: that fetches style sheets anew and makes inline styles, which the policy
# of the pages rightly refuses.
OPTIONS = {"resultTypes": ["violations"], "preload": False}


class Findings:
    """What axe and the width of the window say against the pages that were looked at. axe takes
    long and examines one of the two looks only, if one is named, and then every other page,
    beginning with the first or with the second; of the others the width is seen in both looks if
    `all_widths`, else they are left out.
    """

    def __init__(
        self,
        page: Page,
        *,
        narrow: tuple[int, int],
        only: str = "",
        first: int = 0,
        all_widths: bool = True,
    ) -> None:
        self.page = page
        self.axe = Axe()
        self.wide = page.viewport_size
        self.narrow = narrow
        self.only = only
        self.turn = first
        self.all_widths = all_widths
        self.found: list[str] = []

    def look(self, path: str = "") -> None:
        """The page at `path`, or the one that is open, has been examined: wide and light, then
        narrow and dark, and left as it was.
        """
        self.turn += 1
        if not self.all_widths and self.turn % 2 == 0:
            return
        if path:
            self.page.goto(path)
        self._examine(path, "light")
        width, height = self.narrow
        self.page.emulate_media(color_scheme="dark")
        self.page.set_viewport_size({"width": width, "height": height})
        self._examine(path, "dark")
        self.page.emulate_media(color_scheme="light")
        assert self.wide is not None
        self.page.set_viewport_size(self.wide)

    def _examine(self, path: str, look: str) -> None:
        self.page.evaluate(SETTLED)
        where = f"{path or self.page.url} ({look})"
        asked = not self.only or (self.only == look and self.turn % 2)
        for finding in self._violations() if asked else ():
            if finding["impact"] in GRAVE:
                self.found += [
                    f"{where} {finding['id']} ({finding['impact']}): {node['html'][:160]} -- "
                    + "; ".join(check["message"] for check in node["any"] or node["all"])
                    for node in finding["nodes"]
                ]
        if not fits(self.page):
            self.found.append(f"{where} is wider than the window")

    def _violations(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.axe.run(self.page, options=OPTIONS).response[
            "violations"
        ]
        return found
