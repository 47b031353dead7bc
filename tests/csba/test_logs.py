"""The log knows no link that lets whoever reads it in."""

import logging

import pytest

from csba.logs import HideLinks


@pytest.mark.parametrize(
    ("line", "values", "kept"),
    [
        ("Not Found: %s", ("/portal/join/sEcReT/",), "Not Found: /portal/join/…/"),
        (
            "Forbidden: %s",
            ("/accounts/password/reset/key/3-abc/",),
            "Forbidden: /accounts/password/reset/key/…/",
        ),
        (
            '"GET /accounts/confirm-email/MQ:1x/ HTTP/1.1" 500',
            (),
            '"GET /accounts/confirm-email/…/ HTTP/1.1" 500',
        ),
        ("Not Found: %s", ("/help/return/tok-en/",), "Not Found: /help/return/…/"),
        ("Not Found: %s", ("/desk/queue/",), "Not Found: /desk/queue/"),
    ],
)
def test_what_follows_the_beginning_of_a_secret_link_is_blanked(
    line: str, values: tuple[str, ...], kept: str
) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "x", 1, line, values, None)
    assert HideLinks().filter(record)
    assert record.getMessage() == kept
