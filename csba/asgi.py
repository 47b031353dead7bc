"""ASGI entry: serves pages and the event stream."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csba.settings")
os.environ.setdefault("CSBA_PROCESS", "live")

application = get_asgi_application()
