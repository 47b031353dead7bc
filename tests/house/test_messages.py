"""The catalogue tool: what it finds in the source, and what it refuses in a catalogue."""

from pathlib import Path

import pytest

from csba import messages

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy

greeting = _("Hello %(name)s")
mails = ngettext("%(n)d mail", "%(n)d mails", 3)
order = pgettext_lazy("order of goods", "Order")
"""

PAGE = """{% load i18n %}
  <p title="{% translate "It's due" %}">
      {% blocktranslate count n=count trimmed %}
        one item of {{ seller }}
      {% plural %}
        {{ n }} items of {{ seller }}
      {% endblocktranslate %}
 {{ _("Piped")|upper }} and don't "stumble" over ( this [ {
"""

GERMAN = {
    "Hello %(name)s": "Hallo %(name)s",
    "Order": "Bestellung",
    "It's due": "Fällig",
    "Piped": "Geleitet",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small project with words in Python and in a template, and complete catalogues."""
    (tmp_path / "csba").mkdir()
    (tmp_path / "csba" / "words.py").write_text(PYTHON)
    pages = tmp_path / "sellers" / "templates" / "sellers"
    pages.mkdir(parents=True)
    (pages / "page.html").write_text(PAGE)
    messages.update(tmp_path)
    for language in messages.LANGUAGES:
        _fill(messages.catalogue(language, tmp_path))
    return tmp_path


def _fill(path: Path) -> None:
    text = path.read_text()
    for source, target in GERMAN.items():
        text = text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{target}"')
    for plural in ("%(n)d mails", "%(n)s items of %(seller)s"):
        empty = f'msgid_plural "{plural}"\nmsgstr[0] ""'
        text = text.replace(empty, f'msgid_plural "{plural}"\nmsgstr[0] "{plural}"')
        text = text.replace(f'"{plural}"\nmsgstr[1] ""', f'"{plural}"\nmsgstr[1] "{plural}"')
    path.write_text(text)


def _change(tree: Path, old: str, new: str) -> None:
    path = messages.catalogue("de", tree)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_words_are_found_in_python_and_in_templates(tree: Path) -> None:
    found = {message.id for message in messages.extract_all(tree) if message.id}
    assert found == {
        "Hello %(name)s",
        ("%(n)d mail", "%(n)d mails"),
        "Order",
        "It's due",
        ("one item of %(seller)s", "%(n)s items of %(seller)s"),
        "Piped",
    }


def test_a_complete_catalogue_passes(tree: Path) -> None:
    assert messages.check(tree) == []


def test_update_changes_nothing_when_nothing_has_changed(tree: Path) -> None:
    before = messages.catalogue("de", tree).read_bytes()
    assert messages.update(tree)[0] == "de: 0 new, 0 gone, 0 to translate"
    assert messages.catalogue("de", tree).read_bytes() == before
    assert b"POT-Creation-Date" not in before


def test_update_keeps_translations_and_drops_what_is_gone(tree: Path) -> None:
    source = tree / "csba" / "words.py"
    source.write_text(source.read_text().replace('"Order"', '"Purchase"'))
    assert messages.update(tree)[0] == "de: 1 new, 1 gone, 1 to translate"
    text = messages.catalogue("de", tree).read_text()
    assert "Hallo %(name)s" in text
    assert "Bestellung" not in text


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('msgstr "Hallo %(name)s"', 'msgstr ""', "de: not translated: 'Hello %(name)s'"),
        ("Hallo %(name)s", "Hallo", "de: other placeholders than the source: 'Hello %(name)s'"),
        ("Hallo %(name)s", "Hallo %(nam)s", "de: other placeholders than the source"),
        ("Hallo %(name)s", "Hallo %(name)s\\n", "de: begins or ends with a line break"),
        ('msgid "Piped"', '#, fuzzy\nmsgid "Piped"', "de: fuzzy: 'Piped'"),
        ('msgid "Piped"', 'msgid "Blown"', "de: no longer in the source: 'Blown'"),
        ('msgid "Piped"', 'msgid "Blown"', "de: not in the catalogue: 'Piped' (sellers/"),
        ('msgstr[1] "%(n)d mails"', 'msgstr[1] ""', "de: not translated: '%(n)d mail'"),
        (
            'msgctxt "order of goods"\nmsgid "Order"\nmsgstr "Bestellung"',
            '#~ msgid "Old"\n#~ msgstr "Alt"',
            "de: obsolete: 'Old'",
        ),
    ],
)
def test_what_is_wrong_is_named(tree: Path, old: str, new: str, complaint: str) -> None:
    _change(tree, old, new)
    assert any(problem.startswith(complaint) for problem in messages.check(tree))


def test_a_form_for_one_may_leave_out_the_number(tree: Path) -> None:
    _change(tree, 'msgstr[0] "%(n)d mails"', 'msgstr[0] "eine Mail"')
    assert messages.check(tree) == []


def test_a_missing_catalogue_is_named(tree: Path) -> None:
    messages.catalogue("zh_Hans", tree).unlink()
    assert messages.check(tree) == [
        "zh_Hans: there is no catalogue (csba/locale/zh_Hans/LC_MESSAGES/django.po)"
    ]


def test_a_message_inside_an_f_string_is_refused(tree: Path) -> None:
    (tree / "csba" / "bad.py").write_text("text = f\"{_('lost')}\"\n")
    with pytest.raises(SystemExit, match=r"csba/bad.py:1: call _\(\) outside the f-string"):
        messages.extract_all(tree)


def test_compiling_makes_what_is_missing_and_no_more(tree: Path) -> None:
    assert [path.suffix for path in messages.compile_all(tree)] == [".mo", ".mo"]
    assert messages.compile_all(tree) == []
