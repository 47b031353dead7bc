"""WSGI entry: serves pages under gunicorn; event streams need the ASGI entry."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csba.settings")
os.environ.setdefault("CSBA_PROCESS", "web")

application = get_wsgi_application()
