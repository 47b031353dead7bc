"""One connection to the relay, with the one moment that matters told apart: before DATA, and
after.
"""

import contextlib
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr
from types import TracebackType

from django.conf import settings
from django.core.mail import DNS_NAME

from csba.outbox.models import OutgoingMail

# Seconds to wait for each answer, and for the last one, before which many relays look into the
# content. Even with TLS and login they add up to less than STUCK_AFTER of the model.
PATIENCE = 15.0
CONTENT_PATIENCE = 120.0


class NotSent(Exception):
    """The relay has not taken the mail; `final` when it never will."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


class NoRelay(NotSent):
    """The relay cannot be reached or has hung up: the next mail would fare no better."""

    def __init__(self, problem: Exception) -> None:
        super().__init__(_named(problem), final=False)


class PerhapsSent(Exception):
    """The connection broke after the content went out: nobody can know."""


class Relay:
    """A session with the relay for any number of mails."""

    def __init__(self) -> None:
        self.session: smtplib.SMTP | None = None

    def __enter__(self) -> "Relay":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.session is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self.session.quit()
            self._drop()

    def send(self, mail: OutgoingMail, before_data: Callable[[], None]) -> None:
        """The relay has accepted the mail; NotSent or PerhapsSent otherwise. `before_data` runs at
        the brink; what it raises keeps the mail here.
        """
        content, receiver = _on_the_wire(mail)
        try:
            session = self._connected()
            # Who is refused as a sender is refused with every mail: it is not this one's fault.
            _expect(session.mail(settings.CSBA_BOUNCE_ADDRESS), 250, may_be_final=False)
            _expect(session.rcpt(receiver), 250, 251)
        except NotSent:
            self._reset()
            raise
        except (OSError, smtplib.SMTPException) as problem:
            self._drop()
            raise NoRelay(problem) from problem
        try:
            before_data()
        except BaseException:
            self._reset()
            raise
        self._hand_over(session, content)

    def _hand_over(self, session: smtplib.SMTP, content: bytes) -> None:
        assert session.sock is not None
        session.sock.settimeout(CONTENT_PATIENCE)
        try:
            code, answer = session.data(content)
        except smtplib.SMTPDataError as problem:
            # The answer to the word DATA itself: the content has not gone out.
            self._reset()
            raise NotSent(
                _said(problem.smtp_code, problem.smtp_error), final=problem.smtp_code >= 500
            ) from problem
        except (OSError, smtplib.SMTPException) as problem:
            self._drop()
            raise PerhapsSent(_named(problem)) from problem
        finally:
            if session.sock is not None:
                session.sock.settimeout(PATIENCE)
        if not 200 <= code < 300:
            self._reset()
            raise NotSent(_said(code, answer), final=code >= 500)

    def _connected(self) -> smtplib.SMTP:
        if self.session is None:
            session = smtplib.SMTP(
                settings.EMAIL_HOST,
                settings.EMAIL_PORT,
                local_hostname=DNS_NAME.get_fqdn(),  # asked once; the library would ask each time
                timeout=PATIENCE,
            )
            self.session = session
            if settings.EMAIL_USE_TLS:
                session.starttls(context=ssl.create_default_context())
            if settings.EMAIL_HOST_USER:
                session.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
            session.ehlo_or_helo_if_needed()
        return self.session

    def _reset(self) -> None:
        try:
            if self.session is not None:
                self.session.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self.session is not None:
            self.session.close()
            self.session = None


class _Policy(EmailPolicy):
    """Lines of ids are folded between ids only: the library would encode a long one as if it were
    words, and no reader's program finds the thread by that.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name in {"References", "In-Reply-To"}:
            ids = f"{self.linesep} ".join(value.split())
            return f"{name}: {ids}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n", max_line_length=78)


def as_bytes(mail: OutgoingMail) -> bytes:
    """The mail as it goes over the wire: text and HTML, its own id in References too (helpdesk
    T3).
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = formataddr((settings.CSBA_SENDER_NAME, settings.CSBA_SENDER_ADDRESS))
    message["To"] = _receiver(mail)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    for name, value in headers_of(mail).items():
        message[name] = value
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    # Last, because a second part takes the Content- headers of the whole with it into the first.
    message["Content-Language"] = mail.language
    return message.as_bytes()


def headers_of(mail: OutgoingMail) -> dict[str, str]:
    """What other programs read: the thread, that nobody needs to answer, how to end a digest."""
    found = {
        "Message-ID": mail.message_id,
        "References": " ".join(filter(None, [mail.references, mail.message_id])),
    }
    if mail.in_reply_to:
        found["In-Reply-To"] = mail.in_reply_to
    if mail.automatic:
        found["Auto-Submitted"] = "auto-generated"
        found["X-Auto-Response-Suppress"] = "All"
    if mail.unsubscribe_url:
        found["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    found["X-CSBA-Loop"] = settings.CSBA_REPLY_DOMAIN
    return found


def _on_the_wire(mail: OutgoingMail) -> tuple[bytes, str]:
    """Content and receiver as the relay wants them; a mail that cannot be written never leaves."""
    try:
        return as_bytes(mail), _receiver(mail)
    except (ValueError, TypeError, IndexError, AttributeError) as problem:
        raise NotSent(_named(problem), final=True) from problem


def _receiver(mail: OutgoingMail) -> str:
    """The address in ASCII; no relay that we know takes any other."""
    name, _at, domain = mail.to_address.rpartition("@")
    name.encode("ascii")
    return f"{name}@{domain.encode('idna').decode('ascii')}"


def _expect(answer: tuple[int, bytes], *good: int, may_be_final: bool = True) -> None:
    code, said = answer
    if code not in good:
        raise NotSent(_said(code, said), final=may_be_final and code >= 500)


def _named(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {text}"
