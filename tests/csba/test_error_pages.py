"""The pages that say what went wrong: in the reader's language, with a way back."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation

from csba import urls
from csba.urls import handler400, handler403, handler404, handler429, handler500
from csba.views import broken
from tests.conftest import Travel
from tests.factories.sellers import UserFactory

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500"]


def _defect(request: HttpRequest) -> HttpResponse:
    raise LookupError


def _suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


def _denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def _reads(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST.get("text", ""))


WRONG = {"defect": _defect, "suspicious": _suspicious, "denied": _denied, "reads": _reads}
# Ahead of the house, and in each of its parts: views in which something goes wrong.
urlpatterns = [
    *(
        path(f"{part}wrong/{name}/", view)
        for part in ("desk/", "portal/", "help/", "accounts/", "")
        for name, view in WRONG.items()
    ),
    *urls.urlpatterns,
]


@pytest.fixture
def visitor(settings: Any, db: None) -> Client:
    """Sees what a browser would see, also where the code has a defect."""
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False, headers={"accept-language": "en"})


def said(answer: Any) -> str:
    """The one heading of the page."""
    (heading,) = re.findall(r"<h1>(.+?)</h1>", answer.content.decode())
    return str(heading)


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/portal/wrong/suspicious/", 400, "This request could not be read"),
        ("/portal/wrong/denied/", 403, "This is not open to you"),
        ("/no/such/page", 404, "There is nothing at this address"),
        ("/portal/cases/CAS-0/nothing/here", 404, "There is nothing at this address"),
        ("/portal/wrong/defect/", 500, "Something went wrong on our side"),
    ],
)
def test_each_error_has_a_page_that_says_what_to_do(
    address: str, status: int, heading: str, visitor: Client
) -> None:
    answer = visitor.get(address)
    assert answer.status_code == status
    assert said(answer) == heading
    assert "please" in answer.content.decode().lower()
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].count("default-src 'none'") == 1


@pytest.mark.parametrize(
    ("address", "is_staff", "leads", "words"),
    [
        ("/desk/wrong/denied/", True, "/desk/", "Back to the desk"),
        ("/portal/wrong/denied/", False, "/portal/", "Back to the portal"),
        ("/portal/wrong/denied/", True, "/portal/", "Back to the portal"),
        ("/help/wrong/denied/", None, "/help/", "Write to customer service"),
        ("/helpless", None, "/portal/", "Back to the portal"),
        ("/accounts/wrong/denied/", True, "/desk/", "Back to the desk"),
        ("/accounts/wrong/denied/", False, "/portal/", "Back to the portal"),
        ("/nowhere", None, "/portal/", "Back to the portal"),
        ("/desk/wrong/defect/", True, "/desk/", "Back to the desk"),
        ("/help/wrong/defect/", None, "/help/", "Write to customer service"),
    ],
)
def test_the_way_back_fits_the_path_and_the_person(
    address: str, is_staff: bool | None, leads: str, words: str, visitor: Client
) -> None:
    if is_staff is not None:
        visitor.force_login(UserFactory(is_staff=is_staff, language="en"))
    page = visitor.get(address).content.decode()
    assert f'<a class="button primary" href="{leads}">{words}</a>' in page


def test_what_is_too_large_is_413_and_says_so(visitor: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = visitor.post("/help/wrong/reads/", {"text": "x" * 2000}, "application/json")
    assert answer.status_code == 200  # not read as a form at all
    form = "application/x-www-form-urlencoded"
    answer = visitor.post("/help/wrong/reads/", "text=" + "x" * 2000, form)
    assert (answer.status_code, said(answer)) == (413, "That was too much at once")
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    answer = visitor.post("/help/wrong/reads/", "a=1&b=2&c=3", form)
    assert answer.status_code == 413


def test_a_form_that_was_open_for_too_long_is_asked_for_again(settings: Any, db: None) -> None:
    visitor = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = visitor.post("/help/", {"text": "Where is my parcel?"})
    assert (answer.status_code, said(answer)) == (403, "Please send that again")
    assert 'href="/help/"' in answer.content.decode()


def test_too_many_tries_at_the_door_are_told_to_wait(settings: Any, visitor: Client) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    for _try in range(2):
        answer = visitor.post("/accounts/password/reset/", {"email": "nobody@blume.test"})
    assert (answer.status_code, said(answer)) == (429, "Too many tries")


@pytest.mark.parametrize("language", ["de", "zh-hans", "en"])
@pytest.mark.parametrize(
    "address", ["/nowhere", "/help/wrong/defect/", "/portal/wrong/suspicious/"]
)
def test_the_page_is_in_the_readers_language(address: str, language: str, visitor: Client) -> None:
    spoken = visitor.get(address, headers={"accept-language": language})
    visitor.force_login(UserFactory(language=language))
    kept = visitor.get(address, headers={"accept-language": "en"})
    for answer in (spoken, kept):
        assert answer.headers["Content-Language"] == language
        assert f'<html lang="{language}">' in answer.content.decode()
        with translation.override(language):
            name = "Customer service" if address.startswith("/help/") else ""
            assert translation.gettext("Skip to the content") in answer.content.decode()
            assert translation.pgettext("buyer page", name) in answer.content.decode()


def test_the_language_of_the_last_visitor_does_not_stay(rf: RequestFactory) -> None:
    """What failed before the middleware knew the reader is told in the browser's language."""
    translation.activate("zh-hans")
    page = broken(rf.get("/portal/", headers={"accept-language": "en"}))
    assert page.headers["Content-Language"] == "en"
    assert translation.get_language() == "zh-hans"


