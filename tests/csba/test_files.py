"""Files that people give us: kept by what they are, not by what they are called."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from csba.errors import Refused
from csba.files.models import StoredFile
from csba.files.operations import PAPERS, PICTURES, keep, tidy_name

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_kept_file_comes_back_as_it_was_under_the_hash_of_its_content() -> None:
    stored = keep(PDF, name="Etikett.pdf", types=PAPERS, limit=1000)
    again = StoredFile.objects.get(pk=stored.pk)
    with again.content.open() as kept:
        assert kept.read() == PDF
    assert str(again.content.name).endswith(hashlib.sha256(PDF).hexdigest())
    assert (again.name, again.media_type, again.size) == (
        "Etikett.pdf",
        "application/pdf",
        len(PDF),
    )


def test_the_type_is_what_the_bytes_say_not_what_the_name_says() -> None:
    assert keep(PNG, name="label.pdf", types=PAPERS, limit=1000).media_type == "image/png"


@pytest.mark.parametrize(
    ("content", "types", "limit", "code"),
    [
        (b"", PAPERS, 1000, "file_empty"),
        (PDF, PAPERS, len(PDF) - 1, "file_too_large"),
        (PDF, PICTURES, 1000, "file_type"),
        (b"<html><script>", PAPERS, 1000, "file_type"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_stored(
    content: bytes, types: frozenset[str], limit: int, code: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused) as refusal:
        keep(content, name="x", types=types, limit=limit)
    assert refusal.value.code == code
    assert not StoredFile.objects.exists()
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Fotos\\Schaden 1.jpg", "Schaden 1.jpg"),
        ('a"b\r\nSet-Cookie: x', "a b Set-Cookie x"),
        ("照片.png", "照片.png"),
        ("", "file"),
        ("x" * 300 + ".png", "x" * 156 + ".png"),
    ],
)
def test_a_file_name_is_safe_for_disks_and_headers(given: str, kept: str) -> None:
    assert tidy_name(given) == kept
