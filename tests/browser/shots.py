"""bin/shots: pictures of the main pages of the demo, as people see them, into shots/.

    bin/shots              every page in its languages, light and dark, wide and narrow
    bin/shots queue case   the named pages only
    bin/shots --readme     the four pictures of the README, into docs/screenshots/

Without CSBA_BASE_URL a demo of its own is started, on ports of its own, and ended afterwards; with
it the pages of a demo that runs are taken: CSBA_BASE_URL=http://localhost:8000 bin/shots
"""

import argparse
import contextlib
import itertools
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from csba.demo_logins import DEMO_LOGINS
from tests.browser import chromium

ROOT = Path(__file__).resolve().parent.parent.parent
SIZES = {"phone": (390, 844), "laptop": (1280, 800), "desk": (1440, 900)}
LOGINS = {role: (email, password) for role, email, password in DEMO_LOGINS}
AGENT, ADMIN = "Agent", "Policy admin"
BERLIN, SHENZHEN, NEW = "Seller in Berlin", "Seller in Shenzhen", "Seller to opt in"
TALKED = "a.row:has(.badge)"
"""The first inquiry of a queue about which the seller was asked or which is dangerous."""

BY_TEMPLATE = "a[href*='/ask/template/']"

README_LIMIT = 300_000
"""Bytes of one picture in the README."""


@dataclass(frozen=True)
class Shot:
    """A page: who sees it, where it is, and which links lead on from there to it."""

    name: str
    path: str
    who: str = ""
    links: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("de", "zh-hans", "en")
    sizes: tuple[str, ...] = ("phone", "laptop")


SHOTS = (
    Shot("login", "/accounts/login/"),
    Shot("help", "/help/"),
    Shot("queue", "/desk/queue/", AGENT, sizes=("laptop", "desk")),
    Shot("queue-overdue", "/desk/queue/overdue/", AGENT, languages=("en",), sizes=("desk",)),
    Shot("inquiry", "/desk/queue/", AGENT, links=(TALKED,), sizes=("laptop", "desk")),
    Shot(
        "inquiry-new", "/desk/queue/", AGENT, links=("a.row",), languages=("en",), sizes=("laptop",)
    ),
    Shot("returns", "/desk/returns/", AGENT, sizes=("desk",)),
    Shot("return", "/desk/returns/", AGENT, links=("a.row",), sizes=("laptop",)),
    Shot("refunds", "/desk/refunds/", AGENT, languages=("de",), sizes=("desk",)),
    Shot("policies", "/desk/policies/", AGENT, languages=("de",), sizes=("desk",)),
    Shot("claims", "/desk/claims/", AGENT, languages=("de",), sizes=("desk",)),
    Shot("trial", "/desk/try/", AGENT, sizes=("laptop",)),
    Shot("portal-returns", "/portal/returns/", BERLIN),
    Shot("portal-policy", "/portal/policy/", SHENZHEN),
    Shot("portal-ledger", "/portal/ledger/", BERLIN),
    Shot("portal-changes", "/portal/changes/", BERLIN, languages=("de",)),
    Shot("desk-cases", "/desk/cases/", AGENT, languages=("de",), sizes=("desk",)),
    Shot("support", "/desk/cases/?kind=support", AGENT, languages=("en",), sizes=("desk",)),
    Shot("templates", "/desk/templates/", ADMIN, languages=("de",), sizes=("laptop", "desk")),
    Shot("template", "/desk/templates/stock-for-replacement/", ADMIN, sizes=("laptop",)),
    Shot("template-edit", "/desk/templates/spare-part/edit/", ADMIN, languages=("en",)),
    Shot(
        "ask",
        "/desk/queue/",
        AGENT,
        links=("a.row", "label[for=lane-seller]", BY_TEMPLATE),
        sizes=("laptop",),
    ),
    Shot("records", "/desk/records/", AGENT, languages=("de",), sizes=("desk",)),
    Shot("portal", "/portal/", BERLIN, languages=("de", "en")),
    Shot("portal-zh", "/portal/", SHENZHEN, languages=("zh-hans",)),
    Shot("account", "/portal/account/", BERLIN, languages=("de",)),
    Shot("people", "/portal/people/", BERLIN, languages=("de",)),
    Shot("preferences", "/portal/preferences/", SHENZHEN, languages=("zh-hans",)),
    Shot("profile", "/accounts/profile/", BERLIN, languages=("de",)),
    Shot("sign-in", "/accounts/2fa/", BERLIN, languages=("en",)),
    Shot("sessions", "/accounts/sessions/", BERLIN, languages=("de",)),
    Shot("services", "/portal/services/", BERLIN),
    Shot("opt-in", "/portal/services/csba/opt-in/", NEW),
    Shot("opt-out", "/portal/services/csba/opt-out/", BERLIN, languages=("de",)),
    Shot("terms", "/portal/services/csba/terms/", SHENZHEN, languages=("zh-hans",)),
    Shot("cases", "/portal/cases/", SHENZHEN),
    Shot("case", "/portal/cases/", SHENZHEN, links=("a.row",)),
    Shot("contact", "/portal/contact/", SHENZHEN, languages=("zh-hans", "en")),
    Shot("messages", "/portal/messages/", BERLIN, languages=("de",)),
    Shot("message", "/portal/messages/", BERLIN, links=("a.row",), languages=("de",)),
    Shot("pages", "/portal/pages/", BERLIN, languages=("de",)),
    Shot("interest", "/portal/interest/"),
    Shot("waiting-list", "/desk/waiting-list/", ADMIN, languages=("en",), sizes=("desk",)),
    Shot("invitations", "/desk/invitations/", ADMIN, languages=("en",), sizes=("desk",)),
    Shot("standing", "/desk/standing/", ADMIN, languages=("en",), sizes=("desk",)),
    Shot("activation", "/desk/activation/", ADMIN, languages=("en",), sizes=("desk",)),
    Shot("desk-terms", "/desk/terms/", ADMIN, languages=("en",), sizes=("desk",)),
)
README = (
    Shot("queue", "/desk/queue/", AGENT, languages=("en",), sizes=("laptop",)),
    Shot("inquiry", "/desk/queue/", AGENT, links=(TALKED,), languages=("en",), sizes=("laptop",)),
    Shot("portal", "/portal/", BERLIN, languages=("en",), sizes=("laptop",)),
    Shot(
        "case-zh",
        "/portal/cases/",
        SHENZHEN,
        links=("a.row",),
        languages=("zh-hans",),
        sizes=("phone",),
    ),
)


