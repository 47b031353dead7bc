"""The admin app with our own site, named by a dotted string because it lives upstairs."""

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    default_site = "inquiries.desk.site.DeskSite"
