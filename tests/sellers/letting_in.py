"""What the tests of invitations and the waiting list do again and again."""

import re
from typing import Any

from django.test import Client
from django.utils import timezone

from csba.accounts.models import User
from sellers.models import Interest
from tests.conftest import Letters

HEAD = "merchant_id;company;email;country;language\n"


def at_desk(person: User) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def words_of(response: Any) -> str:
    """What a person reads on a page of the desk or an entrance, without its frame."""
    page = response.content.decode()
    begin = page.index('<main id="main"' if '<main id="main"' in page else "<section")
    page = page[begin : page.rindex("</main>") if "</main>" in page else None]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    for entity, sign in (("&amp;", "&"), ("&#x27;", "'"), ("&quot;", '"')):
        text = text.replace(entity, sign)
    return text


def secret_to(letters: Letters, email: str) -> str:
    """The secret of the newest invitation's link, as the letter's reader finds it."""
    found = re.search(r"/portal/join/([\w-]{40,})/", letters.last(email).text)
    assert found, letters.last(email).text
    return found[1]


def waiting(**fields: Any) -> Interest:
    """Somebody on the waiting list."""
    at = timezone.now()
    given = {
        "email": "wu@sterne.test",
        "company": "Sterne Handel",
        "merchant_id": "A1STERNE12345",
        "country": "CN",
        "language": "zh-hans",
        "words": "Lampen, 400 Bestellungen im Monat.",
        "status": "WAITING",
        "asked_at": at,
        "confirmed_at": at,
    }
    made: Interest = Interest.objects.create(**{**given, **fields})
    return made
