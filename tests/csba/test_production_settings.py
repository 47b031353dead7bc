"""Production mode: what is missing is said in one sentence, what is left unset is safe."""

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

from csba.embedded.home import CHECKOUT

PRODUCTION = {
    "SECRET_KEY": "kept-secret-" + "0123456789abcdef" * 4,
    "DATABASE_URL": "postgres://csba@127.0.0.1:9/csba",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "CSBA_BASE_URL": "https://csba.example",
}


def _run(*arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], **PRODUCTION}
    for name, value in changes.items():
        env.pop(name, None)
        if value is not None:
            env[name] = value
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_a_missing_variable_ends_every_command_with_one_sentence(
    name: str, value: str | None
) -> None:
    done = _run("manage.py", "check", **{name: value})
    assert (done.returncode, done.stdout) == (3, "")
    lines = done.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"{name} is not set: ")
    assert "bin/run" in lines[0]


# What each variable must not be, and a word of the sentence that says so.
WRONG = {
    "DATABASE_URL": [
        ("mysql://csba:hidden@db/csba", "PostgreSQL"),
        ("sqlite:////data/csba", "PostgreSQL"),
        ("hidden", "PostgreSQL"),
        ("postgres://csba:hidden@db", "which database"),
        ("postgres://csba:hidden@db:port/csba", "cannot be read"),
    ],
    "REDIS_URL": [
        ("http://:hidden@redis:6379/0", "redis://"),
        ("hidden", "redis://"),
        ("redis://:hidden@redis:port/0", "cannot be read"),
        ("redis://:hidden@redis/zero", "cannot be read"),
        ("redis:///0", "cannot be read"),
    ],
    "CSBA_BASE_URL": [
        ("csba.example", "https://"),
        ("ftp://csba.example", "https://"),
        ("https://csba.example/desk", "path"),
        ("https://csba.example:port", "https://"),
        ("https://me:hidden@csba.example", "https://"),
    ],
    "CSBA_ALLOWED_HOSTS": [
        ("https://csba.example", "without scheme"),
        ("csba.example,desk.example:8000", "without scheme"),
    ],
    "CSBA_REPLY_DOMAIN": [("help@csba.example", "domain"), ("csba example", "domain")],
    "CSBA_SENDER_ADDRESS": [("csba.example", "e-mail address")],
    "CSBA_BOUNCE_ADDRESS": [("Csba <bounces@csba.example>", "e-mail address")],
    "CSBA_SMTP_PORT": [("smtp", "1 to 65535"), ("0", "1 to 65535")],
    "CSBA_MAIL_SIZE_LIMIT": [("25 MB", "whole number"), ("-1", "whole number")],
    "CSBA_TRUSTED_RELAYS": [("https://mx.csba.example", "without scheme")],
    "CSBA_MARKETPLACE_DOMAINS": [("https://amazon.de", "without scheme")],
    "CSBA_TRANSFER_ADDRESS_DE": [("csba.example", "e-mail address")],
    "CSBA_TRANSFER_ADDRESS_CN": [("csba.example", "e-mail address")],
    "CSBA_SMTP_CERT": [("cert.pem", "CSBA_SMTP_KEY is not set")],
    "CSBA_SMTP_KEY": [("key.pem", "CSBA_SMTP_CERT is not set")],
    "CSBA_SMTP_REQUIRE_TLS": [("always", "1 or to 0")],
    "CSBA_IMAP_PORT": [("imaps", "1 to 65535")],
    "CSBA_IMAP_TLS": [("starttls", "1 or to 0")],
    "CSBA_IMAP_INTERVAL": [("0", "1 to 3600"), ("soon", "whole number")],
    "CSBA_INBOUND_PROVIDERS": [
        ("pigeon", "some of"),
        ("mailgun", "CSBA_INBOUND_KEY is not set"),
        ("postmark", "CSBA_INBOUND_SECRET is not set"),
    ],
    "CSBA_MAIL_PROVIDER": [
        ("pigeon", "brevo, mailersend"),
        ("mailgun", "CSBA_MAIL_PROVIDER_KEY is not set"),
    ],
    "CSBA_UNDO_SECONDS": [("61", "0 to 60"), ("ten", "whole number")],
    "CSBA_CLAMD": [("clamd", "host and port"), ("clamd:port", "host and port")],
    "EMAIL_PORT": [("abc", "1 to 65535"), ("65536", "1 to 65535"), ("25.0", "1 to 65535")],
    "EMAIL_USE_TLS": [("starttls", "1 or to 0")],
    # One without the other: the sentence begins with the one that is absent.
    "CSBA_LWA_CLIENT_ID": [("amzn1.app", "CSBA_LWA_CLIENT_SECRET is not set")],
    "CSBA_LWA_CLIENT_SECRET": [("hidden", "CSBA_LWA_CLIENT_ID is not set")],
    "CSBA_DEMO": [("maybe", "1 or to 0")],
    "CSBA_DEBUG": [("2", "1 or to 0")],
    "CSBA_BEHIND_PROXY": [("nginx", "1 or to 0")],
    "CSBA_SSL_REDIRECT": [("301", "1 or to 0")],
    "CSBA_HSTS_SECONDS": [("a year", "whole number")],
    "CSBA_PROCESS": [("gunicorn", "web, live, worker, command")],
    "CSBA_LOG_LEVEL": [("LOUD", "WARNING")],
}
RIGHT = [
    ("EMAIL_PORT", "", "EMAIL_PORT", 1025),
    ("EMAIL_PORT", " 587 ", "EMAIL_PORT", 587),
    ("EMAIL_USE_TLS", "Yes", "EMAIL_USE_TLS", True),
    ("EMAIL_USE_TLS", "off", "EMAIL_USE_TLS", False),
    ("EMAIL_HOST_PASSWORD", "$HOME sweet ", "EMAIL_HOST_PASSWORD", "$HOME sweet "),
    (
        "CSBA_BASE_URL",
        "https://csba.example:8443/",
        "CSBA_BASE_URL",
        "https://csba.example:8443",
    ),
    (
        "CSBA_ALLOWED_HOSTS",
        "a.example, [::1] ,.b.example",
        "ALLOWED_HOSTS",
        ["a.example", "[::1]", ".b.example"],
    ),
    (
        "REDIS_URL",
        "rediss://:p%2Fw@cache.example",
        "REDIS_URL",
        "rediss://:p%2Fw@cache.example",
    ),
]
# Any text will do for these, and whether a server is there shows later.
FREE = {
    *("SECRET_KEY", "CSBA_HOME", "CSBA_SENDER_NAME", "CSBA_SMTP_HOST", "CSBA_SINK_URL"),
    *("EMAIL_HOST", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "CSBA_LIVE_PREFIX"),
    *("CSBA_PAYOUT_URL", "CSBA_PAYOUT_SECRET", "CSBA_LMTP_SOCKET"),
    *("CSBA_IMAP_HOST", "CSBA_IMAP_USER", "CSBA_IMAP_PASSWORD"),
    *("CSBA_IMAP_FOLDER", "CSBA_IMAP_DONE_FOLDER"),
    *("CSBA_INBOUND_SECRET", "CSBA_INBOUND_KEY"),
    *("CSBA_MAIL_PROVIDER_KEY", "CSBA_MAIL_PROVIDER_DOMAIN", "CSBA_MAIL_PROVIDER_URL"),
}


