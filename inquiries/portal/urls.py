"""The portal's home, which mixes all apps, what buyers wrote that the seller answers, and what
product pages could not answer.
"""

from django.urls import path

from inquiries.portal import gaps, home, messages

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    *(path(route, view, name=name) for route, view, name in [*messages.PAGES, *gaps.PAGES]),
]
