"""One question on one screen: the answer, the answer for later, «decide for me» (P10, P23)."""

from datetime import datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from caselog.access import get_case
from caselog.models import Case, Entry
from caselog.operations import drafts, questions
from caselog.operations.files import Upload
from caselog.portal.forms import ReplyForm
from caselog.portal.views import form_of, thread
from csba.errors import DomainError, Refused, refusals_as_messages
from sellers.access import SellerRequest, acting_seller_required


@require_POST
@acting_seller_required
def reply_case(request: SellerRequest, number: str) -> HttpResponse:
    """The seller's answer, or with «save for later» their draft; on an error the page comes back
    with all that was typed.
    """
    case = get_case(request.seller, number)
    at = timezone.now()
    form = form_of(case, request.user, request.POST, request.FILES)
    uploads = form.uploads()
    later = "later" in request.POST
    if form.is_valid() and (_save if later else _send)(request, case, form, uploads, at):
        return redirect("caselog:case", case.number)
    return thread(request, case, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@acting_seller_required
def drop_draft(request: SellerRequest, number: str) -> HttpResponse:
    """What was saved for later is thrown away."""
    case = get_case(request.seller, number)
    drafts.discard(case, by=request.user)
    messages.success(request, _("What you had saved is gone."))
    return redirect("caselog:case", case.number)


@require_POST
@acting_seller_required
def waive_case(request: SellerRequest, number: str) -> HttpResponse:
    """«I don't know: decide for me» ends the wait; a second click changes nothing."""
    case = get_case(request.seller, number)
    with refusals_as_messages(request):
        questions.waive(case, by=request.user)
        messages.success(request, _("Thank you. Customer service decides by its own judgment."))
    return redirect("caselog:case", case.number)


def _send(
    request: SellerRequest, case: Case, form: ReplyForm, uploads: list[Upload], at: datetime
) -> bool:
    values = form.take(uploads, timezone.localtime(at, ZoneInfo(case.seller.time_zone)).date())
    try:
        if form.wrong:
            raise Refused(
                _("Please look at the marked fields; everything you typed is still here.")
            )
        entry = questions.reply(
            case,
            body=form.cleaned_data["body"],
            by=request.user,
            via=Entry.Via.PORTAL,
            client_id=form.cleaned_data["client_id"],
            answers=values,
            files=uploads,
            drop=form.dropped(),
            seen_question=form.cleaned_data["question"],
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        _keep_files(request, case, form, uploads)
        return False
    if entry.late:
        messages.warning(request, _("Your words are kept as a late answer."))
    else:
        messages.success(request, _("Thank you. Customer service has your answer."))
    return True


def _save(
    request: SellerRequest, case: Case, form: ReplyForm, uploads: list[Upload], at: datetime
) -> bool:
    try:
        drafts.save(
            case,
            by=request.user,
            body=form.cleaned_data["body"],
            answers=form.typed(),
            uploads=uploads,
            drop=form.dropped(),
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Saved for later. It is not sent yet: the time to answer runs on."))
    return True


def _keep_files(request: SellerRequest, case: Case, form: ReplyForm, uploads: list[Upload]) -> None:
    """A browser cannot give files back a second time: those that are fine wait in the draft."""
    if not uploads:
        return
    try:
        draft = drafts.save(
            case,
            by=request.user,
            body=form.cleaned_data["body"],
            answers=form.typed(),
            uploads=uploads,
            drop=form.dropped(),
        )
    except DomainError:
        # The files themselves are what is refused: the sentence on the page says which and why.
        return
    form.draft, form.waiting = draft, drafts.files(draft)
