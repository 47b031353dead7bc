"""Every setting, read from the environment; the table in the README explains each variable."""

import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from csba.schedule import BEAT_SCHEDULE

env = environ.Env()
ROOT = Path(__file__).resolve().parent.parent
HOME = Path(env.str("CSBA_HOME", default=str(ROOT / "var")))

DEMO = env.bool("CSBA_DEMO", default=False)
DEBUG = env.bool("CSBA_DEBUG", default=False)
PROCESS = env.str("CSBA_PROCESS", default="command")
RELAXED = DEMO or DEBUG


def _needed(name: str, what: str, spare: str) -> str:
    """The variable; in the demo and in debugging a spare will do, in production nothing will.

    One sentence and the end, whatever process reads this; the exit code 3 tells gunicorn that
    trying again is of no use.
    """
    value = env.str(name, default="")
    if value or RELAXED:
        return value or spare
    sys.stderr.write(
        f"{name} is not set: {what} Set it in the environment, or run bin/run for a demo.\n"
    )
    raise SystemExit(3)


SECRET_KEY = _needed(
    "SECRET_KEY", "it signs sessions and reply addresses.", "demo-only-" + "k" * 50
)
DATABASE_URL = _needed(
    "DATABASE_URL",
    "it names the PostgreSQL database, e.g. postgres://csba:password@db/csba.",
    "postgres://postgres@127.0.0.1:15432/csba",
)
REDIS_URL = _needed(
    "REDIS_URL",
    "it names the Redis or Valkey server, e.g. redis://redis:6379/0.",
    "redis://127.0.0.1:16379/0",
)

# --- addresses ---------------------------------------------------------------------------------
CSBA_BASE_URL = env.str("CSBA_BASE_URL", default="http://localhost:8000").rstrip("/")
_host = CSBA_BASE_URL.split("//", 1)[-1].split("/")[0].split(":")[0]
ALLOWED_HOSTS = env.list(
    "CSBA_ALLOWED_HOSTS", default=[_host, *(["localhost", "127.0.0.1"] if RELAXED else [])]
)
CSRF_TRUSTED_ORIGINS = [CSBA_BASE_URL]
CSBA_REPLY_DOMAIN = env.str("CSBA_REPLY_DOMAIN", default="csba.example").lower()
CSBA_SENDER_NAME = env.str("CSBA_SENDER_NAME", default="Kundenservice")
CSBA_SENDER_ADDRESS = env.str("CSBA_SENDER_ADDRESS", default=f"service@{CSBA_REPLY_DOMAIN}")
CSBA_BOUNCE_ADDRESS = env.str("CSBA_BOUNCE_ADDRESS", default=f"bounces@{CSBA_REPLY_DOMAIN}")
CSBA_SMTP_HOST = env.str("CSBA_SMTP_HOST", default="127.0.0.1")
CSBA_SMTP_PORT = env.int("CSBA_SMTP_PORT", default=2525)
CSBA_MAIL_SIZE_LIMIT = env.int("CSBA_MAIL_SIZE_LIMIT", default=26_214_400)
CSBA_SINK_URL = env.str("CSBA_SINK_URL", default="")
EMAIL_HOST = env.str("EMAIL_HOST", default="127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", default=1025)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
DEFAULT_FROM_EMAIL = CSBA_SENDER_ADDRESS
SERVER_EMAIL = CSBA_SENDER_ADDRESS

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
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "csp",
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
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
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
CSBA_LIVE_PREFIX = env.str("CSBA_LIVE_PREFIX", default="csba:")

# --- people ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "csba.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = RELAXED
USERSESSIONS_TRACK_ACTIVITY = False
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
SECURE_SSL_REDIRECT = env.bool("CSBA_SSL_REDIRECT", default=_https and not RELAXED)
SECURE_HSTS_SECONDS = env.int("CSBA_HSTS_SECONDS", default=0 if RELAXED else 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not RELAXED
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^status$"]
if env.bool("CSBA_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

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
    "sellers.portal.nav.entries",
]
CSBA_DUE_ROWS = [
    "csba.outbox.due.oldest",
    "sellers.metrics.oldest_due",
    "caselog.metrics.oldest_due",
    "inquiries.metrics.oldest_due",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"}
    },
    # aiosmtpd tells every command of a session, and with them people's addresses.
    "loggers": {"mail.log": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.str("CSBA_LOG_LEVEL", default="INFO")},
}

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
}
SILENCED_SYSTEM_CHECKS: list[str] = []
