"""The addresses of the workspace, below /desk/; the lists of Django's admin follow behind them."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from inquiries.desk import actions, asking, cases, dialogs, judgement, mails, views

View = Callable[..., HttpResponse]


def patterns(guarded: Callable[[View], View]) -> list[URLPattern]:
    """All pages; `guarded` lets staff in and nobody else."""
    pages: list[tuple[str, View, str]] = [
        ("queue/", views.show_queue, "queue"),
        ("queue/next/", views.next_inquiry, "next-inquiry"),
        ("queue/<slug:view>/", views.show_queue, "queue"),
        ("rail/", views.show_rail, "rail"),
        ("find/", views.find, "find"),
        ("live/", views.live_ticket, "live-ticket"),
        ("inquiry/<slug:number>/", views.show_inquiry, "inquiry"),
        ("inquiry/<slug:number>/thread/", views.show_thread, "thread"),
        ("inquiry/<slug:number>/reply/", actions.reply, "reply-inquiry"),
        ("inquiry/<slug:number>/ask/", actions.ask, "ask-seller"),
        ("inquiry/<slug:number>/ask/template/", asking.ask_by_template, "ask-by-template"),
        ("inquiry/<slug:number>/note/", actions.note, "note-inquiry"),
        ("inquiry/<slug:number>/take/", actions.take, "take-inquiry"),
        ("inquiry/<slug:number>/release/", actions.release, "release-inquiry"),
        ("inquiry/<slug:number>/reopen/", actions.reopen, "reopen-inquiry"),
        ("inquiry/<slug:number>/decide/", dialogs.decide, "decide-inquiry"),
        ("inquiry/<slug:number>/judge/", judgement.judge, "judge-inquiry"),
        ("inquiry/<slug:number>/judge/panel/", judgement.show_panel, "judgement-panel"),
        ("inquiry/<slug:number>/resolve/", dialogs.resolve, "resolve-inquiry"),
        ("inquiry/<slug:number>/spam/", dialogs.spam, "spam-inquiry"),
        ("inquiry/<slug:number>/hand-over/", dialogs.hand_to_seller, "hand-to-seller"),
        ("inquiry/<slug:number>/withdraw/", dialogs.withdraw, "withdraw-question"),
        ("inquiry/<slug:number>/merge/", dialogs.merge_into, "merge-inquiry"),
        ("inquiry/<slug:number>/undo-merge/", actions.undo_merge, "undo-merge"),
        ("inquiry/<slug:number>/reason/", dialogs.correct_reason, "correct-reason"),
        ("inquiry/<slug:number>/undelivered/", mails.undelivered_seen, "undelivered-seen"),
        ("inquiry/<slug:number>/mail/<int:key>/", mails.show_mail, "mail"),
        ("inquiry/<slug:number>/mail/<int:key>/html/", mails.show_html, "mail-html"),
        (
            "inquiry/<slug:number>/mail/<int:key>/html/images/",
            mails.show_html_with_images,
            "mail-html-images",
        ),
        ("inquiry/<slug:number>/mail/<int:key>/accept/", mails.accept_sender, "accept-sender"),
        ("inquiry/<slug:number>/mail/<int:key>/separate/", mails.separate, "separate-message"),
        ("inquiry/<slug:number>/mail/<int:key>/take-back/", mails.take_back, "take-back"),
        ("inquiry/<slug:number>/files/<int:key>/", mails.mail_file, "mail-file"),
        ("cases/", cases.show_cases, "cases"),
        ("cases/<slug:number>/", cases.show_case, "case"),
        ("cases/<slug:number>/reply/", cases.reply_case, "reply-case"),
        ("cases/<slug:number>/files/<int:key>/", cases.case_file, "case-file"),
    ]
    return [path(route, guarded(view), name=name) for route, view, name in pages]
