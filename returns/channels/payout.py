"""The payment service's word on what became of a refund: signed, in time, and safe to repeat."""

import json
import logging
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from csba.errors import Conflict, DomainError
from returns.gateways import payout
from returns.operations import payouts

log = logging.getLogger(__name__)

LONGEST = 64 * 1024


@csrf_exempt
@require_POST
def hear(request: HttpRequest) -> HttpResponse:
    """POST {"key", "status": "settled" | "failed", "reference", "reason"}: 200 once it is booked,
    and again for each repetition; 401 without a valid signature, 404 for an unknown key, 409 where
    it contradicts what is booked.
    """
    if int(request.headers.get("Content-Length") or 0) > LONGEST:
        return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
    body = request.body
    if not payout.genuine(
        body,
        getattr(settings, "CSBA_PAYOUT_SECRET", ""),
        timestamp=request.headers.get(payout.TIMESTAMP_HEADER, ""),
        signature=request.headers.get(payout.SIGNATURE_HEADER, ""),
        at=timezone.now(),
    ):
        return _problem(HTTPStatus.UNAUTHORIZED, "signature")
    said = _read(body)
    if said is None:
        return _problem(HTTPStatus.BAD_REQUEST, "content")
    key, status, reference, reason = said
    try:
        if status == "settled":
            refund = payouts.settled(key, reference)
        else:
            refund = payouts.failed(key, reason)
    except Conflict as conflict:
        return _problem(HTTPStatus.CONFLICT, conflict.code)
    except DomainError as refusal:
        found = HTTPStatus.NOT_FOUND if refusal.code == "unknown" else HTTPStatus.CONFLICT
        return _problem(found, refusal.code)
    return JsonResponse({"number": str(refund.number), "status": refund.status})


def _read(body: bytes) -> tuple[str, str, str, str] | None:
    """Key, status, reference and reason; None when it is not that."""
    try:
        found: Any = json.loads(body)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    values = [found.get(name, "") for name in ("key", "status", "reference", "reason")]
    if not all(isinstance(value, str) and "\x00" not in value for value in values):
        return None
    key, status, reference, reason = values
    if not key or status not in {"settled", "failed"}:
        return None
    return key, status, reference, reason


def _problem(status: HTTPStatus, code: str) -> HttpResponse:
    """Problem details (RFC 9457)."""
    log.warning("payment service: %s %s", status.value, code)
    return JsonResponse(
        {"type": "about:blank", "title": status.phrase, "status": status.value, "code": code},
        status=status,
        content_type="application/problem+json",
    )
