"""A policy admin writes a question template on the desk, sees it as sellers will, publishes it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from caselog.models import QuestionTemplate
from caselog.operations import templates
from caselog.rules.templates import LANGUAGES
from csba.accounts.models import User
from csba.errors import Conflict
from csba.journal import read as journal
from tests.caselog.pages import shown
from tests.conftest import Travel

pytestmark = pytest.mark.django_db

LIST = "/desk/templates/"
STOCK = f"{LIST}stock-for-replacement/"
EDIT = f"{STOCK}edit/"


def spoken(part: str, **words: str) -> dict[str, str]:
    """`de=`, `zh=` and `en=` as the form's fields of `part`."""
    names = {"de": "de", "zh": "zh_hans", "en": "en"}
    return {f"{part}_{names[code]}": text for code, text in words.items()}


ROW = {
    "form-0-key": "origin",
    "form-0-kind": "CHOICE",
    "form-0-required": "on",
    "form-0-ORDER": "1",
    "form-0-choices": "eu | EU | 欧盟 | EU\nelse | Anderswo | 其他 | Elsewhere",
    **spoken("form-0-label", de="Herkunft", zh="原产地", en="Origin"),
}
TYPED = {
    "code": "proof-of-origin",
    "topic": "PRODUCT",
    "order_facts": ["ITEM", "SKU"],
    "why": "Buyers ask for it before Christmas.",
    "seen_version": "0",
    "form-TOTAL_FORMS": "2",
    "form-INITIAL_FORMS": "0",
    **spoken("name", de="Herkunft", zh="原产地", en="Origin"),
    **spoken("body", de="Woher kommt der Artikel?", zh="商品产自哪里？", en="Where is it from?"),
    **ROW,
}


@pytest.fixture
def pavel(policy_admin: User, travel: Travel) -> Client:
    """A browser in which the policy admin is signed in."""
    browser = Client()
    browser.force_login(policy_admin)
    return browser


def newest(code: str) -> QuestionTemplate:
    return QuestionTemplate.objects.filter(code=code).latest("version")


def next_version(by: User, seen_version: int = 1, **changes: Any) -> QuestionTemplate:
    old = newest("stock-for-replacement")
    parts = {
        part: getattr(old, part) for part in ("topic", "names", "bodies", "fields", "order_facts")
    }
    wanted = parts | {"why": "Shorter.", "by": by, "seen_version": seen_version} | changes
    return templates.publish(old.code, **wanted)


def test_the_preview_shows_it_in_three_languages_and_stores_nothing(pavel: Client) -> None:
    page = shown(pavel.post(f"{LIST}new/", TYPED | {"step": "preview"}))
    for words in ("Woher kommt der Artikel?", "商品产自哪里？", "Anderswo", "其他", "Elsewhere"):
        assert words in page
    assert not QuestionTemplate.objects.filter(code="proof-of-origin").exists()


def test_each_column_is_wholly_in_its_language(pavel: Client) -> None:
    seen = {one["code"]: one for one in pavel.get(STOCK).context["seen"]}
    kinds = {code: [field["kind"] for field in one["fields"]] for code, one in seen.items()}
    assert kinds["de"] == ["Ja oder nein", "Datum", "Text"]
    assert kinds["zh-hans"] == ["是或否", "日期", "文本"]
    assert kinds["en"] == ["Yes or no", "Date", "Text"]


def test_published_it_is_what_agents_pick(pavel: Client, policy_admin: User) -> None:
    answer = pavel.post(f"{LIST}new/", TYPED | {"step": "publish"})
    assert answer["Location"] == f"{LIST}proof-of-origin/"
    found = newest("proof-of-origin")
    assert (found.version, found.active, found.created_by) == (1, True, policy_admin)
    assert found.order_facts == ["ITEM", "SKU"]
    (field,) = found.fields
    assert (field["key"], field["required"]) == ("origin", True)
    assert [choice["value"] for choice in field["choices"]] == ["eu", "else"]
    assert field["choices"][1]["label"] == {"de": "Anderswo", "zh-hans": "其他", "en": "Elsewhere"}
    assert [line.verb for line in journal.of(found)] == ["template_published"]


