"""The Case Log of a seller: the list, and one case with its question on one screen."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.module_loading import import_string
from django.utils.translation import get_language, get_language_info
from django.views.decorators.http import require_safe

from caselog import threads
from caselog.access import get_case
from caselog.models import Case, Question
from caselog.operations import drafts
from caselog.portal import listing
from caselog.portal.forms import ReplyForm
from caselog.rules import answers, deadlines
from csba import promises
from csba.accounts.models import User
from csba.files.kinds import ATTACHMENTS, endings
from sellers.access import SellerRequest, seller_required


@require_safe
@seller_required
def case_list(request: SellerRequest) -> HttpResponse:
    """What needs an answer first, then what is open or was answered lately; or what was asked
    for.
    """
    found = listing.page(
        request.seller,
        at=timezone.now(),
        after=request.GET.get("after", ""),
        show=request.GET.get("show", ""),
        words=request.GET.get("q", ""),
    )
    return render(request, "caselog/portal/case_list.html", {"listing": found})


@require_safe
@seller_required
def show_case(request: SellerRequest, number: str) -> HttpResponse:
    """The thread, with the time left and the form to answer."""
    case = get_case(request.seller, number)
    return thread(request, case, form_of(case, request.user))


def form_of(
    case: Case,
    person: User,
    data: QueryDict | None = None,
    files: "MultiValueDict[str, UploadedFile] | None" = None,
) -> ReplyForm:
    """The form for this case's newest question, with what this person has saved for later; what was
    typed is read by the question that the page had shown.
    """
    rows = Question.objects.filter(case=case).order_by("-id")
    asked = rows.first()
    seen = data.get("question", "") if data is not None else ""
    if asked is not None and seen.isdecimal() and len(seen) < 19 and int(seen) != asked.pk:
        asked = rows.filter(pk=int(seen)).first()
    draft = drafts.of(case, by=person)
    return ReplyForm(data, files, asked=asked, draft=draft, waiting=drafts.files(draft))


def thread(
    request: SellerRequest, case: Case, form: ReplyForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    """The page of one case with this form."""
    context = {**_shown(case, timezone.now()), "form": form}
    return render(request, "caselog/portal/case.html", context, status=status)


def _shown(case: Case, at: datetime) -> dict[str, Any]:
    said = threads.read(case.pk)
    newest = next((one.question for one in reversed(said) if one.question is not None), None)
    waits = newest is not None and newest.waits(at)
    words, badge = listing.state(newest.status, waits) if newest is not None else ("", "quiet")
    most, most_bytes = promises.files_of_a_message(at)
    return {
        "case": case,
        "said": said,
        "question": newest,
        "texts": _texts(newest) if newest is not None else [],
        "facts": answers.facts_shown(newest.facts) if newest is not None else [],
        "waits": waits,
        "late": deadlines.is_late(newest, at),
        "state": words,
        "badge": badge,
        "due": listing.due(newest.reply_due_at, case.seller) if newest is not None else None,
        "cards": _cards(case, at),
        "most_files": most,
        "most_bytes": most_bytes,
        "file_kinds": endings(ATTACHMENTS),
    }


def _texts(question: Question) -> list[dict[str, str]]:
    """The question in German and Chinese, with the reader's language first; the names of the
    languages in themselves.
    """
    own = get_language() or "de"
    order = [own, *(code for code in ("de", "zh-hans", "en") if code != own)]
    known = [(code, question.bodies[code]) for code in order if question.bodies.get(code)]
    if not known:
        return []
    return [
        {"code": code, "name": get_language_info(code)["name_local"], "text": text}
        for code, text in known
        # English stands there for who reads it, or where one of the two is missing.
        if code in {"de", "zh-hans", own} or len(known) < len(order)
    ]


def _cards(case: Case, at: datetime) -> list[Any]:
    """What storeys above add to a case, such as the decision; settings name them."""
    found: list[Any] = []
    for name in getattr(settings, "CSBA_CASE_ALSO", []):
        found += import_string(name)(case, at)
    return found
