"""The Celery application: configured from the settings, tasks found in every tasks.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csba.settings")

app = Celery("csba")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
