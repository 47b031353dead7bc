"""python -m csba.messages extract|update|compile|check: the catalogues, without GNU gettext.

One catalogue a language for the whole project; the source language is English. Found in Python
by gettext's names, in templates through Django's own translation of a template into such calls.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
APPS = ("csba", "sellers", "caselog", "returns", "inquiries")
LANGUAGES = ("de", "zh_Hans")
KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
NOTE = "Translators:"
PLACEHOLDER = re.compile(
    r"%\((\w+)\)[#0 +-]*[\d.]*[a-zA-Z]|%[#0+-]*[\d.]*([sdrfxi])|\{(\w*)[^{}]*\}"
)


def sources(root: Path = ROOT) -> Iterator[Path]:
    """Every file that may hold words for people."""
    for app in APPS:
        for path in sorted((root / app).rglob("*")):
            inside = path.relative_to(root).parts
            if "migrations" in inside or path.is_dir():
                continue
            if path.suffix == ".py" or ("templates" in inside and path.suffix in {".html", ".txt"}):
                yield path


def extract_all(root: Path = ROOT) -> Catalog:
    """The words of the source as it is now."""
    found = Catalog(project="CSBA", charset="utf-8")
    for path in sources(root):
        text = path.read_text()
        if path.suffix == ".py":
            _refuse_hidden(text, path.relative_to(root))
        else:
            # What is no message has become rows of X; indented rows would be an error in Python.
            text = "\n".join(
                line.strip() for line in templatize(text, origin=str(path)).splitlines()
            )
        try:
            words = list(
                extract("python", BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=[NOTE])
            )
        except (SyntaxError, ValueError) as problem:
            raise SystemExit(
                f"{path.relative_to(root)}: the messages cannot be read: {problem}"
            ) from problem
        for _line, message, comments, context in words:
            place = [(path.relative_to(root).as_posix(), 0)]
            found.add(message, locations=place, auto_comments=comments, context=context)
    return found


def _refuse_hidden(text: str, path: Path) -> None:
    """No message stands inside an f-string, where Python before 3.12 would not let it be found."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.JoinedStr):
            for call in ast.walk(node):
                if (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Name)
                    and call.func.id in KEYWORDS
                ):
                    raise SystemExit(
                        f"{path}:{call.lineno}: call {call.func.id}() outside the f-string."
                    )


def catalogue(language: str, root: Path = ROOT) -> Path:
    """The file of a language."""
    return root / "csba" / "locale" / language / "LC_MESSAGES" / "django.po"


def update(root: Path = ROOT) -> list[str]:
    """The catalogues hold exactly the words of the source, and keep what was translated."""
    template = extract_all(root)
    report = []
    for language in LANGUAGES:
        path = catalogue(language, root)
        known = (
            _read(path, language)
            if path.exists()
            else Catalog(locale=language, project="CSBA", charset="utf-8")
        )
        before = {_key(message) for message in known if message.id}
        known.update(template, no_fuzzy_matching=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_written(known))
        now = {_key(message) for message in known if message.id}
        empty = sum(1 for message in known if message.id and not _texts(message, translated=True))
        report.append(
            f"{language}: {len(now - before)} new, {len(before - now)} gone, {empty} to translate"
        )
    return report


def compile_all(root: Path = ROOT) -> list[Path]:
    """Beside each catalogue lies its compiled form; returns those that had to be made."""
    made = []
    for path in sorted((root / "csba" / "locale").glob("*/LC_MESSAGES/django.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        aside = target.with_suffix(".mo.new")
        with aside.open("wb") as stream:
            write_mo(stream, _read(path, path.parts[-3]))
        aside.replace(target)
        made.append(target)
    return made


def check(root: Path = ROOT) -> list[str]:
    """What is wrong with the catalogues, one sentence each; none means they are complete."""
    wanted = {_key(message): message for message in extract_all(root) if message.id}
    problems = []
    for language in LANGUAGES:
        path = catalogue(language, root)
        if not path.exists():
            problems.append(f"{language}: there is no catalogue ({path.relative_to(root)})")
            continue
        known = _read(path, language)
        entries = {_key(message): message for message in known if message.id}
        for key, message in wanted.items():
            if key not in entries:
                where = ", ".join(sorted({place for place, _ in message.locations}))
                problems.append(f"{language}: not in the catalogue: {_name(key)} ({where})")
        for key, message in entries.items():
            fault = _fault(message) if key in wanted else "no longer in the source"
            if fault:
                problems.append(f"{language}: {fault}: {_name(key)}")
        problems += [
            f"{language}: obsolete: {_name(_key(message))}" for message in known.obsolete.values()
        ]
    return problems


def _fault(message: Message) -> str:
    """What is wrong with one entry, in words; empty when nothing is."""
    if message.fuzzy:
        return "fuzzy"
    originals, targets = _texts(message), _texts(message, translated=True)
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    if not targets or len(targets) < len(forms):
        return "not translated"
    allowed = set[str]().union(*map(_placeholders, originals))
    # A form for one may leave out the number, as English does; the last form stands for all others.
    if (
        any(_placeholders(text) - allowed for text in targets)
        or _placeholders(targets[-1]) != allowed
    ):
        return "other placeholders than the source"
    if {_breaks(text) for text in targets} - {_breaks(originals[0])}:
        return "begins or ends with a line break unlike the source"
    return ""


def _breaks(text: str) -> tuple[bool, bool]:
    return text.startswith("\n"), text.endswith("\n")


def _placeholders(text: str) -> set[str]:
    """The names of the placeholders; those without a name are told apart by their place."""
    names, places = set(), []
    for match in PLACEHOLDER.finditer(re.sub(r"%%|\{\{|\}\}", "", text)):
        named, printf, brace = match.groups()
        if named or brace:
            names.add(named or brace)
        else:
            places.append(printf or "{}")
    return names | {f"{place} {kind}" for place, kind in enumerate(places)}


def _texts(message: Message, *, translated: bool = False) -> list[str]:
    found = message.string if translated else message.id
    return [text for text in (found if isinstance(found, (tuple, list)) else (found,)) if text]


def _key(message: Message) -> tuple[str, str]:
    singular = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
    return (message.context or "", singular)


def _name(key: tuple[str, str]) -> str:
    context, text = key
    return f"{text!r} ({context})" if context else repr(text)


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as stream:
        return read_po(stream, locale=language, charset="utf-8")


def _written(known: Catalog) -> bytes:
    """The catalogue as text, without what changes by itself: line numbers, dates, versions."""
    out = BytesIO()
    write_po(out, known, width=110, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
    kept = (b'"Language:', b'"Plural-Forms', b'"MIME-Version', b'"Content-')
    head, _, entries = out.getvalue().partition(b"\n\n")
    top = [b"# One catalogue for the whole project; python -m csba.messages update."]
    top += [line for line in head.splitlines() if line.startswith((b"msg", *kept))]
    return b"\n".join([*top, b"", entries.strip(), b""])


def main() -> int:
    """Do what was asked for; check fails with a list."""
    parser = argparse.ArgumentParser(prog="python -m csba.messages", description=__doc__)
    parser.add_argument("action", choices=["extract", "update", "compile", "check"])
    match parser.parse_args().action:
        case "extract":
            sys.stdout.buffer.write(_written(extract_all()))
        case "update":
            print("\n".join(update()))
        case "compile":
            print(*(path.relative_to(ROOT) for path in compile_all()), sep="\n")
        case "check":
            problems = check()
            print(*problems, sep="\n")
            return 1 if problems else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
