"""Claims for debits: filed in time with evidence, decided with reasons, credited once."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from caselog.models import Case, Entry
from csba.accounts.models import User
from csba.errors import Conflict, Refused
from returns.models import Claim
from returns.operations import claims
from sellers.models import LedgerLine, Seller
from tests.conftest import Letters, Travel
from tests.factories.sellers import OrderFactory
from tests.returns.money.asking import PDF, PNG, debit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("travel")]


def filed(seller: Seller, by: User, **fields: Any) -> Claim:
    fields.setdefault("ground", "POSTAGE")
    fields.setdefault("words", "Der Käufer hätte das Porto tragen müssen.")
    line = fields.pop("line", None) or debit(seller)
    return claims.file(line, by=by, **fields)


def test_a_claim_keeps_words_evidence_and_amount(blume: Seller, anna: User) -> None:
    claim = filed(blume, anna, ground="DELIVERED", evidence=[("../beleg.pdf", PDF)])
    assert (claim.status, claim.amount, claim.filed_by) == ("OPEN", Decimal("15.00"), anna)
    kept = claim.files.get().file
    assert (kept.name, kept.media_type) == ("beleg.pdf", "application/pdf")


@pytest.mark.parametrize(
    ("ground", "count", "passes"),
    [
        ("DELIVERED", 0, False),
        ("DELIVERED", 1, True),
        ("DAMAGED_RETURN", 1, False),
        ("DAMAGED_RETURN", 2, True),
        ("NEVER_SENT_BACK", 0, True),
        ("REPLACED", 0, False),
        ("OUT_OF_WINDOW", 0, True),
        ("POSTAGE", 9, False),
    ],
)
def test_each_ground_needs_its_evidence(
    blume: Seller, anna: User, ground: str, count: int, passes: bool
) -> None:
    evidence = [(f"{number}.png", PNG) for number in range(count)]
    if passes:
        assert filed(blume, anna, ground=ground, evidence=evidence).files.count() == count
        return
    with pytest.raises(Refused) as refused:
        filed(blume, anna, ground=ground, evidence=evidence)
    assert refused.value.code == "evidence"
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file_empty"), (b"<html>", "file_type"), (b"MZ\x90", "file_type")],
)
def test_other_files_are_refused_and_nothing_is_kept(
    blume: Seller, anna: User, content: bytes, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        filed(blume, anna, ground="DELIVERED", evidence=[("x.pdf", content)])
    assert refused.value.code == code
    assert not Claim.objects.exists()


def test_a_file_that_is_too_large_is_refused(blume: Seller, anna: User) -> None:
    large = PNG + b"\x00" * claims.LARGEST
    with pytest.raises(Refused, match="too large"):
        filed(blume, anna, ground="DELIVERED", evidence=[("x.png", large)])


def test_a_claim_is_in_time_until_the_sixtieth_day(
    blume: Seller, anna: User, travel: Travel
) -> None:
    line = debit(blume)
    late = debit(blume)
    travel(days=60, seconds=-1)
    filed(blume, anna, line=line)
    travel(seconds=1)
    with pytest.raises(Refused, match="was over on"):
        filed(blume, anna, line=late)


def test_what_the_seller_must_bear_cannot_be_claimed(blume: Seller, anna: User) -> None:
    for line in (
        debit(blume, reimbursable=False),
        debit(blume, "5.00", kind="CORRECTION"),
    ):
        with pytest.raises(Refused):
            filed(blume, anna, line=line)


def test_one_claim_for_each_debit(blume: Seller, anna: User) -> None:
    line = debit(blume)
    filed(blume, anna, line=line)
    with pytest.raises(Conflict, match="already a claim"):
        filed(blume, anna, line=line)


def test_granted_is_credited_once_and_the_seller_knows_why(
    blume: Seller, anna: User, lead: User, letters: Letters
) -> None:
    claim = filed(blume, anna)
    claims.grant(claim, amount=Decimal("10.00"), reason="Porto war Sache des Käufers.", by=lead)
    credit = LedgerLine.objects.get(kind="REIMBURSEMENT")
    assert (credit.amount, credit.reference) == (Decimal("10.00"), claim.number)
    assert "Porto war Sache des Käufers." in credit.reason
    assert "Porto war Sache des Käufers." in Entry.objects.get().body
    assert letters.to("service@blume.test") == ["notice"]
    with pytest.raises(Refused):
        claims.grant(claim, amount=Decimal("10.00"), reason="Noch einmal.", by=lead)
    assert LedgerLine.objects.filter(kind="REIMBURSEMENT").count() == 1


def test_declined_leaves_the_debit_and_says_why(blume: Seller, anna: User, lead: User) -> None:
    claim = filed(blume, anna)
    claims.decline(claim, reason="Die Rücksendung lag in der Frist.", by=lead)
    assert not LedgerLine.objects.filter(kind="REIMBURSEMENT").exists()
    assert "Die Rücksendung lag in der Frist." in Entry.objects.get().body
    assert Case.objects.get().reference == claim.number


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "15.01", "1.005", "NaN"])
def test_no_other_amount_can_be_granted(blume: Seller, anna: User, lead: User, amount: str) -> None:
    with pytest.raises(Refused):
        claims.grant(filed(blume, anna), amount=Decimal(amount), reason="Ja.", by=lead)


def test_only_who_may_decides_and_only_with_a_reason(
    blume: Seller, anna: User, agent: User, lead: User
) -> None:
    claim = filed(blume, anna)
    with pytest.raises(Refused, match="may not decide"):
        claims.decline(claim, reason="Nein.", by=agent)
    with pytest.raises(Refused, match="reason"):
        claims.decline(claim, reason=" ", by=lead)
    assert Claim.objects.get().status == "OPEN"


# In the portal.


def content_of(answer: Any) -> bytes:
    """All of a file that is sent piece by piece."""
    return b"".join(answer.streaming_content)


def upload(name: str = "foto.png", content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_filed_in_the_portal_with_two_photos(portal: Client, blume: Seller) -> None:
    line = debit(blume, order=OrderFactory(seller=blume))
    answer = portal.post(
        reverse("returns:file-claim", args=[line.pk]),
        {"ground": "DAMAGED_RETURN", "words": "Zerkratzt.", "proofs": [upload(), upload("2.png")]},
    )
    claim = Claim.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("returns:claim", args=[claim.number])
    found = portal.get(answer["Location"]).content.decode()
    assert "Zerkratzt." in found
    assert found.count("/files/") == 2
    assert claim.number in portal.get(reverse("returns:claims")).content.decode()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"ground": "DAMAGED_RETURN", "words": "Bleibt stehen."}, "needs 2 files"),
        ({"ground": "", "words": "Bleibt stehen."}, "This field is required"),
        ({"ground": "DELIVERED", "words": "Bleibt stehen.", "proofs": [b"<script>"]}, "one of"),
        ({"ground": "NOPE", "words": "Bleibt stehen."}, "Select a valid choice"),
    ],
)
def test_bad_input_keeps_the_typed_words(
    portal: Client, blume: Seller, said: dict[str, Any], sentence: str
) -> None:
    line = debit(blume)
    if "proofs" in said:
        said = {**said, "proofs": [upload("x.pdf", content) for content in said["proofs"]]}
    answer = portal.post(reverse("returns:file-claim", args=[line.pk]), said)
    assert answer.status_code == 422
    found = answer.content.decode()
    assert "Bleibt stehen." in found
    assert sentence in found
    assert not Claim.objects.exists()


def test_another_sellers_claim_and_evidence_are_404(portal: Client, longmen: Seller) -> None:
    by = longmen.memberships.get().user
    claim = filed(longmen, by, ground="DELIVERED", evidence=[("a.png", PNG)])
    piece = claim.files.get()
    for address in (
        reverse("returns:claim", args=[claim.number]),
        reverse("returns:claim-file", args=[claim.number, piece.pk]),
    ):
        assert portal.get(address).status_code == 404
    assert claim.number not in portal.get(reverse("returns:claims")).content.decode()


def test_a_file_of_another_claim_is_404(portal: Client, blume: Seller, anna: User) -> None:
    mine = filed(blume, anna)
    other = filed(blume, anna, ground="DELIVERED", evidence=[("a.png", PNG)])
    address = reverse("returns:claim-file", args=[mine.number, other.files.get().pk])
    assert portal.get(address).status_code == 404


def test_evidence_is_saved_never_shown(portal: Client, blume: Seller, anna: User) -> None:
    claim = filed(blume, anna, ground="DELIVERED", evidence=[('a"b\r\n.png', PNG)])
    answer = portal.get(reverse("returns:claim-file", args=[claim.number, claim.files.get().pk]))
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "image/png"
    assert content_of(answer) == PNG


# On the desk.


def test_the_desk_shows_claims_the_oldest_first_and_decides_them(
    leads_desk: Client, blume: Seller, anna: User, travel: Travel
) -> None:
    first = filed(blume, anna, words="Erste.")
    travel(minutes=1)
    second = filed(blume, anna, words="Zweite.")
    found = leads_desk.get(reverse("admin:claims")).content.decode()
    assert found.index("Erste.") < found.index("Zweite.")
    page = reverse("admin:decide-claim", args=[first.number])
    answer = leads_desk.post(page, {"outcome": "grant", "amount": "12,50", "reason": "Stimmt."})
    assert answer.status_code == 302
    first.refresh_from_db()
    assert (first.status, first.granted) == ("GRANTED", Decimal("12.50"))
    page = reverse("admin:decide-claim", args=[second.number])
    leads_desk.post(page, {"outcome": "decline", "reason": "Stimmt nicht."})
    assert "No claim waits" in leads_desk.get(reverse("admin:claims")).content.decode()
    assert "Erste." in leads_desk.get(reverse("admin:claims"), {"show": "all"}).content.decode()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"outcome": "grant", "amount": "viel", "reason": "Steht noch da."}, "as a number"),
        ({"outcome": "grant", "amount": "99", "reason": "Steht noch da."}, "at most"),
        ({"outcome": "", "reason": "Steht noch da."}, "grant or decline"),
        ({"outcome": "grant", "amount": "1,00", "reason": " "}, "Please give the reason"),
    ],
)
def test_a_bad_decision_keeps_what_was_typed(
    leads_desk: Client, blume: Seller, anna: User, said: dict[str, str], sentence: str
) -> None:
    claim = filed(blume, anna)
    answer = leads_desk.post(reverse("admin:decide-claim", args=[claim.number]), said)
    assert answer.status_code == 422
    assert said["reason"] in answer.content.decode()
    assert sentence in answer.content.decode()
    assert Claim.objects.get().status == "OPEN"


def test_an_agent_reads_claims_and_evidence_but_does_not_decide(
    desk: Client, blume: Seller, anna: User
) -> None:
    claim = filed(blume, anna, ground="DELIVERED", evidence=[("a.png", PNG)])
    found = desk.get(reverse("admin:claim", args=[claim.number])).content.decode()
    assert "A desk lead decides it." in found
    file = reverse("admin:claim-file", args=[claim.number, claim.files.get().pk])
    answer = desk.get(file)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert content_of(answer) == PNG
    assert desk.post(reverse("admin:decide-claim", args=[claim.number])).status_code == 403


def test_nobody_else_reaches_the_desks_claims(
    portal: Client, client: Client, blume: Seller, anna: User
) -> None:
    claim = filed(blume, anna)
    for name, args in (("claims", []), ("claim", [claim.number])):
        assert portal.get(reverse(f"admin:{name}", args=args)).status_code in {302, 403, 404}
        assert Client().get(reverse(f"admin:{name}", args=args)).status_code == 302


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize("where", ["desk", "portal"])
def test_the_lists_ask_the_same_number_of_times(
    desk: Client,
    portal: Client,
    blume: Seller,
    anna: User,
    count: int,
    where: str,
    django_assert_max_num_queries: Any,
) -> None:
    for _number in range(count):
        filed(blume, anna, line=debit(blume, order=OrderFactory(seller=blume)))
    page, address = (desk, "admin:claims") if where == "desk" else (portal, "returns:claims")
    page.get(reverse(address))
    with django_assert_max_num_queries(12 if where == "desk" else 7):
        page.get(reverse(address))
