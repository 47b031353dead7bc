"""A mail provider's API in the place of the relay, by django-anymail.

The same question as with SMTP: has it left, has it not, or can nobody know? An answer with a
status is one of the first two; a connection that broke after the request went out is the third.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Final

import requests
from anymail.exceptions import AnymailError, AnymailRequestsAPIError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from urllib3.exceptions import NewConnectionError

from csba.outbox.models import OutgoingMail
from csba.outbox.smtp import NoRelay, NotSent, PerhapsSent, headers_of

# Too early, too many: everything else from 400 on is about this very mail.
_FOR_NOW: Final = frozenset({408, 409, 425, 429})


class Provider:
    """Speaks the API of the provider that the settings name; used as `Relay` is."""

    def __init__(self) -> None:
        name = settings.CSBA_MAIL_PROVIDER
        self.backend: Any = get_connection(f"anymail.backends.{name}.EmailBackend")

    def __enter__(self) -> "Provider":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.backend.close()

    def send(self, mail: OutgoingMail, before_data: Callable[[], None]) -> None:
        """The provider has accepted the mail and given it a number; NotSent or PerhapsSent
        otherwise. `before_data` runs at the brink; what it raises keeps the mail here.
        """
        message = _message(mail)
        before_data()
        try:
            self.backend.send_messages([message])
        except AnymailRequestsAPIError as problem:
            raise _judged(problem) from problem
        except (AnymailError, ValueError, TypeError) as problem:
            # The library or the provider refuses to build such a mail at all.
            raise NotSent(_named(problem), final=True) from problem
        status = getattr(message, "anymail_status", None)
        mail.provider_id = str(getattr(status, "message_id", None) or "")[:200]


def _judged(problem: AnymailRequestsAPIError) -> NotSent | PerhapsSent:
    status = problem.status_code
    if status is not None:
        final = 400 <= status < 500 and status not in _FOR_NOW and status not in {401, 403}
        return NotSent(f"{status} {problem.args[0] if problem.args else ''}"[:500], final=final)
    if isinstance(problem, requests.ConnectTimeout) or _never_connected(problem):
        return NoRelay(problem)
    return PerhapsSent(_named(problem))


def _never_connected(problem: BaseException | None) -> bool:
    """Did the connection fail before a byte of the request went out?"""
    seen: set[int] = set()
    while problem is not None and id(problem) not in seen:
        seen.add(id(problem))
        reason = getattr(problem, "reason", None) or next(
            (getattr(one, "reason", None) for one in problem.args if one is not None), None
        )
        if isinstance(problem, NewConnectionError) or isinstance(reason, NewConnectionError):
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=f"{settings.CSBA_SENDER_NAME} <{settings.CSBA_SENDER_ADDRESS}>",
        to=[mail.to_address],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=headers_of(mail),
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def _named(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"[:500]
