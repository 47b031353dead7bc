"""Real mail as it comes: each file of raw/ is handled, and what stands beside it must be true."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings

from caselog.models import Case, Entry, EntryFile
from caselog.operations import questions
from csba import addresses
from csba.outbox import suppressed
from csba.outbox.models import OutgoingMail
from inquiries import tasks
from inquiries.channels.mailbox import marketplace
from inquiries.channels.mailbox.parse import parse
from inquiries.models import Attachment, InboundMail, Inquiry, Message
from inquiries.operations import inbound
from tests.factories.caselog import CaseFactory
from tests.factories.sellers import MembershipFactory, OrderFactory, UserFactory
from tests.mail.posting import JONAS, SERVICE, mail

RAW = Path(__file__).parent / "raw"
NAMES = sorted(path.stem for path in RAW.glob("*.eml"))
ALIAS = "marketplace.amazon.de"

pytestmark = pytest.mark.django_db


class Scene:
    """Two sellers who are served, four orders, one inquiry that runs, one question in a case."""

    def __init__(self, blume: Any, longmen: Any, served: Any) -> None:
        blume.default_email = "service@blume.test"
        blume.save()
        self.sellers = {blume.pk: blume, longmen.pk: longmen}
        for seller in (blume, longmen):
            served(seller)
        MembershipFactory(
            seller=longmen, user=UserFactory(email="kefu@longmen.test", language="zh-hans")
        )
        for number, seller, buyer, channel in [
            ("302-1000001-1000001", blume, JONAS, "MFN"),
            ("302-1000002-1000002", blume, f"kq7mk2vbn4tz@{ALIAS}", "MFN"),
            ("302-1000003-1000003", longmen, f"hh3jd8wq1lpo@{ALIAS}", "MFN"),
            ("302-1000004-1000004", blume, f"otto5hh2kk9pw@{ALIAS}", "AFN"),
        ]:
            OrderFactory(seller=seller, number=number, buyer_email=buyer, channel=channel)
        inbound.keep(mail("Die Lampe summt. 302-1000001-1000001"), via="SMTP")
        tasks.handle_received_mail()
        self.inquiry = Inquiry.objects.get()
        self.letter = OutgoingMail.objects.get(template="inquiries/mail/received")
        OutgoingMail.objects.update(status="SENT", settled_at=self.letter.created_at)
        self.case = CaseFactory(seller=blume)
        questions.ask(self.case, body="Welche Seriennummer?", by=None)
        self.before = OutgoingMail.objects.latest("id").pk

    def filled(self, raw: bytes) -> bytes:
        """The mail with the addresses and ids of this scene."""
        number = self.inquiry.number
        stamp = addresses.stamp("inq", number)
        for name, value in {
            "service": SERVICE,
            "reply": self.letter.reply_to,
            "letter": self.letter.message_id,
            "subject": self.letter.subject,
            "stamp": stamp,
            "forged": f"{number} [aaaaaa]",
            "case": addresses.write("case", self.case.number),
            "transfer_de": settings.CSBA_TRANSFER_ADDRESSES["DE"],
            "transfer_cn": settings.CSBA_TRANSFER_ADDRESSES["CN"],
        }.items():
            raw = raw.replace(b"${%s}" % name.encode(), value.encode())
        return raw


@pytest.fixture
def scene(travel: Any, blume: Any, longmen: Any, served: Any, settings: LazySettings) -> Scene:
    settings.CSBA_TRUSTED_RELAYS = ["mx.csba.example"]
    return Scene(blume, longmen, served)


class Handled:
    """A mail that has been handled, as the expectations look at it: one property for each key."""

    def __init__(self, scene: Scene, kept: InboundMail, raw: bytes) -> None:
        self.scene, self.kept, self.parsed = scene, kept, parse(raw)
        self.said = Message.objects.filter(inbound=kept).order_by("pk").first()
        self.inquiry: Any = kept.inquiry or (self.said.inquiry if self.said else None)

    def __getattr__(self, name: str) -> Any:
        for where in (self.kept, self.inquiry, self.said):
            if where is not None and hasattr(where, name):
                return getattr(where, name)
        return self.reading.get(name)

    @property
    def reading(self) -> dict[str, Any]:
        return self.said.reading if self.said is not None else {}

    @property
    def order(self) -> str:
        return self.inquiry.order.number if self.inquiry and self.inquiry.order else ""

    @property
    def words(self) -> str:
        return self.reading.get("words", "")

    @property
    def signals(self) -> list[str]:
        return [one["signal"] for one in self.reading.get("signals", [])]

    @property
    def text(self) -> str:
        return self.said.body if self.said is not None else ""

    @property
    def sender_name(self) -> str:
        return self.parsed.sender_name

    @property
    def folds(self) -> bool:
        return self.said is not None and self.said.fold_at is not None

    @property
    def attachments(self) -> list[list[str]]:
        return [[one.name, one.media_type] for one in self._files()]

    @property
    def states(self) -> list[str]:
        return [one.state for one in self._files()]

    @property
    def content_ids(self) -> list[str]:
        return [one.content_id for one in self._files()]

    @property
    def attachments_of_buyer(self) -> list[str]:
        return [one.name for one in self._files() if one.name.endswith(".jpg")]

    @property
    def looks_like(self) -> bool:
        return self.inquiry is not None and self.inquiry.looks_like == self.scene.inquiry

    @property
    def letters(self) -> list[str]:
        found = OutgoingMail.objects.filter(to_address=self.kept.sender, pk__gt=self.scene.before)
        return [one.template.rpartition("/")[2] for one in found.order_by("pk")]

    @property
    def mail(self) -> str:
        return OutgoingMail.objects.get(pk=self.scene.letter.pk).status

    @property
    def suppressed(self) -> bool:
        return bool(suppressed.active([JONAS], self.kept.received_at))

    @property
    def undelivered(self) -> bool:
        return Inquiry.objects.get(pk=self.scene.inquiry.pk).undelivered_at is not None

    @property
    def notice(self) -> str:
        return self.kept.facts["notice"]

    @property
    def buyer(self) -> str:
        return self.inquiry.buyer_email

    @property
    def buyer_says(self) -> str:
        return self.inquiry.messages.get().body

    @property
    def seller_told(self) -> str:
        seller: Any = self.kept.case and self.kept.case.seller
        to_seller = OutgoingMail.objects.filter(to_address=seller.default_email)
        return to_seller.latest("pk").template.rpartition("/")[2]

    @property
    def case_says(self) -> str:
        return "\n".join(Entry.objects.filter(case=self.kept.case).values_list("body", flat=True))

    @property
    def case_files(self) -> list[str]:
        return list(EntryFile.objects.values_list("file__name", flat=True))

    def _files(self) -> list[Attachment]:
        return list(self.kept.attachments.order_by("position"))


def handled(scene: Scene, name: str, expected: dict[str, Any]) -> Handled:
    raw = scene.filled((RAW / f"{name}.eml").read_bytes())
    envelope = expected.pop("envelope", "x@relay.test")
    kept = inbound.keep(raw, via="SMTP", envelope_from=envelope)
    tasks.handle_received_mail()
    kept = InboundMail.objects.select_related("inquiry__order", "case__seller").get(pk=kept.pk)
    return Handled(scene, kept, raw)


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_is_what_its_expectation_says(scene: Scene, name: str) -> None:
    expected = tomllib.loads((RAW / f"{name}.toml").read_text("utf-8"))
    found = handled(scene, name, expected)
    assert found.kept.status == expected.pop("status", "HANDLED"), found.kept.error
    for word in expected.pop("says", []):
        assert word in found.text
    for word in expected.pop("never", []):
        assert word not in found.text
    for word in expected.pop("case_says", []):
        assert word in found.case_says
    assert {key: getattr(found, key) for key in expected} == expected
    no_machine_is_answered_and_no_seller_hears_of_a_buyer(scene, found)


def no_machine_is_answered_and_no_seller_hears_of_a_buyer(scene: Scene, found: Handled) -> None:
    """True for every mail, whatever it is."""
    new = OutgoingMail.objects.filter(pk__gt=scene.before)
    if found.kept.kind not in {"HUMAN", "TRANSFER"}:
        assert not new.exists()
        return
    for letter in new.filter(to_address__in=[one.default_email for one in scene.sellers.values()]):
        for buyer in (JONAS, ALIAS, "flackert", "lädt nicht", "Klara"):
            assert buyer not in letter.text
    assert Case.objects.filter(subject__contains=ALIAS).count() == 0


def test_there_are_enough_of_them_in_german_and_in_chinese() -> None:
    read = [parse((RAW / f"{name}.eml").read_bytes()) for name in NAMES]
    assert len(NAMES) >= 100
    chinese = [one for one in read if any("\u3400" <= sign <= "\u9fff" for sign in one.text)]
    assert len(chinese) >= 15
    assert all((RAW / f"{name}.toml").exists() for name in NAMES)
    assert any(marketplace.framed(one.text) for one in read)
