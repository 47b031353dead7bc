"""Every setting, read from the environment; the table in the README explains each variable."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from csba import environment as env
from csba import logs
from csba.accounts.settings import *  # noqa: F403 -- settings are one namespace, kept in three files
from csba.mail_settings import *  # noqa: F403 -- the third of them
from csba.schedule import BEAT_SCHEDULE

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(env.text("CSBA_HOME", str(ROOT / "var")))

DEMO = env.flag("CSBA_DEMO", default=False)
DEBUG = env.flag("CSBA_DEBUG", default=False)
PROCESS = env.choice("CSBA_PROCESS", "command", ("web", "live", "worker", "command"))
RELAXED = DEMO or DEBUG


# In production nothing stands in for these three.
SECRET_KEY = env.needed(
    "SECRET_KEY",
    "it signs sessions and reply addresses.",
    "demo-only-" + "k" * 50 if RELAXED else None,
)
DATABASE_URL = env.needed(
    "DATABASE_URL",
    "it names the PostgreSQL database, e.g. postgres://csba:password@db/csba.",
    "postgres://postgres@127.0.0.1:15432/csba" if RELAXED else None,
)
REDIS_URL = env.broker(
    "REDIS_URL",
    env.needed(
        "REDIS_URL",
        "it names the Redis or Valkey server, e.g. redis://redis:6379/0.",
        "redis://127.0.0.1:16379/0" if RELAXED else None,
    ),
)

# --- addresses ---------------------------------------------------------------------------------
CSBA_BASE_URL = env.site("CSBA_BASE_URL", "http://localhost:8000")
_host = CSBA_BASE_URL.split("//", 1)[-1].split("/")[0].split(":")[0]
ALLOWED_HOSTS = env.hosts(
    "CSBA_ALLOWED_HOSTS", [_host, *(["localhost", "127.0.0.1"] if RELAXED else [])]
)
CSRF_TRUSTED_ORIGINS = [CSBA_BASE_URL]
CSBA_PAYOUT_URL = env.text("CSBA_PAYOUT_URL")
CSBA_PAYOUT_SECRET = env.text("CSBA_PAYOUT_SECRET")
CSBA_SINK_URL = env.text("CSBA_SINK_URL")

# --- apps --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "inquiries",
    "returns",
    "caselog",
    "sellers",
    "csba",
    "csba.accounts",
    "csba.outbox",
    "csba.journal",
    "csba.rulebook",
    "csba.health",
    "csba.files",
    "csba.desk_admin.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.amazon",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "csp",
    "anymail",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "csba.middleware.ReaderLanguageAndZone",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "csba.middleware.SecondFactorForStaff",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "csba.urls"
WSGI_APPLICATION = "csba.wsgi.application"
ASGI_APPLICATION = "csba.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "csba" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csba.context.frame",
            ],
        },
    },
]

# --- data --------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", DATABASE_URL)}
DATABASES["default"].setdefault("OPTIONS", {})
if PROCESS == "live":
    # Many short-lived threads under uvicorn share a pool; a thread of its own connection would not
    # scale.
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 20, "timeout": 10}
elif PROCESS in {"web", "worker"}:
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The cache shares the broker's server: nothing here may ever clear it as a whole.
CACHES = {
    "default": {
        "BACKEND": "csba.cache.ForgivingCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "csba",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
CSBA_LIVE_PREFIX = env.text("CSBA_LIVE_PREFIX", "csba:")

# --- people ------------------------------------------------------------------------------------
# How people sign in stands in csba/accounts/settings.py; here is what the demo does otherwise.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = RELAXED
# Staff log in with a second factor; the demo's logins are public anyway and skip it (rulings 30).
CSBA_STAFF_SECOND_FACTOR = not DEMO

# --- language and time -------------------------------------------------------------------------
LANGUAGES = [("de", _("German")), ("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_CODE = "de"
LOCALE_PATHS = [ROOT / "csba" / "locale"]
FORMAT_MODULE_PATH = ["csba.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
CSBA_MARKETPLACE_ZONE = "Europe/Berlin"

# --- files -------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = HOME / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if RELAXED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = RELAXED
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = HOME / "files"

# --- safety ------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
_https = CSBA_BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https or not RELAXED
SESSION_COOKIE_NAME = "csba_session"
CSRF_COOKIE_NAME = "csba_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "csba.views.csrf_failure"
SECURE_SSL_REDIRECT = env.flag("CSBA_SSL_REDIRECT", default=_https and not RELAXED)
SECURE_HSTS_SECONDS = env.number("CSBA_HSTS_SECONDS", 0 if RELAXED else 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not RELAXED
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^status$"]
if env.flag("CSBA_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- work in the background --------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
    "global_keyprefix": CSBA_LIVE_PREFIX,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "beat")

# --- named from below, as strings --------------------------------------------------------------
CSBA_PORTAL_NAV = [
    "inquiries.portal.nav.entries",
    "caselog.portal.nav.entries",
    "returns.portal.nav.entries",
    "sellers.portal.nav.entries",
]
CSBA_CASE_ALSO = ["inquiries.portal.decisions.cards"]
CSBA_DESK_FRAME = "inquiries.desk.page.rail"
CSBA_DESK_ALSO = [
    "returns.desk.rail.groups",
    "caselog.desk.rail.groups",
    "sellers.desk.rail.groups",
]
CSBA_DUE_ROWS = [
    "csba.outbox.due.oldest",
    "sellers.metrics.oldest_due",
    "caselog.metrics.oldest_due",
    "inquiries.metrics.oldest_due",
    "returns.metrics.oldest_return_due",
    "returns.metrics.oldest_refund_due",
]

LOG_LEVEL = env.choice("CSBA_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOGGING = logs.config(LOG_LEVEL)

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
}
SILENCED_SYSTEM_CHECKS: list[str] = []
