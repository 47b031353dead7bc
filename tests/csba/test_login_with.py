"""Login with Amazon, against a stand-in that speaks its public protocol on loopback."""

import http.client
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.socialaccount.providers.amazon.views import AmazonOAuth2Adapter
from django.test import Client

from csba.accounts.adapter import INVITATION_KEY
from csba.accounts.models import User
from tests.conftest import Letters
from tests.factories.sellers import UserFactory

pytestmark = pytest.mark.django_db

ID, SECRET = "amzn1.application-oa2-client.test", "kept-by-us"
BEGIN = "/accounts/amazon/login/?process="


class StandIn(ThreadingHTTPServer):
    """The three addresses of Login with Amazon. Everybody who is asked here agrees at once."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.person = {
            "user_id": "amzn1.account.ANNA",
            "name": "Anna B",
            "email": "Anna@blume.test",
        }
        self.waiting: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: StandIn

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/ap/oa":
            assert (asked["client_id"], asked["response_type"]) == (ID, "code")
            assert asked["scope"] == "profile"
            self.server.waiting["one-code"] = asked["redirect_uri"]
            back = urlencode({"code": "one-code", "state": asked["state"]})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
        elif url.path == "/user/profile" and asked.get("access_token") == "Atza|token":
            self._say(200, self.server.person)
        else:
            self._say(400, {"error": "invalid_request"})

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(form).items()}
        # A code is worth something once, to whom it was given.
        meant = self.server.waiting.pop(sent.get("code", ""), None)
        right = (
            self.path == "/auth/o2/token"
            and sent.get("grant_type") == "authorization_code"
            and (sent.get("client_id"), sent.get("client_secret")) == (ID, SECRET)
            and sent.get("redirect_uri") == meant
        )
        if right:
            self._say(
                200, {"access_token": "Atza|token", "token_type": "bearer", "expires_in": 3600}
            )
        else:
            self._say(400, {"error": "invalid_grant"})

    def _say(self, status: int, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a test that passes is quiet."""


@pytest.fixture
def amazon(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Switched on, and the library sent to the stand-in for as long as the test runs."""
    settings.SOCIALACCOUNT_PROVIDERS = {
        "amazon": {
            "APPS": [{"client_id": ID, "secret": SECRET}],
            "VERIFIED_EMAIL": True,
        }
    }
    running = StandIn()
    thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setattr(AmazonOAuth2Adapter, "authorize_url", f"{running.url}/ap/oa")
    monkeypatch.setattr(AmazonOAuth2Adapter, "access_token_url", f"{running.url}/auth/o2/token")
    monkeypatch.setattr(AmazonOAuth2Adapter, "profile_url", f"{running.url}/user/profile")
    yield running
    running.shutdown()
    thread.join(5)
    running.server_close()


def known() -> Any:
    person = UserFactory(email="anna@blume.test", language="en")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def there(client: Client, process: str = "login") -> str:
    """The button was pressed, Amazon has agreed; where it leads back to, with a code."""
    answer = client.post(f"{BEGIN}{process}", headers={"accept-language": "en"})
    url = urlsplit(answer.headers["Location"])
    line = http.client.HTTPConnection(url.netloc, timeout=5)
    line.request("GET", f"{url.path}?{url.query}")
    back: str = (
        urlsplit(line.getresponse().headers["Location"])._replace(scheme="", netloc="").geturl()
    )
    line.close()
    return back


def around(client: Client, process: str = "login") -> Any:
    """All the way to Amazon and back."""
    return client.get(there(client, process), headers={"accept-language": "en"})


def signed_in(client: Client) -> str:
    return str(client.session.get("_auth_user_id", ""))


def test_an_account_opens_by_the_link_that_its_owner_made_and_by_no_address(
    amazon: StandIn, client: Client, letters: Letters
) -> None:
    anna = known()
    # The same confirmed address at Amazon is no key: whoever runs an address today may read it.
    said = around(client).content.decode()
    assert "sign in with your e-mail address" in said
    assert not signed_in(client)
    client.force_login(anna)
    around(client, "connect")
    assert SocialAccount.objects.get().user == anna
    assert letters.last("anna@blume.test").template == "socialaccount/mail/account_connected"
    # Linked is linked: the address at Amazon may change.
    amazon.person = {**amazon.person, "email": "other@blume.test"}
    again = Client()
    assert around(again).headers["Location"] == "/portal/"
    assert signed_in(again) == str(anna.pk)
    anna.refresh_from_db()
    assert anna.has_usable_password()
    assert not SocialToken.objects.exists()


def test_a_stranger_gets_no_account_and_reads_why(amazon: StandIn, client: Client) -> None:
    answer = around(client)
    assert "By invitation only" in answer.content.decode()
    assert not User.objects.exists()
    assert not signed_in(client)
    assert client.get("/accounts/3rdparty/signup/").status_code in {200, 302}
    assert not User.objects.exists()


def test_with_an_open_invitation_an_account_is_made(amazon: StandIn, client: Client) -> None:
    session = client.session
    session[INVITATION_KEY] = "token"
    session.save()
    answer = around(client)
    person = User.objects.get()
    assert (person.email, person.name, person.language) == ("anna@blume.test", "Anna B", "en")
    assert not person.is_staff
    assert (signed_in(client), answer.headers["Location"]) == (str(person.pk), "/portal/join/")


def test_who_is_signed_in_links_any_amazon_account_and_unlinks_it(
    amazon: StandIn, client: Client
) -> None:
    anna = known()
    amazon.person = {**amazon.person, "email": "private@elsewhere.test"}
    client.force_login(anna)
    assert around(client, "connect").headers["Location"] == "/accounts/3rdparty/"
    linked = SocialAccount.objects.get()
    assert linked.user == anna
    client.post("/accounts/3rdparty/", {"account": linked.pk})
    assert not SocialAccount.objects.exists()


def test_a_code_of_another_browser_and_a_refusal_sign_nobody_in(
    amazon: StandIn, client: Client
) -> None:
    known()
    back = there(client)
    stranger = Client()
    said = stranger.get(back, headers={"accept-language": "en"}).content.decode()
    assert "Amazon could not sign you in" in said
    refused = there(client).split("?")[0] + "?error=access_denied"
    said = client.get(refused, follow=True, headers={"accept-language": "en"}).content.decode()
    assert "Amazon could not sign you in" in said or "Not signed in" in said
    assert (signed_in(client), signed_in(stranger)) == ("", "")


def test_only_this_one_page_may_lead_a_form_to_amazon(amazon: StandIn, client: Client) -> None:
    page = client.get(f"{BEGIN}login", headers={"accept-language": "en"})
    assert "form-action 'self' https://www.amazon.com" in page.headers["Content-Security-Policy"]
    front = client.get("/accounts/login/", headers={"accept-language": "en"})
    assert "Login with Amazon" in front.content.decode()
    assert "amazon.com" not in front.headers["Content-Security-Policy"]


def test_without_the_two_variables_there_is_no_button_and_no_such_page(client: Client) -> None:
    assert "Login with Amazon" not in client.get("/accounts/login/").content.decode()
    for address in (f"{BEGIN}login", "/accounts/amazon/login/callback/?code=x&state=y"):
        assert client.get(address).status_code == 404