@contextlib.contextmanager
def demo() -> Iterator[str]:
    """The address of a demo: the one that CSBA_BASE_URL names, else one started for this."""
    if running := os.environ.get("CSBA_BASE_URL"):
        yield running.rstrip("/")
        return
    with tempfile.TemporaryDirectory(prefix="csba-shots-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        ours = {name: value for name, value in os.environ.items() if not name.startswith("CSBA_")}
        for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_HOST", "EMAIL_PORT"):
            ours.pop(name, None)
        system = subprocess.Popen(
            [sys.executable, "-m", "csba.up", "--port", "18000"],
            cwd=ROOT,
            env={**ours, "CSBA_HOME": folder, "CSBA_SMTP_PORT": "12525", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield _address(system)
        finally:
            system.send_signal(signal.SIGTERM)
            system.communicate(timeout=30)


def _address(system: "subprocess.Popen[str]") -> str:
    """Where the pages are, once the system says that it is ready; what it says is passed on."""
    assert system.stdout is not None
    for line in system.stdout:
        sys.stderr.write(f"  | {line}")
        if found := re.search(r"Agents' desk\s+(http\S+)/desk/", line):
            return found[1]
    raise SystemExit("The demo did not start; its last words stand above.")


class Camera:
    """A browser. People sign in once: many logins in a minute would look like an attack."""

    def __init__(self, browser: Browser, url: str, folder: Path) -> None:
        self.browser, self.url, self.folder = browser, url, folder
        self.sessions: dict[str, StorageState] = {}
        self.reads: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, shot: Shot, language: str, size: str, dark: bool, name: str) -> Path:
        """The picture of one page in one look lies in the folder."""
        if shot.who and shot.who not in self.sessions:
            with self._window(language) as page:
                self._sign_in(page, shot.who)
        with self._window(language, SIZES[size], dark, self.sessions.get(shot.who)) as page:
            if shot.who and self.reads.get(shot.who) != language:
                self._choose_language(page, shot, language)
            page.goto(shot.path)
            for link in shot.links:
                page.locator(link).first.click()
                page.wait_for_load_state()
            if page.locator('#live:not([data-topics=""])').count():
                expect(page.locator("#live")).to_have_attribute("data-state", "on")
            page.evaluate("document.fonts.ready")
            file = self.folder / f"{name}.png"
            page.screenshot(path=file)
        return file

    @contextlib.contextmanager
    def _window(
        self,
        language: str,
        size: tuple[int, int] = SIZES["laptop"],
        dark: bool = False,
        session: StorageState | None = None,
    ) -> Iterator[Page]:
        context = self.browser.new_context(
            base_url=self.url,
            locale=chromium.LOCALES[language],
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            storage_state=session,
        )
        try:
            yield context.new_page()
        finally:
            context.close()

    def _sign_in(self, page: Page, who: str) -> None:
        email, password = LOGINS[who]
        page.goto("/accounts/login/")
        page.locator("#id_login").fill(email)
        page.locator("#id_password").fill(password)
        page.locator("#id_password").press("Enter")
        page.wait_for_url(lambda url: "/accounts/" not in url)
        self.sessions[who] = page.context.storage_state()

    def _choose_language(self, page: Page, shot: Shot, language: str) -> None:
        page.goto(shot.path)
        token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
        answer = page.request.post(
            "/i18n/set", form={"language": language, "csrfmiddlewaretoken": token}, max_redirects=0
        )
        if answer.status != 302:
            raise SystemExit(f"The language could not be chosen: {answer.status}.")
        self.reads[shot.who] = language


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="bin/shots", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("pages", nargs="*", choices=[*(shot.name for shot in SHOTS), []])
    parser.add_argument("--readme", action="store_true", help="the pictures of the README only")
    options = parser.parse_args()
    if chromium.find() is None:
        raise SystemExit(f"bin/shots: {chromium.HOW_TO_GET_IT}")
    with demo() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium.options())
        if options.readme:
            _readme(Camera(browser, url, ROOT / "docs" / "screenshots"))
        else:
            _all(Camera(browser, url, ROOT / "shots"), options.pages)
        browser.close()


def _readme(camera: Camera) -> None:
    for shot in README:
        file = camera.take(shot, shot.languages[0], shot.sizes[0], dark=False, name=shot.name)
        sys.stdout.write(f"{file.relative_to(ROOT)}  {file.stat().st_size:,} bytes\n")
        if file.stat().st_size > README_LIMIT:
            raise SystemExit(f"{file.name} is larger than {README_LIMIT:,} bytes.")


def _all(camera: Camera, wanted: list[str]) -> None:
    for shot in SHOTS:
        if wanted and shot.name not in wanted:
            continue
        for language, size, dark in itertools.product(shot.languages, shot.sizes, (False, True)):
            look = f"{language.partition('-')[0]}-{SIZES[size][0]}-{'dark' if dark else 'light'}"
            file = camera.take(shot, language, size, dark, f"{shot.name}-{look}")
            sys.stdout.write(f"{file.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
