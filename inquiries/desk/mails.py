"""A mail as it was sent, on the desk: its HTML in a sandbox, its files as downloads.

The HTML has an address of its own, with a policy of its own: nothing in it runs, nothing is
requested from anywhere, and what it shows belongs to no origin (rulings 30).
"""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from csba.errors import DomainError, refusals_as_messages
from csba.files import serve
from inquiries.access import get_inquiry
from inquiries.channels.mailbox import headers, safe_html
from inquiries.channels.mailbox.parse import ParsedMail, parse
from inquiries.desk import guard, mail_items, page
from inquiries.desk.forms import ReplyForm
from inquiries.desk.guard import DeskRequest, needs
from inquiries.models import Attachment, Inquiry, Message
from inquiries.operations import attachments, delivery, senders, undo

_IMAGES: Final = "images"
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src {}; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_FRAME: Final = (
    '<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
    "<style>body{{margin:12px;font:15px/1.5 system-ui,sans-serif;color:#111;background:#fff;"
    "overflow-wrap:anywhere}}img{{max-width:100%;height:auto}}table{{max-width:100%}}"
    "blockquote{{margin:0 0 0 .5rem;padding-left:.75rem;border-left:3px solid #ccc}}</style></head>"
    "<body>{}</body></html>"
)


@require_safe
@needs(guard.READ)
def show_mail(request: DeskRequest, number: str, key: int) -> HttpResponse:
    """One mail with its head as it came, its HTML in a frame, its files, and what we know of its
    sender.
    """
    inquiry = get_inquiry(number)
    message = _message(inquiry, key)
    mail = _mail(message)
    images = _IMAGES in request.GET
    context: dict[str, Any] = {
        "inquiry": inquiry,
        "message": message,
        "head": _head(mail),
        "left_out": _cleaned(mail, remote=False).left_out if mail.html else 0,
        "images": images,
        "has_html": bool(mail.html),
        "files": mail_items.files(inquiry.number, message.inbound_id),
        "flags": mail_items.flags(message),
        "topics": page.topics(inquiry),
        "section": "queue",
    }
    context |= page.rail(request, timezone.now(), here="")
    return render(request, "inquiries/desk/mail.html", context)


@require_safe
@needs(guard.READ)
def show_html(request: DeskRequest, number: str, key: int) -> HttpResponse:
    """The HTML alone, for the frame."""
    return _html(number, key, remote=False)


@require_safe
@needs(guard.READ)
def show_html_with_images(request: DeskRequest, number: str, key: int) -> HttpResponse:
    """The HTML with pictures from elsewhere, because somebody clicked for them."""
    return _html(number, key, remote=True)


@require_safe
@needs(guard.READ)  # type: ignore[arg-type]  # a file is an answer too
def mail_file(request: DeskRequest, number: str, key: int) -> HttpResponseBase:
    """A file of a mail in this inquiry, as a download; a sentence where it may not be had."""
    inquiry = get_inquiry(number)
    found = get_object_or_404(
        Attachment.objects.select_related("file"),
        pk=key,
        inbound__messages__inquiry__in=_with_merged(inquiry),
    )
    try:
        return serve.as_download(attachments.opened(found))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:inquiry", inquiry.number)


@require_POST
@needs(guard.ANSWER)
def accept_sender(request: DeskRequest, number: str, key: int) -> HttpResponse:
    """The one who wrote these words may write here."""
    inquiry = get_inquiry(number)
    with refusals_as_messages(request):
        senders.accept(_message(inquiry, key), by=request.user)
        messages.success(request, _("The sender may write here from now on."))
    return redirect("admin:inquiry", inquiry.number)


@require_POST
@needs(guard.ANSWER)
def separate(request: DeskRequest, number: str, key: int) -> HttpResponse:
    """These words become an inquiry of their own."""
    inquiry = get_inquiry(number)
    with refusals_as_messages(request):
        fresh = senders.separate(_message(inquiry, key), by=request.user)
        return redirect("admin:inquiry", fresh.number)
    return redirect("admin:inquiry", inquiry.number)


@require_POST
@needs(guard.ANSWER)
def take_back(request: DeskRequest, number: str, key: int) -> HttpResponse:
    """The answer has not left, and its words stand in the composer again."""
    inquiry = get_inquiry(number)
    with refusals_as_messages(request):
        words = undo.take_back(_message(inquiry, key), by=request.user)
        messages.success(request, _("Taken back: nothing was sent. Your text is here again."))
        form = ReplyForm({"body": words})
        return page.show(request, get_inquiry(number), page.Draft(lane="buyer", form=form))
    return redirect("admin:inquiry", inquiry.number)


@require_POST
@needs(guard.ANSWER)
def undelivered_seen(request: DeskRequest, number: str) -> HttpResponse:
    """Somebody has taken note that our answer did not arrive."""
    inquiry = get_inquiry(number)
    with refusals_as_messages(request):
        delivery.dealt_with(inquiry, by=request.user)
    return redirect("admin:inquiry", inquiry.number)


def _message(inquiry: Inquiry, key: int) -> Message:
    """A message of this inquiry, or of one that was merged into it."""
    return get_object_or_404(
        Message.objects.select_related("inquiry", "inbound"),
        pk=key,
        inquiry__in=_with_merged(inquiry),
    )


def _with_merged(inquiry: Inquiry) -> list[int]:
    merged = Inquiry.objects.filter(merged_into=inquiry.pk)
    behind = Inquiry.objects.filter(merged_into__merged_into=inquiry.pk)
    return [inquiry.pk, *merged.union(behind).values_list("pk", flat=True)]


def _mail(message: Message) -> ParsedMail:
    if message.inbound is None:
        raise Http404
    return parse(bytes(message.inbound.raw))


def _html(number: str, key: int, *, remote: bool) -> HttpResponse:
    mail = _mail(_message(get_inquiry(number), key))
    answer = HttpResponse(_FRAME.format(_cleaned(mail, remote=remote).html))
    # Given here, the site's own policy does not touch it.
    pictures = "data: https: http:" if remote else "data:"
    answer["Content-Security-Policy"] = _POLICY.format(pictures)
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _cleaned(mail: ParsedMail, *, remote: bool) -> safe_html.SafeHtml:
    pictures = {
        one.content_id: (one.kind, one.content) for one in mail.attachments if one.content_id
    }
    return safe_html.clean(mail.html, pictures=pictures, remote=remote)


def _head(mail: ParsedMail) -> list[tuple[str, str]]:
    """The lines that a person compares: who, to whom, answers where, when."""
    said = {
        _("From"): mail.headers.get("from", ""),
        _("Reply to"): mail.headers.get("reply-to", ""),
        _("To"): mail.headers.get("to", ""),
        _("Copy"): mail.headers.get("cc", ""),
        _("Date"): mail.headers.get("date", ""),
        _("Subject"): mail.headers.get("subject", ""),
    }
    return [(name, headers.decoded(value)[:400]) for name, value in said.items() if value]
