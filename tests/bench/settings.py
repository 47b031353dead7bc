"""As in production, with one more URL: the bare view that pages are measured against."""

from csba.settings import *  # noqa: F403 -- the settings under measurement

ROOT_URLCONF = "tests.bench.urls"
DEBUG = False
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
CSBA_STAFF_SECOND_FACTOR = False
ALLOWED_HOSTS = ["*"]