def test_what_is_missing_is_said_and_what_was_typed_is_kept(pavel: Client) -> None:
    answer = pavel.post(f"{LIST}new/", TYPED | {"body_zh_hans": "", "why": "", "step": "preview"})
    assert answer.status_code == 422
    page = shown(answer)
    assert page.count('<p class="notice error"') == 2
    for kept in ("Woher kommt der Artikel?", "else | Anderswo | 其他 | Elsewhere"):
        assert kept in page


def test_the_form_begins_with_the_newest_version_and_publishes_the_same(
    pavel: Client, policy_admin: User
) -> None:
    page = pavel.get(EDIT)
    form, fields = page.context["form"], page.context["fields"]
    typed: dict[str, Any] = {"why": "As before.", "step": "publish"}
    for bound in [*form, *(bound for row in fields for bound in row), *fields.management_form]:
        value = bound.value()
        if value not in (None, False, ""):
            typed.setdefault(bound.html_name, "on" if value is True else value)
    assert pavel.post(EDIT, typed).status_code == 302
    old, new = QuestionTemplate.objects.filter(code="stock-for-replacement").order_by("version")
    assert (old.active, new.active, new.version) == (False, True, 2)
    for part in ("topic", "names", "bodies", "fields", "order_facts"):
        assert getattr(new, part) == getattr(old, part), part


def test_a_row_can_be_removed_and_its_place_changed(pavel: Client) -> None:
    second = {name.replace("-0-", "-1-"): value for name, value in ROW.items()}
    third = {name.replace("-0-", "-2-"): value for name, value in ROW.items()}
    typed = TYPED | second | third
    typed |= {"form-1-key": "second", "form-2-key": "first", "form-TOTAL_FORMS": "3"}
    typed |= {"form-0-DELETE": "on", "form-1-ORDER": "2", "form-2-ORDER": "1", "step": "publish"}
    assert pavel.post(f"{LIST}new/", typed).status_code == 302
    assert [field["key"] for field in newest("proof-of-origin").fields] == ["first", "second"]


def test_whoever_publishes_second_is_told_and_keeps_the_words(
    pavel: Client, policy_admin: User
) -> None:
    next_version(policy_admin)
    with pytest.raises(Conflict):
        next_version(policy_admin)
    typed = {name: value for name, value in TYPED.items() if name != "code"}
    answer = pavel.post(EDIT, typed | {"seen_version": "1", "step": "publish"})
    assert answer.status_code == 409
    assert "Woher kommt der Artikel?" in shown(answer)
    assert answer.context["form"]["seen_version"].value() == "2"
    assert newest("stock-for-replacement").version == 2


def test_a_template_can_be_offered_no_more_and_again(pavel: Client) -> None:
    for choice, active in (("no", False), ("no", False), ("yes", True)):
        pavel.post(f"{STOCK}offer/", {"offered": choice, "seen_version": "1"})
        assert newest("stock-for-replacement").active is active
    verbs = [line.verb for line in journal.of(newest("stock-for-replacement"))]
    assert verbs == ["template_withdrawn", "template_offered"]


def test_a_page_of_a_template_says_who_made_which_version_and_why(
    pavel: Client, policy_admin: User
) -> None:
    next_version(policy_admin, why="Sellers asked for fewer fields.", fields=[])
    page = shown(pavel.get(STOCK))
    assert "Sellers asked for fewer fields." in page
    assert len(pavel.get(f"{STOCK}?version=1").context["shown"].fields) > 0
    assert pavel.get(f"{LIST}no-such-template/").status_code == 404


def test_an_agent_reads_templates_and_cannot_change_them(agent: User, travel: Travel) -> None:
    browser = Client()
    browser.force_login(agent)
    assert browser.get(STOCK).status_code == 200
    assert browser.get(EDIT).status_code == 403
    assert EDIT not in shown(browser.get(STOCK))


def test_the_list_takes_as_many_statements_for_many_as_for_few(
    pavel: Client, policy_admin: User
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert pavel.get(LIST).status_code == 200
        return len(seen)

    statements()  # the first page of a process looks up what later ones know
    few = statements()
    said = dict.fromkeys(LANGUAGES, "Wort")
    for number in range(30):
        templates.publish(
            f"more-{number}",
            topic="",
            names=said,
            bodies=said,
            fields=[],
            order_facts=[],
            why="More.",
            by=policy_admin,
            seen_version=0,
        )
    assert statements() == few
