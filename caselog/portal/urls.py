"""The Case Log's pages: below /portal/."""

from django.urls import path

from caselog.portal import answering, contact, downloads, views

app_name = "caselog"

urlpatterns = [
    path("cases/", views.case_list, name="case-list"),
    path("cases/<slug:number>/", views.show_case, name="case"),
    path("cases/<slug:number>/reply/", answering.reply_case, name="reply-case"),
    path("cases/<slug:number>/draft/", answering.drop_draft, name="drop-draft"),
    path("cases/<slug:number>/waive/", answering.waive_case, name="waive-case"),
    path("cases/<slug:number>/files/<int:key>/", downloads.case_file, name="case-file"),
    path(
        "cases/<slug:number>/draft-files/<int:key>/", downloads.draft_file, name="case-draft-file"
    ),
    *(path(route, view, name=name) for route, view, name in contact.PAGES),
]