def test_a_host_that_is_not_ours_is_400_though_nothing_else_has_run(visitor: Client) -> None:
    answer = visitor.get("/help/", headers={"host": "elsewhere.test"})
    assert (answer.status_code, said(answer)) == (400, "This request could not be read")
    assert "elsewhere" not in answer.content.decode()


def test_the_page_for_defects_needs_no_database(
    settings: Any, rf: RequestFactory, travel: Travel
) -> None:
    """Nor a session, a list of static files or a context processor: the test has no database."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    settings.TEMPLATES[0]["OPTIONS"]["context_processors"] = ["nowhere.to.be.found"]
    page = broken(rf.get("/portal/", headers={"accept-language": "en"})).content.decode()
    assert "tell us this time: 2026-11-04 09:00:00 UTC" in page
    assert "css/tokens.css" in page


@pytest.mark.django_db
def test_when_the_database_is_away_every_page_says_so_kindly(visitor: Client) -> None:
    def away(*arguments: Any) -> None:
        raise ConnectionError("the database is away")

    visitor.force_login(UserFactory(language="de"))
    with connection.execute_wrapper(away):
        answer = visitor.get("/portal/", headers={"accept-language": "en"})
    assert (answer.status_code, said(answer)) == (500, "Something went wrong on our side")
    assert "away" not in answer.content.decode()


@pytest.mark.parametrize("status", [400, 404, 500])
def test_the_page_has_only_files_of_ours_and_nothing_in_line(status: int, visitor: Client) -> None:
    address = {400: "wrong/suspicious/", 404: "nowhere", 500: "wrong/defect/"}[status]
    page = visitor.get(f"/{address}").content.decode()
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)
    files = re.findall(r'(?:href|src)="/static/([^"]+)"', page)
    assert len(files) >= 4
    assert all(finders.find(file) for file in files)


@pytest.mark.parametrize("address", ["/accounts/login/", "/help/", "/desk/login/", "/nowhere"])
def test_every_frame_links_a_picture_for_the_tab(address: str, visitor: Client) -> None:
    page = visitor.get(address, follow=True).content.decode()
    (icon,) = re.findall(r'<link rel="icon" type="image/svg\+xml" href="/static/([^"]+)">', page)
    file = finders.find(icon)
    assert isinstance(file, str)
    for element in ElementTree.parse(file).iter():  # noqa: S314 -- our own file
        assert element.tag.rpartition("}")[2] not in {"script", "style", "foreignObject"}
        assert "style" not in element.attrib


def test_the_settings_name_the_page_for_forms() -> None:
    assert django_settings.CSRF_FAILURE_VIEW == "csba.views.csrf_failure"
