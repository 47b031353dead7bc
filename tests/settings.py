"""Settings of the tests: as in production, on the engines that the plugin starts."""

import os

os.environ.setdefault("CSBA_DEMO", "0")
os.environ.setdefault("SECRET_KEY", "for-tests-only-" + "0123456789abcdef" * 3)

from csba.settings import *  # noqa: F403 -- the settings under test, with the few lines below changed
from csba.settings import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES

DATABASES["default"]["ENGINE"] = "tests.postgres"
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("CSBA_TEST_DB", "test_csba")}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Files are found when they are asked for: else every new client looks through all of them.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
ACCOUNT_RATE_LIMITS = False
CSBA_STAFF_SECOND_FACTOR = False
# Nobody waits for a worker in tests: what tasks do is called by name.
CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "socket_connect_timeout": 1}
