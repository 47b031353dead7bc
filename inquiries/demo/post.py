"""The mails that buyers write in the demo: raw, as they would have come in over SMTP."""

from dataclasses import dataclass, field, replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.utils import timezone

from caselog.models import Case
from csba import addresses
from csba.outbox.models import OutgoingMail
from inquiries.demo.buyers import Buyer
from inquiries.models import InboundMail, Inquiry
from inquiries.operations import inbound
from inquiries.operations.inbound import Seen

Kind = InboundMail.Kind


@dataclass(frozen=True)
class Kept:
    """A mail that was kept, with what is read of it."""

    mail: InboundMail
    seen: Seen
    body: str
    fold_at: int | None = None

    def handled(self, inquiry: Inquiry, result: str) -> None:
        """The mail is done: this is what came of it."""
        inbound.handled(self.mail, seen=self.seen, result=result, inquiry=inquiry)


@dataclass
class Post:
    """Numbers the mails, so that each has a Message-ID of its own; `wave` tells two loads apart."""

    wave: str
    count: int = field(default=0)

    def first_mail(self, buyer: Buyer, subject: str, words: str) -> Kept:
        """A mail that begins something, to the service's own address."""
        sender = Address(buyer.name, addr_spec=buyer.email)
        return self._keep(sender, settings.CSBA_SENDER_ADDRESS, subject, words)

    def answer(self, inquiry: Inquiry, buyer: Buyer, words: str) -> Kept:
        """An answer to our newest letter, which it quotes below, as most people's programs do."""
        letter = _newest_letter(inquiry)
        lines = "\n".join(f"> {line}".rstrip() for line in letter.text.strip().splitlines())
        wrote = "wrote" if inquiry.language == "en" else "schrieb"
        kept = self._keep(
            Address(buyer.name, addr_spec=buyer.email),
            addresses.write(addresses.BUYER_LANE, inquiry.number),
            f"{'Re' if inquiry.language == 'en' else 'AW'}: {letter.subject}",
            f"{words}\n\n{settings.CSBA_SENDER_NAME} {wrote}:\n{lines}",
            answers=letter,
        )
        return replace(kept, fold_at=len(words))

    def from_someone(self, inquiry: Inquiry, address: str, words: str) -> Kept:
        """A mail to the inquiry's own address from somebody who is not its buyer."""
        letter = _newest_letter(inquiry)
        lane = addresses.write(addresses.BUYER_LANE, inquiry.number)
        sender = Address(addr_spec=address)
        return self._keep(sender, lane, f"AW: {letter.subject}", words, answers=letter)

    def from_machine(self, inquiry: Inquiry, buyer: Buyer, words: str) -> Kept:
        """What the buyer's mailbox answers by itself."""
        letter = _newest_letter(inquiry)
        return self._keep(
            Address(addr_spec=buyer.email),
            addresses.write(addresses.BUYER_LANE, inquiry.number),
            f"Automatische Antwort: {letter.subject}",
            words,
            answers=letter,
            kind=Kind.AUTO_REPLY,
        )

    def stranger_in_a_case(self, case: Case) -> None:
        """A mail to a seller's case from an address that nobody knows: only a person can say."""
        self._keep(
            Address("Fracht24 Abrechnung", addr_spec="abrechnung@fracht24.example"),
            addresses.write(addresses.SELLER_LANE, case.number),
            "Offene Position zu Ihrer Sendung",
            "Guten Tag,\n\nzu dieser Sendung fehlt uns noch die Zolltarifnummer. Bitte reichen Sie "
            "sie nach, sonst berechnen wir die Lagerung.\n\nFracht24 Abrechnung",
        )

    def answer_to_an_invitation(self, letter: OutgoingMail) -> None:
        """A seller answers a letter that takes no answers by mail."""
        self._keep(
            Address(addr_spec=letter.to_address),
            settings.CSBA_SENDER_ADDRESS,
            f"回复：{letter.subject}",
            "您好，\n\n我们对这项服务很感兴趣。试用结束以后怎么收费？可以先加一下微信详细聊吗？\n\n徐芳",
            answers=letter,
        )

    def _keep(
        self,
        sender: Address,
        to: str,
        subject: str,
        words: str,
        *,
        answers: OutgoingMail | None = None,
        kind: str = Kind.HUMAN,
    ) -> Kept:
        self.count += 1
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = to
        mail["Subject"] = subject
        mail["Date"] = format_datetime(timezone.now())
        mail["Message-ID"] = f"<demo.{self.wave}.{self.count}@{sender.domain}>"
        if answers is not None:
            mail["In-Reply-To"] = mail["References"] = answers.message_id
        if kind != Kind.HUMAN:
            mail["Auto-Submitted"] = "auto-replied"
        mail.set_content(words)
        kept = inbound.keep(
            mail.as_bytes(),
            via=InboundMail.Via.SMTP,
            envelope_from=sender.addr_spec if kind == Kind.HUMAN else "<>",
            envelope_to=[to],
        )
        return Kept(kept, Seen(kind, sender.addr_spec, subject), words)


def _newest_letter(inquiry: Inquiry) -> OutgoingMail:
    about = OutgoingMail.objects.filter(about_type="inquiries.inquiry", about_id=inquiry.pk)
    return about.latest("id")
