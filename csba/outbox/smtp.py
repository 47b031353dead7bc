"""One connection to the relay, with the one moment that matters told apart: before DATA, and
after.
"""

import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, formataddr
from types import TracebackType

from django.conf import settings

from csba.outbox.models import OutgoingMail


class NotSent(Exception):
    """The relay has not taken the mail; `final` when it never will."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


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
            self.session.close()

    def send(self, mail: OutgoingMail, before_data: Callable[[], None]) -> None:
        """The relay has accepted the mail; NotSent or PerhapsSent otherwise. `before_data` runs at
        the brink.
        """
        try:
            session = self._connected()
            _expect(session.mail(settings.CSBA_BOUNCE_ADDRESS), 250)
            _expect(session.rcpt(mail.to_address), 250, 251)
        except NotSent:
            self._reset()
            raise
        except (OSError, smtplib.SMTPException, UnicodeError) as problem:
            self._drop()
            raise NotSent(
                f"{type(problem).__name__}: {problem}", final=isinstance(problem, UnicodeError)
            ) from problem
        content = as_bytes(mail)
        before_data()
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
            raise PerhapsSent(f"{type(problem).__name__}: {problem}") from problem
        if code != 250:
            self._reset()
            raise NotSent(_said(code, answer), final=code >= 500)

    def _connected(self) -> smtplib.SMTP:
        if self.session is None:
            session = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=30)
            self.session = session
            if settings.EMAIL_USE_TLS:
                session.starttls()
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


def as_bytes(mail: OutgoingMail) -> bytes:
    """The mail as it goes over the wire: text and HTML, its own id in References too (helpdesk
    T3).
    """
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = formataddr((settings.CSBA_SENDER_NAME, settings.CSBA_SENDER_ADDRESS))
    message["To"] = mail.to_address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["References"] = " ".join(filter(None, [mail.references, mail.message_id]))
    if mail.in_reply_to:
        message["In-Reply-To"] = mail.in_reply_to
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    if mail.automatic:
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    message["X-CSBA-Loop"] = settings.CSBA_REPLY_DOMAIN
    message["Content-Language"] = mail.language
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def _expect(answer: tuple[int, bytes], *good: int) -> None:
    code, said = answer
    if code not in good:
        raise NotSent(_said(code, said), final=code >= 500)


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {text}"
