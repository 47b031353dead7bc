"""The status of accounts, taken in by the command and on the desk (P9)."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from csba.accounts.models import User
from csba.journal import read as journal
from sellers.models import Enrolment, Seller, Suspension
from sellers.operations import standing
from tests.conftest import START, Letters, Travel
from tests.factories.sellers import EnrolmentFactory, SellerFactory
from tests.sellers.letting_in import at_desk, words_of

pytestmark = pytest.mark.django_db

URL = "/desk/standing/"
HEAD = "merchant_id,professional,standing,as_of\n"
SEVEN, EIGHT = "2026-11-04T07:00:00Z", "2026-11-04T08:00:00Z"


@pytest.fixture
def stint(blume: Seller, served: Callable[..., Any], travel: Travel) -> Enrolment:
    found: Enrolment = served(blume)
    return found


@pytest.fixture
def desk(policy_admin: User, travel: Travel) -> Client:
    return at_desk(policy_admin)


def written(folder: Path, *rows: str) -> str:
    path = folder / "status.csv"
    path.write_text(HEAD + "\n".join(rows))
    return str(path)


def run(*names: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_standing", *names, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_the_command_suspends_resumes_and_tells_the_seller(
    stint: Enrolment, letters: Letters, tmp_path: Path
) -> None:
    merchant = stint.seller.merchant_id
    said = run(written(tmp_path, f"{merchant},yes,DEACTIVATED,{SEVEN}"))
    assert "1 updated, 0 unchanged, 0 older, 0 bad" in said
    assert stint.suspensions.get().from_at.isoformat() == "2026-11-04T07:00:00+00:00"
    run(written(tmp_path, f"{merchant},yes,NORMAL,{EIGHT}"))
    assert letters.to(stint.seller.default_email) == ["suspended", "resumed"]
    assert [line.actor for line in journal.of(stint.seller)] == ["system", "system"]


def test_the_same_file_again_changes_nothing_and_older_news_is_ignored(
    stint: Enrolment, letters: Letters, tmp_path: Path
) -> None:
    merchant = stint.seller.merchant_id
    newer = written(tmp_path, f"{merchant},yes,DEACTIVATED,{EIGHT}")
    run(newer)
    assert "0 updated, 1 unchanged, 0 older" in run(newer)
    assert "0 updated, 0 unchanged, 1 older" in run(
        written(tmp_path, f"{merchant},yes,NORMAL,{SEVEN}")
    )
    assert len(letters()) == 1
    assert stint.suspensions.get().until_at is None


def test_bad_rows_are_listed_stop_no_other_and_count_in_the_exit_code(
    stint: Enrolment, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        f"A1NOBODY,yes,NORMAL,{SEVEN}",
        f"{stint.seller.merchant_id},no,,{SEVEN}",
        f"{stint.seller.merchant_id},yes,NORMAL,2026-11-04T09:06:00Z",
        "A1NOBODY,yes,NORMAL,yesterday",
    )
    out = io.StringIO()
    with pytest.raises(CommandError, match="3 rows could not be taken in"):
        call_command("import_standing", path, stdout=out, stderr=out)
    said = out.getvalue()
    assert "1 updated, 0 unchanged, 0 older, 3 bad" in said
    assert "line 2: A1NOBODY: No seller here has this merchant id." in said
    assert "lies in the future" in said
    assert stint.suspensions.get().reason == "NOT_PROFESSIONAL"


def test_a_file_that_cannot_be_read_stops_no_other(stint: Enrolment, tmp_path: Path) -> None:
    good = written(tmp_path, f"{stint.seller.merchant_id},no,,{SEVEN}")
    with pytest.raises(CommandError, match="1 of 2 files"):
        run(str(tmp_path / "missing.csv"), good)
    assert stint.suspensions.exists()


def test_a_dry_run_keeps_nothing(stint: Enrolment, letters: Letters, tmp_path: Path) -> None:
    path = written(tmp_path, f"{stint.seller.merchant_id},no,DEACTIVATED,{SEVEN}")
    assert "1 updated" in run(path, dry_run=True)
    stint.seller.refresh_from_db()
    assert (stint.seller.professional, stint.seller.standing_as_of) == (True, None)
    assert (letters(), stint.suspensions.count()) == ([], 0)


def test_other_reasons_are_not_ended_by_news_about_the_account(
    stint: Enrolment, letters: Letters
) -> None:
    Suspension.objects.create(enrolment=stint, reason="TERMS", from_at=START)
    standing.record(stint.seller, standing="DEACTIVATED", as_of=START)
    standing.record(stint.seller, standing="NORMAL", as_of=START)
    still = stint.suspensions.filter(until_at__isnull=True)
    assert [pause.reason for pause in still] == ["TERMS"]
    assert letters.to(stint.seller.default_email) == ["suspended"], "nothing has resumed"


def test_the_desk_shows_who_is_not_fit_since_when_and_what_is_suspended(
    stint: Enrolment, desk: Client
) -> None:
    SellerFactory(name="Gesund GmbH")
    SellerFactory(name="Riskant GmbH", standing="AT_RISK")
    standing.record(stint.seller, professional=False, as_of=START)
    text = words_of(desk.get(URL))
    assert "Blume Haushalt GmbH" in text
    assert "No professional plan" in text
    assert "Customer Service by Amazon suspended since" in text
    assert "no professional plan" in text
    assert "Gesund" not in text
    assert "Riskant" not in text
    assert "Riskant" in words_of(desk.get(f"{URL}?show=risk"))
    page = desk.get(URL).content.decode()
    assert '<span>Accounts not fit</span><span class="count">1</span>' in page


def test_one_account_by_hand_with_its_reason_in_the_journal(
    stint: Enrolment, desk: Client, policy_admin: User, letters: Letters
) -> None:
    typed = {
        "merchant_id": stint.seller.merchant_id.lower(),
        "professional": "",
        "standing": "DEACTIVATED",
        "reason": "Told by the account team on the phone.",
    }
    page = desk.post(f"{URL}record/", typed, follow=True)
    assert "Recorded for Blume Haushalt GmbH" in page.content.decode()
    [line] = journal.of(stint.seller)
    assert (line.actor, line.user) == ("admin", policy_admin)
    assert line.facts["reason"] == "Told by the account team on the phone."
    assert stint.suspensions.get().from_at == START
    assert letters.to(stint.seller.default_email) == ["suspended"]
    assert "account team" not in letters()[0].text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reason": ""}, "say where this is known from"),
        ({"standing": ""}, "choose what is known"),
        ({"merchant_id": "A1NOBODY"}, "No seller here"),
        ({"merchant_id": ""}, "merchant id"),
    ],
)
def test_a_bad_form_keeps_what_was_typed(
    stint: Enrolment, desk: Client, changed: dict[str, str], words: str
) -> None:
    typed = {
        "merchant_id": stint.seller.merchant_id,
        "standing": "DEACTIVATED",
        "reason": "From the phone.",
    }
    page = desk.post(f"{URL}record/", {**typed, **changed})
    assert page.status_code == 422
    assert words in words_of(page)
    if "reason" not in changed:
        assert "From the phone." in page.content.decode()
    assert not stint.suspensions.exists()


def test_the_desk_takes_in_the_same_file_and_says_what_became_of_it(
    stint: Enrolment, desk: Client, policy_admin: User
) -> None:
    file = io.BytesIO(
        f"{HEAD}{stint.seller.merchant_id},no,,{SEVEN}\nA1NOBODY,yes,,{SEVEN}\n".encode()
    )
    file.name = "status.csv"
    page = desk.post(f"{URL}import/", {"file": file})
    assert page.status_code == 200
    assert "1 changed, 0 unchanged, 0 older than what is known, 1 not readable" in words_of(page)
    assert "Line 3, A1NOBODY: No seller here" in words_of(page)
    assert journal.of(stint.seller).get().user == policy_admin


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "choose a file"),
        (b"", "file is empty"),
        (b"%PDF-1.7", "PDF"),
        (b"a,b\n1,2", "Missing"),
    ],
)
def test_no_file_or_no_such_file_is_one_sentence(
    desk: Client, content: bytes | None, words: str
) -> None:
    fields: dict[str, Any] = {}
    if content is not None:
        fields["file"] = io.BytesIO(content)
        fields["file"].name = "status.csv"
    page = desk.post(f"{URL}import/", fields)
    assert page.status_code == 422
    assert words in words_of(page)


def test_who_may_only_read_has_no_forms(stint: Enrolment, auditor: User) -> None:
    browser = at_desk(auditor)
    assert "Record one account" not in words_of(browser.get(URL))
    assert browser.post(f"{URL}record/").status_code == 403
    assert browser.post(f"{URL}import/").status_code == 403


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_costs_the_same_for_one_row_and_for_fifty(
    desk: Client, django_assert_max_num_queries: Any, count: int
) -> None:
    for number in range(count):
        seller = SellerFactory(name=f"Krank {number}", professional=False)
        stint = EnrolmentFactory(seller=seller)
        Suspension.objects.create(enrolment=stint, reason="NOT_PROFESSIONAL", from_at=START)
    desk.get(URL)
    with django_assert_max_num_queries(9):
        page = desk.get(URL)
    assert page.content.decode().count("<strong>Krank") == count
