"""Passkeys in a real browser, with an authenticator that Chromium itself plays."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from tests.browser.windows import Windows, known, press
from tests.factories.sellers import PASSWORD, UserFactory

pytestmark = pytest.mark.e2e


def with_a_key(page: Page) -> None:
    """The window has an authenticator inside the device that asks for a finger, and gets it."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_staff_must_add_a_passkey_and_then_sign_in_with_it_alone(
    windows: Windows, settings: Any
) -> None:
    settings.CSBA_STAFF_SECOND_FACTOR = True
    pavel = UserFactory(email="pavel@desk.test", language="en", is_staff=True, is_superuser=True)
    known(pavel)
    page = windows.open()
    with_a_key(page)
    page.goto("/accounts/login/")
    page.locator("#id_login").fill(pavel.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    # The desk is closed as long as there is no second factor.
    page.wait_for_url("**/accounts/2fa/")
    page.goto("/accounts/2fa/webauthn/add/")
    # Before a key is added the password is asked for once more.
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.locator("#id_name").fill("My laptop")
    page.locator("#id_passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(re.compile("/accounts/2fa/(?!webauthn/add)"))
    assert Authenticator.objects.filter(user=pavel, type=Authenticator.Type.WEBAUTHN).exists()
    page.goto("/desk/")
    expect(page).to_have_url(re.compile("/desk/"))

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    press(page, "Sign in with a passkey")
    page.wait_for_url(re.compile("/desk/"))

    # With the password alone nobody is in: the key is asked for.
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.locator("#id_login").fill(pavel.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/accounts/2fa/authenticate/**")
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url(re.compile("/desk/"))