READ = """
import contextlib, io, json, os, runpy, sys
sys.path.insert(0, "")
for name, value in json.load(sys.stdin):
    os.environ[name] = value
    sys.modules.pop("csba.accounts.settings", None)
    sys.modules.pop("csba.mail_settings", None)
    said, code, found = io.StringIO(), 0, {}
    with contextlib.redirect_stderr(said):
        try:
            found = runpy.run_path("csba/settings.py")
        except SystemExit as end:
            code = end.code
    plain = {key: found[key] for key in sys.argv[2:] if key in found}
    print(json.dumps([code, said.getvalue(), plain]))
    os.environ.pop(name)
    os.environ.update(json.loads(sys.argv[1]))
"""
"""Reads the settings once for each variable that is changed: one process for them all."""

Given = tuple[str, str]


@pytest.fixture(scope="module")
def read() -> dict[Given, tuple[int, str, dict[str, Any]]]:
    """For each variable of the tables with its value: exit code, what was said, the settings."""
    given = [(name, value) for name, rows in WRONG.items() for value, _word in rows]
    given += [(name, value) for name, value, _setting, _expected in RIGHT]
    env = {"PATH": os.environ["PATH"], **PRODUCTION}
    done = subprocess.run(
        [sys.executable, "-c", READ, json.dumps(env), *{row[2] for row in RIGHT}],
        cwd=CHECKOUT,
        env=env,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answers = [tuple(json.loads(line)) for line in done.stdout.splitlines()]
    return dict(zip(given, answers, strict=True))


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [(name, value, word) for name, rows in WRONG.items() for value, word in rows],
)
def test_a_variable_that_cannot_work_is_one_sentence_that_says_what_would(
    name: str, value: str, word: str, read: dict[Given, tuple[int, str, dict[str, Any]]]
) -> None:
    code, said, _settings = read[name, value]
    assert code == 3
    (sentence,) = said.splitlines()
    assert sentence.startswith((f"{name} ", word))
    assert word in sentence
    assert "hidden" not in sentence


