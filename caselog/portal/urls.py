"""The Case Log's pages: below /portal/."""

from django.urls import path

from caselog.portal import contact, views

app_name = "caselog"

urlpatterns = [
    path("cases/", views.case_list, name="case-list"),
    path("cases/<slug:number>/", views.show_case, name="case"),
    path("cases/<slug:number>/reply/", views.reply_case, name="reply-case"),
    path("cases/<slug:number>/waive/", views.waive_case, name="waive-case"),
    *(path(route, view, name=name) for route, view, name in contact.PAGES),
]
