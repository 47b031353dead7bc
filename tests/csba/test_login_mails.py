"""The login's mails leave by the outbox, in their readers' languages; nothing logs a secret."""

import logging
import re
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from django.contrib.auth.models import AnonymousUser
from django.core import mail as django_mail
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from csba.accounts.adapter import INVITATION_KEY
from csba.accounts.models import User
from csba.outbox.delivery import deliver_due
from csba.outbox.models import OutgoingMail
from tests.conftest import Letters, Travel
from tests.csba.relay import TestRelay
from tests.factories.sellers import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "elf-leise-Traktoren"
LIBRARY = Path(allauth.__file__).parent / "templates"
# Every mail of the login library, by the name of its template; those of apps we have not installed
# are left out.
PREFIXES = sorted(
    str(file.relative_to(LIBRARY)).removesuffix("_subject.txt")
    for app in ("account", "mfa", "socialaccount", "usersessions")
    for file in LIBRARY.glob(f"{app}/email/*_subject.txt")
)


@pytest.fixture(autouse=True)
def nobody_sends_by_hand() -> Any:
    """Nothing may leave beside the outbox."""
    yield
    assert not django_mail.outbox


@pytest.fixture
def anna() -> Any:
    person = UserFactory(
        email="anna@blume.test", name="Anna Blume", language="de", time_zone="Asia/Shanghai"
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def sign_up(client: Client, email: str = "new@sellers.test", language: str = "en") -> Any:
    session = client.session
    session[INVITATION_KEY] = "token"
    session.save()
    return client.post(
        reverse("account_signup"),
        {"email": email, "password1": PASSWORD, "password2": PASSWORD},
        headers={"accept-language": language},
    )


def the_link(mail: OutgoingMail) -> str:
    """Where the first button of the letter leads."""
    found = re.search(r"^→ .+: (https?://\S+)$", mail.text, re.MULTILINE)
    assert found is not None, mail.text
    return found[1]


def path_of(url: str, base: str) -> str:
    assert url.startswith(f"{base}/")
    return url.removeprefix(base)


# --- signing up
def test_who_signs_up_confirms_by_the_link_of_a_letter_and_gets_in(
    client: Client, letters: Letters, settings: Any
) -> None:
    settings.CSBA_BASE_URL = "https://csba.example"
    answer = sign_up(client)
    assert answer.headers["Location"] == reverse("account_email_verification_sent")
    mail = letters.last("new@sellers.test")
    assert mail.template == "account/mail/email_confirmation_signup"
    assert (mail.language, mail.automatic, mail.status) == ("en", True, "QUEUED")
    assert (mail.about_type, mail.about_id) == ("accounts.user", User.objects.get().pk)
    assert mail.subject == "Please confirm your e-mail address"
    client.post(path_of(the_link(mail), "https://csba.example"))
    assert EmailAddress.objects.get().verified


def test_while_the_relay_is_away_signing_up_works_and_the_letter_waits(
    client: Client, letters: Letters, settings: Any, travel: Travel
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert sign_up(client).status_code == 302
    deliver_due()
    assert letters.last("new@sellers.test").status == "QUEUED"
    relay = TestRelay().start()
    settings.EMAIL_PORT = relay.port
    travel(minutes=5)
    deliver_due()
    relay.stop()
    assert [taken.to for taken in relay.taken] == [["new@sellers.test"]]
    assert relay.taken[0].message["Auto-Submitted"] == "auto-generated"
    assert letters.last("new@sellers.test").status == "SENT"


@pytest.mark.parametrize("language", ["de", "zh-hans", "en"])
def test_the_letter_to_a_new_person_is_in_the_language_they_have_read(
    language: str, client: Client, letters: Letters
) -> None:
    sign_up(client, language=language)
    assert letters.last("new@sellers.test").language == language


def test_signing_up_with_an_address_that_has_an_account_tells_only_its_owner(
    client: Client, letters: Letters, anna: Any
) -> None:
    fresh = sign_up(Client())
    known = sign_up(client, "Anna@blume.test")
    assert known.headers["Location"] == fresh.headers["Location"]
    mail = letters.last("anna@blume.test")
    assert (mail.template, mail.language) == ("account/mail/account_already_exists", "de")
    assert User.objects.count() == 2


# --- a forgotten password
def test_a_forgotten_password_is_set_by_the_link_of_a_letter(
    client: Client, letters: Letters, anna: Any, settings: Any
) -> None:
    settings.CSBA_BASE_URL = "https://csba.example"
    # The host that a browser names is nobody's word for where our pages are.
    client.post(
        reverse("account_reset_password"),
        {"email": "Anna@Blume.test"},
        headers={"host": "localhost"},
    )
    mail = letters.last("anna@blume.test")
    assert (mail.template, mail.language) == ("account/mail/password_reset_key", "de")
    form = client.get(path_of(the_link(mail), "https://csba.example"), follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    anna.refresh_from_db()
    assert anna.check_password(NEW_PASSWORD)


def test_who_asks_with_an_unknown_address_reads_that_there_is_no_account(
    client: Client, letters: Letters
) -> None:
    client.post(
        reverse("account_reset_password"),
        {"email": "nobody@blume.test"},
        headers={"accept-language": "en"},
    )
    mail = letters.last("nobody@blume.test")
    assert (mail.template, mail.language, mail.about_type) == (
        "account/mail/unknown_account",
        "en",
        "",
    )
    assert "nobody@blume.test" in mail.text


def test_a_person_made_on_the_desk_gets_in_by_the_same_letter(
    client: Client, letters: Letters
) -> None:
    User.objects.create_user("tom@desk.test", is_staff=True, language="zh-hans")
    client.post(reverse("account_reset_password"), {"email": "tom@desk.test"})
    assert letters.to("tom@desk.test") == ["password_reset_key"]
    assert letters.last("tom@desk.test").language == "zh-hans"


def test_what_changes_in_an_account_is_told_to_its_owner(
    client: Client, letters: Letters, anna: Any, settings: Any, travel: Travel
) -> None:
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    User.objects.filter(pk=anna.pk).update(language="en")
    client.force_login(anna)
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        headers={"user-agent": "https://phisher.test"},
    )
    mail = letters.last("anna@blume.test")
    assert mail.template == "account/mail/password_changed"
    assert "17:00" in mail.text  # in Shenzhen, where Anna is
    assert "phisher" not in mail.text


# --- every mail there is
@pytest.fixture
def asked(rf: RequestFactory) -> Any:
    """The library keeps the running request for its mails."""
    request = rf.get("/accounts/")
    request.user = AnonymousUser()
    request.session = {}  # type: ignore[assignment]
    with allauth_context.request_context(request):
        yield request


def everything(user: Any) -> dict[str, Any]:
    """What the library gives to any of its templates."""
    return {
        "user": user,
        "activate_url": "https://csba.example/accounts/confirm-email/KEY/",
        "password_reset_url": "https://csba.example/accounts/password/reset/key/KEY/",
        "signup_url": "https://elsewhere.test/accounts/signup/",
        "from_email": "anna@alt.test",
        "to_email": "anna@blume.test",
        "deleted_email": "anna@alt.test",
        "timestamp": timezone.now(),
        "ip": "192.0.2.7",
        "user_agent": "Browser",
    }


def test_the_library_has_the_mails_that_we_know() -> None:
    assert len(PREFIXES) == 20, "look what the new version sends"


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("language", ["de", "zh-hans", "en"])
def test_every_mail_of_the_library_is_a_letter_of_ours(
    language: str, prefix: str, asked: HttpRequest, anna: Any, letters: Letters
) -> None:
    anna.language = language
    codes = {"code": "K7Q-2XM"} if prefix.endswith("_code") else {}
    get_adapter().send_mail(prefix, anna.email, {**everything(anna), **codes})
    mail = letters.last(anna.email)
    assert mail.template == prefix.replace("/email/", "/mail/")
    assert (mail.language, mail.automatic) == (language, True)
    assert 10 <= len(mail.subject) <= 78 or language != "en"
    assert "Anna Blume" in mail.text
    assert "elsewhere.test" not in mail.text
    assert "{" not in mail.text
    assert ("K7Q-2XM" in mail.text) == bool(codes)
    assert 'class="button"' in mail.html or codes
    with translation.override(language):
        assert mail.text.rstrip().endswith(translation.gettext("Customer Service by Amazon"))


def test_a_mail_that_we_have_no_letter_for_leaves_in_our_form(
    asked: HttpRequest, anna: Any, letters: Letters, settings: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "account" / "email"
    folder.mkdir(parents=True)
    (folder / "brand_new_subject.txt").write_text("\nSomething <new>\n")
    (folder / "brand_new_message.txt").write_text(
        '{% extends "account/email/base_message.txt" %}'
        "{% block content %}Read on at {{ current_site.name }}: {{ url }}{% endblock %}"
    )
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    ]
    anna.language = "en"
    get_adapter().send_mail(
        "account/email/brand_new", anna.email, {"user": anna, "url": "https://csba.example/new?a&b"}
    )
    mail = letters.last(anna.email)
    assert (mail.template, mail.subject) == ("account/mail/any", "Something <new>")
    assert mail.text == (
        "Hello,\n\nRead on at Kundenservice: https://csba.example/new?a&b\n\n"
        "Customer Service by Amazon\n"
    )


# --- secrets
def test_no_link_and_no_code_is_logged(
    client: Client,
    letters: Letters,
    anna: Any,
    asked: HttpRequest,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    sign_up(client)
    client.post(reverse("account_reset_password"), {"email": anna.email})
    get_adapter().send_mail(
        "account/email/login_code", anna.email, {"user": anna, "code": "K7Q-2XM"}
    )
    relay = TestRelay(answers={"RCPT": "550 no such mailbox"}).start()
    settings.EMAIL_PORT = relay.port
    deliver_due()
    relay.stop()
    keys = [the_link(mail).rstrip("/").rpartition("/")[2] for mail in letters() if "→" in mail.text]
    assert len(keys) == 2
    # What the database is told is logged only where somebody has asked for just that.
    said = [line for line in caplog.records if not line.name.startswith("django.db")]
    for secret in (*keys, "K7Q-2XM"):
        assert not [line for line in said if secret in line.getMessage()]
        assert not [
            mail for mail in letters() if secret in f"{mail} {mail.subject} {mail.last_error}"
        ]