@pytest.mark.parametrize(
    "command", [("manage.py", "migrate"), ("-m", "celery", "-A", "csba", "report")]
)
def test_every_process_ends_with_the_same_sentence(command: tuple[str, ...]) -> None:
    done = _run(*command, EMAIL_PORT="abc")
    assert (done.returncode, done.stderr) == (
        3,
        "EMAIL_PORT is 'abc': set it to a whole number from 1 to 65535.\n",
    )


def test_every_variable_of_the_settings_is_in_one_of_the_two_tables() -> None:
    names = ("settings.py", "accounts/settings.py", "mail_settings.py")
    files = [CHECKOUT / "csba" / name for name in names]
    source = "\n".join(file.read_text("utf-8") for file in files)
    assert "os.environ" not in source
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source))
    pairs = re.findall(r"env\.pair\(\s*\"([A-Z_]+)\",\s*\"([A-Z_]+)\"", source)
    read |= {name for pair in pairs for name in pair}
    assert read == set(WRONG) | FREE


@pytest.mark.parametrize(("name", "value", "setting", "expected"), RIGHT)
def test_what_can_work_is_taken_as_it_is(
    name: str,
    value: str,
    setting: str,
    expected: object,
    read: dict[Given, tuple[int, str, dict[str, Any]]],
) -> None:
    code, said, found = read[name, value]
    assert (code, said) == (0, "")
    assert found[setting] == expected


@pytest.mark.parametrize(("written", "password"), [("p%2Fw%40", "p/w@"), ("p#w", "p#w")])
def test_the_address_of_the_database_may_hold_a_password_and_options(
    written: str, password: str
) -> None:
    url = f"postgresql://csba:{written}@db.example:5433/shop?sslmode=require"
    show = "import json, csba.settings; print(json.dumps(csba.settings.DATABASES['default']))"
    found = json.loads(_run("-c", show, DATABASE_URL=url).stdout)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", 5433, "shop")
    assert found["PASSWORD"] == password
    assert found["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize("command", ["help", "version"])
def test_help_is_there_with_all_variables_set(command: str) -> None:
    done = _run("manage.py", command)
    assert (done.returncode, done.stderr) == (0, "")


def test_login_with_amazon_is_on_with_both_variables() -> None:
    show = "import json, csba.settings; print(json.dumps(csba.settings.SOCIALACCOUNT_PROVIDERS))"
    assert json.loads(_run("-c", show).stdout) == {}
    both = {"CSBA_LWA_CLIENT_ID": "amzn1.app", "CSBA_LWA_CLIENT_SECRET": "kept"}
    (app,) = json.loads(_run("-c", show, **both).stdout)["amazon"]["APPS"]
    assert app == {"client_id": "amzn1.app", "secret": "kept"}


def test_the_checks_for_deployment_find_nothing() -> None:
    done = _run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


SHOW = """
import json
from django.conf import settings
names = ("DEBUG DEMO CSBA_STAFF_SECOND_FACTOR SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE "
         "SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS").split()
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def _settings(**changes: str | None) -> dict[str, object]:
    done = _run("-c", SHOW, DJANGO_SETTINGS_MODULE="csba.settings", **changes)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_production_is_strict_without_being_told() -> None:
    assert _settings() == {
        "DEBUG": False,
        "DEMO": False,
        "CSBA_STAFF_SECOND_FACTOR": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "ALLOWED_HOSTS": ["csba.example"],
        "CSRF_TRUSTED_ORIGINS": ["https://csba.example"],
    }


def test_only_the_demo_does_without_the_variables_and_the_second_factor() -> None:
    found = _settings(CSBA_DEMO="1", SECRET_KEY=None, DATABASE_URL=None, REDIS_URL=None)
    assert (found["DEMO"], found["CSBA_STAFF_SECOND_FACTOR"], found["DEBUG"]) == (
        True,
        False,
        False,
    )
    assert _settings(CSBA_DEBUG="1")["CSBA_STAFF_SECOND_FACTOR"] is True
