"""The policy of the pages holds in a real browser, and what watches the windows does notice."""

import pytest

from tests.browser.findings import Findings
from tests.browser.windows import PHONE, Windows

pytestmark = pytest.mark.e2e


def test_a_script_that_got_into_a_page_does_not_run_and_is_noticed(windows: Windows) -> None:
    page = windows.open()
    page.goto("/help/")
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "document.title = 'taken over'";
            document.body.append(script);
        }"""
    )
    assert "taken over" not in page.title()
    assert any("Content Security Policy" in trouble for trouble in windows.troubles)
    windows.troubles.clear()


def test_a_page_that_is_missing_and_a_script_that_fails_are_noticed(windows: Windows) -> None:
    page = windows.open()
    page.goto("/portal/join/no-such-invitation/")
    page.evaluate("setTimeout(() => { throw new Error('out of order'); })")
    page.evaluate("new Promise(requestAnimationFrame)")
    found = "\n".join(windows.troubles)
    assert "410: GET" in found
    assert "out of order" in found
    windows.troubles.clear()


def test_words_too_faint_and_a_page_too_wide_are_found(windows: Windows) -> None:
    page = windows.open()
    page.goto("/help/")
    page.evaluate(
        """() => {
            const heading = document.querySelector("h1");
            heading.style.color = "#ddd";
            heading.style.width = "3000px";
        }"""
    )
    findings = Findings(page, narrow=PHONE)
    findings.look()
    assert any("color-contrast" in finding for finding in findings.found)
    assert any("wider than the window" in finding for finding in findings.found)
