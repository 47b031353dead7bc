"""Browser windows of people: each with a language, a size and a session of its own, and watched."""

from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import pgettext
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from csba.accounts.models import User
from tests.browser import chromium
from tests.conftest import Travel
from tests.factories.sellers import PASSWORD

DESK = (1440, 900)
LAPTOP = (1280, 800)
PHONE = (390, 844)


def words(language: str, text: str, context: str | None = None) -> str:
    """What a page in this language says for `text`; in English as long as it is not translated."""
    with translation.override(language):
        return pgettext(context, text) if context else translation.gettext(text)


def known(user: User) -> User:
    """The person, whose address has been verified: without that nobody gets in."""
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """The login form that is open has been filled in and sent, and has led on."""
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """The person has come in by the front door, and stands where it leads."""
    page.goto("/accounts/login/")
    sign_in(page, email, password)


def fits(page: Page) -> bool:
    """Whether nothing on the page is wider than the window, once its styles are there."""
    page.wait_for_load_state()
    width: int = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
    return width <= 0


@dataclass
class Windows:
    """All windows of one test, and everything in them that a person would not want to happen."""

    browser: Browser
    base_url: str
    travel: Travel
    contexts: list[BrowserContext] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    refusals: set[int] = field(default_factory=set)
    """Statuses that this test provokes on purpose."""

    def open(
        self,
        user: User | None = None,
        *,
        language: str = "",
        size: tuple[int, int] = LAPTOP,
    ) -> Page:
        """A new window; somebody who is named is signed in, as after the login's form (that form
        has tests of its own), and stands where it leads.
        """
        language = language or (user.language if user else "en")
        width, height = size
        context = self.browser.new_context(
            base_url=self.base_url,
            locale=chromium.LOCALES[language],
            timezone_id=user.time_zone if user else "Europe/Berlin",
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            has_touch=size == PHONE,
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        self._watch(context)
        context.clock.set_fixed_time(timezone.now())
        page = context.new_page()
        if user is not None:
            known(user)
            at_home = Client()
            at_home.force_login(user)
            session = at_home.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.base_url}]
            )
            page.goto("/accounts/login/")
        return page

    def wait(self, **span: float) -> None:
        """Time passes, for the server and in every window alike."""
        self.travel(**span)
        for context in self.contexts:
            context.clock.set_fixed_time(timezone.now())

    def close(self) -> None:
        """No window is open, so nothing asks the server for anything any more."""
        for context in self.contexts:
            context.close()
        self.contexts.clear()

    def _watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note(f"script failed: {error.error}"))
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    def _note(self, trouble: str) -> None:
        self.troubles.append(trouble)

    def _console(self, message: ConsoleMessage) -> None:
        # Where a page breaks its Content-Security-Policy, Chromium says so here, as an error.
        expected = any(f"a status of {status} " in message.text for status in self.refusals)
        if expected:
            return
        if message.type == "error" or "Content Security Policy" in message.text:
            self._note(f"console: {message.text} ({_where(message)})")

    def _failed(self, request: Request) -> None:
        # A page that is left takes its event stream and its half-loaded parts with it.
        if request.failure != "net::ERR_ABORTED":
            self._note(f"no answer: {request.method} {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.refusals:
            self._note(f"{response.status}: {response.request.method} {response.url}")


def _where(message: ConsoleMessage) -> str:
    place: Any = message.location
    return f"{place.get('url', '')}:{place.get('lineNumber', '')}"


def press(page: Page, name: str) -> None:
    """Select what is called so: a button, or a link that looks like one."""
    button = page.get_by_role("button", name=name, exact=True)
    button.or_(page.get_by_role("link", name=name, exact=True)).click()
