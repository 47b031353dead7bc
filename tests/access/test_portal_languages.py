"""Every page of the portal stands wholly in its reader's language; what people wrote stays as they
wrote it.
"""

import re
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from sellers.models import Seller
from tests.access.test_portal_access import TABLE, browsers, paths, seller

__all__ = ["browsers", "paths", "seller"]

pytestmark = pytest.mark.django_db

SHOWN = sorted(
    name
    for name in TABLE
    if TABLE[name]["GET"].owner == 200 and "file" not in name and "csv" not in name
)
WRITTEN = re.compile(
    r"Erstattung für eine beschädigte Teekanne\.|Angefragt: Stornierung, Bestellung .*"
    r"|([a-z_]+\.[a-z_]+ v\d+(, )?)+|[\w.+-]+@[\w.-]+"
)
"""Words of people in the scene, the same in every language, names of rules, addresses."""


def sentences(page: str) -> set[str]:
    """Texts of five words or more, without the service's name."""
    page = re.sub(r"<(script|style|template)\b.*?</\1>", " ", page, flags=re.DOTALL)
    texts = (
        " ".join(unescape(text).split()).replace("Customer Service by Amazon", "")
        for text in re.split(r"<[^>]+>", page)
    )
    return {text for text in texts if len(re.findall(r"[A-Za-z]{2,}", text)) > 4}


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_stands_in_its_readers_language(
    name: str, browsers: dict[str, Client], paths: dict[str, str], seller: Seller
) -> None:
    owner = seller.memberships.get(role="OWNER").user
    said: dict[str, set[str]] = {}
    for language, _name in settings.LANGUAGES:
        owner.language = language
        owner.save(update_fields=["language"])
        answer: Any = browsers["owner"].get(paths[name])
        assert answer.status_code == 200
        page = answer.content.decode()
        assert f'<html lang="{language}"' in page
        said[language] = sentences(page)
    for language in ("de", "zh-hans"):
        left = [text for text in said[language] & said["en"] if not WRITTEN.fullmatch(text)]
        assert not left, (language, name)
