"""The laws of the house that a machine can check."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from csba.schedule import PERIODS

ROOT = Path(__file__).resolve().parents[2]
APPS = ("csba", "sellers", "caselog", "returns", "inquiries")
LONGEST = 300
TOP_LEVEL = {"csba", "sellers", "inquiries", "returns", "caselog", "static", "tests", "bin", "docs"}


def modules() -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


@pytest.mark.parametrize("name", PERIODS)
def test_everything_in_the_schedule_is_a_task(name: str) -> None:
    module, _dot, function = name.rpartition(".")
    assert getattr(import_module(module), function).name == name


def test_imports_point_down_and_never_in_a_circle() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_file_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules()
        if path.read_text(encoding="utf-8").strip()
        and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert not silent


def test_no_file_is_a_hall() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in modules()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not long


def test_nothing_is_imported_inside_a_function() -> None:
    inside = []
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                inside += [
                    f"{path.relative_to(ROOT)}:{node.lineno}"
                    for node in ast.walk(function)
                    if isinstance(node, ast.Import | ast.ImportFrom)
                ]
    assert not inside


def test_a_status_is_written_by_move_and_sweep_alone() -> None:
    written = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign):
                written += [
                    f"{path.relative_to(ROOT)}:{node.lineno}"
                    for target in node.targets
                    if isinstance(target, ast.Attribute) and target.attr == "status"
                ]
    assert not written


def test_the_top_level_is_as_agreed() -> None:
    folders = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir()
        and not path.name.startswith(".")
        and path.name not in {"var", "staticfiles", "shots"}
    }
    assert folders <= TOP_LEVEL
