"""P16: Account Info, Your Services, Manage, Ready to Opt-in, Opt-in Now, then Active: those pages
and those words, followed link by link.
"""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from csba.accounts.models import User
from sellers import tasks
from sellers.models import Enrolment, Seller, Terms
from sellers.operations import invitations
from tests.conftest import Letters, Travel
from tests.sellers.acting import text_of

pytestmark = pytest.mark.django_db


def followed(browser: Client, page: Any, words: str) -> Any:
    """The page behind the link with these words."""
    found = re.search(rf'<a[^>]*href="([^"]+)"[^>]*>\s*{words}\s*</a>', page.content.decode())
    assert found, f"no link {words!r}"
    answer = browser.get(unescape(found[1]))
    assert answer.status_code == 200
    return answer


def test_a_seller_who_was_invited_walks_the_way_of_the_article(
    blume: Seller, policy_admin: User, travel: Travel, letters: Letters
) -> None:
    invitations.invite(blume, email=blume.default_email, by=policy_admin)
    person = blume.memberships.get().user
    person.language = "en"
    person.save(update_fields=["language"])
    anna = Client()
    anna.force_login(person)

    home = anna.get("/portal/")
    account = followed(anna, home, "Account Info")
    assert "Your Services" in text_of(account)
    services = followed(anna, account, "Manage")
    assert "You are signed up for" in text_of(services)
    page = followed(anna, services, "Ready to Opt-in")
    said = unescape(text_of(page))
    for document in Terms.objects.all():
        for line in document.bodies["en"].splitlines():
            assert " ".join(line.lstrip("#-* ").split()) in said
    assert ">Opt-in Now</button>" in page.content.decode()

    sent: dict[str, Any] = {
        "terms": [str(document.pk) for document in Terms.objects.all()],
        "agree": "on",
    }
    activating = text_of(anna.post(page.wsgi_request.path, sent, follow=True))
    assert "Activating" in activating
    assert "Active at the latest 4 November 2026, 11:00:00 CET" in activating
    travel(seconds=42)
    tasks.activate_due_enrolments()
    active = text_of(anna.get("/portal/services/"))
    assert "Active since 4 November 2026, 10:00:42 CET" in active
    assert letters.to(blume.default_email) == ["invited", "opted_in", "service_active"]
    assert Enrolment.objects.get().active_from.isoformat() == "2026-11-04T09:00:42+00:00"  # type: ignore[union-attr]
