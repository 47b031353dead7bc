"""The API's errors as problem details (RFC 9457), with the domain error's code (rulings 23)."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from csba.errors import Conflict, DomainError

TYPE = "application/problem+json"


def problem(
    status: int, code: str, detail: str, *, errors: dict[str, Any] | None = None
) -> Response:
    """One answer that says what is wrong and what to do."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return Response(body, status=status, content_type=TYPE)


def handled(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error raised by a view; None for what is a fault of ours."""
    match error:
        case DomainError():
            status = (
                HTTPStatus.CONFLICT
                if isinstance(error, Conflict)
                else HTTPStatus.UNPROCESSABLE_ENTITY
            )
            return problem(status, error.code, str(error))
        case exceptions.ValidationError():
            errors = error.detail if isinstance(error.detail, dict) else {"": error.detail}
            return problem(
                HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", _first(errors), errors=errors
            )
        case exceptions.APIException():
            answer = problem(error.status_code, str(error.default_code), str(error.detail))
            known = exception_handler(error, context)
            for name in ("WWW-Authenticate", "Retry-After"):
                if known is not None and name in known.headers:
                    answer[name] = known.headers[name]
            return answer
        case Http404():
            return problem(HTTPStatus.NOT_FOUND, "not_found", str(error))
        case PermissionDenied():
            return problem(HTTPStatus.FORBIDDEN, "permission_denied", str(error))
        case _:
            return None


def _first(errors: dict[str, Any]) -> str:
    for name, found in errors.items():
        words = found[0] if isinstance(found, list) and found else found
        return f"{name}: {words}" if name else str(words)
    return ""
