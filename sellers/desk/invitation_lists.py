"""Inviting by a list on the desk: choose or paste, look at what would happen, confirm (P17).

Nothing is stored in between: the page carries the text, and it is read again when it comes back.
"""

from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from csba.errors import DomainError, Refused
from csba.staff import DeskRequest, Page, frame, needs
from sellers.operations import invitation_lists
from sellers.operations.invitation_lists import GOOD, Outcome, Planned
from sellers.rules import invitation_list

INVITE: Final = "sellers.add_invitation"
SHOWN: Final = 200
"""Rows that the page shows of each kind; the counts are of all."""
LARGEST: Final = 4 * invitation_list.LONGEST_TEXT
"""Bytes of an uploaded file."""
_BADGES: Final = {
    Outcome.NEW: "ok",
    Outcome.KNOWN: "ok",
    Outcome.AGAIN: "ok",
    Outcome.OPEN: "quiet",
    Outcome.MEMBER: "quiet",
    Outcome.ERROR: "bad",
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(INVITE)
def invite_by_list(request: DeskRequest) -> HttpResponse:
    """The form; `step` preview shows what would happen, confirm does it, errors is a file."""
    if request.method != "POST":
        return _page(request)
    text = ""
    try:
        text = _text(request)
        match request.POST.get("step"):
            case "confirm":
                done = invitation_lists.invite_all(text, by=request.user)
                return _page(request, text=text, planned=done, done=True)
            case "errors":
                return _errors(text)
        planned = invitation_lists.plan(invitation_list.read(text), at=timezone.now())
    except DomainError as refusal:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(request, text=text, refusal=str(refusal), status=status)
    return _page(request, text=text, planned=planned)


def _text(request: DeskRequest) -> str:
    """What was uploaded, else what was pasted."""
    if (file := request.FILES.get("file")) is not None:
        if (file.size or 0) > LARGEST:
            raise Refused(_("The file is too large. Please split the list into several."))
        return invitation_list.decoded(file.read())
    return request.POST.get("text", "")


def _errors(text: str) -> HttpResponse:
    """The bad rows as a file; with the mark by which spreadsheets know UTF-8."""
    bad = [row for row in invitation_list.read(text) if row.problem]
    response = HttpResponse(
        "\ufeff" + invitation_list.errors_as_csv(bad), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="invitations-errors.csv"'
    return response


def _page(
    request: DeskRequest,
    *,
    text: str = "",
    planned: Sequence[Planned] | None = None,
    done: bool = False,
    refusal: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    counts = Counter(one.outcome for one in planned or ())
    good = sum(counts[outcome] for outcome in GOOD)
    context: dict[str, Any] = {
        "text": text,
        "refusal": refusal,
        "columns": ", ".join(invitation_list.COLUMNS),
        "most": invitation_list.MOST_ROWS,
        "planned": planned is not None,
        "done": done,
        "good": good,
        "bad": counts[Outcome.ERROR],
        "button": ngettext("Invite %(count)d seller", "Invite %(count)d sellers", good)
        % {"count": good},
        "sent": ngettext(
            "%(count)d invitation is on its way.", "%(count)d invitations are on their way.", good
        )
        % {"count": good},
        "groups": _groups(planned or ()),
        "topics": "queue",
        "section": "queue",
    }
    context |= frame(request, timezone.now(), here="invitations")
    return render(request, "sellers/desk/invitation_list.html", context, status=status)


def _groups(planned: Sequence[Planned]) -> list[dict[str, Any]]:
    """The rows by what becomes of them, those with a problem first."""
    found = []
    for outcome in (Outcome.ERROR, *(each for each in Outcome if each != Outcome.ERROR)):
        rows = [one for one in planned if one.outcome == outcome]
        if rows:
            found.append(
                {
                    "label": outcome.label,
                    "badge": _BADGES[outcome],
                    "count": len(rows),
                    "rows": [_row(one) for one in rows[:SHOWN]],
                    "more": max(len(rows) - SHOWN, 0),
                }
            )
    return found


def _row(one: Planned) -> dict[str, Any]:
    row, cells = one.row, one.row.cells
    why = row.problem
    if one.until is not None:
        until = formats.date_format(timezone.localtime(one.until), "SHORT_DATETIME_FORMAT")
        why = _("Open until %(until)s.") % {"until": until}
    elif one.known_as and one.known_as != row.company:
        why = _("Known here as %(name)s.") % {"name": one.known_as}
    return {
        "line": row.line,
        "merchant": row.merchant_id or cells.get("merchant_id", ""),
        "company": row.company,
        "email": row.email,
        "country": row.country,
        "language": row.language,
        "why": why,
    }


PAGES: list[Page] = [("invitations/list/", invite_by_list, "invitation-list")]
