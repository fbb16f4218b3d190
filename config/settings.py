"""Every setting, read from the environment once. `config/checks.py` stops Waymark from starting with invalid values.

Environment: DATABASE_URL, REDIS_URL, SECRET_KEY, SECRET_KEY_FALLBACKS, DEBUG, ALLOWED_HOSTS, SITE_URL, SMTP_URL,
DEFAULT_FROM_EMAIL, TRUSTED_PROXY_COUNT, API_LIMITS, OPERATOR, PRIVACY_CONTACT, SECURITY_CONTACT, HSTS_INCLUDE_SUBDOMAINS,
HSTS_PRELOAD, SENTRY_DSN, LOG_LEVEL, METRICS_TOKEN,
MAIL_REPORT_TOKEN, WEB_CONCURRENCY; and, set by `make demo` only,
WAYMARK_DEMO and WAYMARK_HOME.
"""

import re
import sys
import zoneinfo
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from environs import EnvError
from kombu.entity import Queue
from psycopg_pool.base import AttemptWithBackoff
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from config.environment import affiliate_tags, api_limits, contact, env, mailers, required
from config.logs import configure_structlog, logging_config, without_request
from config.serve import worker_count

BASE_DIR = Path(__file__).resolve().parent.parent


try:
    DEBUG = env.bool("DEBUG", False)
    DEMO = env.bool("WAYMARK_DEMO", False)
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
    TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
    SENTRY_DSN = env.str("SENTRY_DSN", "")
    LOG_LEVEL = env.str("LOG_LEVEL", "INFO").upper()
    METRICS_TOKEN = env.str("METRICS_TOKEN", "")
    MAIL_REPORT_TOKEN = env.str("MAIL_REPORT_TOKEN", "")
    HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", False)
    HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
    WAYMARK_HOME = Path(env.str("WAYMARK_HOME", str(BASE_DIR / "var")))
except EnvError as error:
    raise ImproperlyConfigured(f"Environment: {error}") from error
try:
    worker_count(env.str("WEB_CONCURRENCY", "1"))  # used by gunicorn, and checked by every process
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from error

SECRET_KEY = required("SECRET_KEY", "Set it to 50 or more random characters and keep it secret.")
# Earlier keys: what they signed or encrypted is still accepted (docs/secret-key.md).
SECRET_KEY_FALLBACKS = [key.strip() for key in env.str("SECRET_KEY_FALLBACKS", "").split(",") if key.strip()]
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")
try:
    urlsplit(SITE_URL)  # config/checks.py checks more of it
except ValueError as error:
    raise ImproperlyConfigured(
        "SITE_URL is not a URL. Set it to the URL that people type, scheme and host only: https://waymark.example"
    ) from error
HTTPS = SITE_URL.startswith("https://")


# The operator of this installation: name and postal address, for the privacy notice
OPERATOR = env.str("OPERATOR", "The Waymark demo on this machine" if DEMO else "")
PRIVACY_CONTACT = contact("PRIVACY_CONTACT", "mailto:privacy@waymark.example" if DEMO else "")
SECURITY_CONTACT = contact("SECURITY_CONTACT", "mailto:security@waymark.example" if DEMO else "")

# Applications

INSTALLED_APPS = [
    "config",
    "accounts",
    "guidance.catalog",
    "guidance.progress",
    "guidance.reminders",
    "guidance.curation",
    "guidance.api",
    "guidance.web",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    # Tools of `make lint`, which are not installed in a production image.
    *(name for name in ("django_linear_migrations", "django_migration_linter") if find_spec(name)),
]

MIDDLEWARE = [
    "config.middleware.RequestContextMiddleware",
    "config.middleware.SecurityHeadersMiddleware",
    *(["django.middleware.gzip.GZipMiddleware"] if DEMO else []),  # otherwise the proxy compresses; see decision 49
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.PrivateResponsesMiddleware",
    "config.middleware.DatabaseRestartMiddleware",
    "config.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.KnownBrowserMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.StaffTotpMiddleware",
    "accounts.middleware.StaffTimeZoneMiddleware",
    "accounts.middleware.InvalidFormStatusMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guidance.web.context.site",
            ],
            "builtins": ["django.templatetags.i18n"],
        },
    }
]

# Data

DATABASE_URL_HELP = "Set it to postgresql://user:password@host:5432/name."
required("DATABASE_URL", DATABASE_URL_HELP)
try:
    DATABASES = {"default": {**env.dj_db_url("DATABASE_URL", conn_max_age=0, conn_health_checks=True)}}
except EnvError as error:
    raise ImproperlyConfigured(f"DATABASE_URL is not the URL of a database. {DATABASE_URL_HELP}") from error
if DATABASES["default"].get("ENGINE") != "django.db.backends.postgresql":
    raise ImproperlyConfigured(f"DATABASE_URL does not name a PostgreSQL database. {DATABASE_URL_HELP}")
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"].update(
    connect_timeout=3,
    options="-c statement_timeout=5s -c lock_timeout=2s -c idle_in_transaction_session_timeout=15s",
)
# Only the web process uses a pool: Celery workers and management commands hold one connection and run long statements.
if "gunicorn" in sys.modules:
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 5.5}
    # By default the pool doubles its pauses, starting at 1 s, so that visitors would notice a restart of 3.1 s as one of 7 s.
    AttemptWithBackoff.INITIAL_DELAY, AttemptWithBackoff.DELAY_BACKOFF = 0.25, 1.0
else:
    DATABASES["default"]["OPTIONS"]["options"] = (
        "-c statement_timeout=60s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
    )

REDIS_URL_HELP = "Set it to redis://host:6379/0 (Valkey or Redis)."
REDIS_URL = required("REDIS_URL", REDIS_URL_HELP)
try:
    _broker = urlsplit(REDIS_URL)
    parse_url(REDIS_URL)  # type: ignore[no-untyped-call]
    if _broker.scheme != "unix" and not re.fullmatch(r"/?\d*", _broker.path):
        raise ValueError("a Redis database is identified by a number")
except ValueError as error:
    raise ImproperlyConfigured(f"REDIS_URL is not the URL of a server. {REDIS_URL_HELP}") from error
# The library's default, ten attempts with growing pauses, would hold a request for seconds while the server is unavailable. A connection
# closed by a restarted server is opened again; one that times out is not tried twice.
REDIS_RETRY = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))


def _cache(backend: str, timeout: float) -> dict[str, Any]:
    options = {"socket_timeout": timeout, "socket_connect_timeout": timeout, "retry": REDIS_RETRY}
    return {"BACKEND": backend, "LOCATION": REDIS_URL, "KEY_PREFIX": "waymark", "OPTIONS": options}


CACHES = {
    "default": _cache("config.cache.FallbackCache", 0.25),
    # For data that one process writes and another must find, such as an upload that is waiting for confirmation.
    "shared": _cache("django.core.cache.backends.redis.RedisCache", 1),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Celery is used only for wake-ups. Valkey may lose them, so the tasks query the database for work.

CELERY_BROKER_URL = (
    f"redis+socket://{_broker.path}?virtual_host={parse_qs(_broker.query).get('db', ['0'])[0]}"
    if _broker.scheme == "unix"
    else REDIS_URL
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "global_keyprefix": "waymark:",
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
# Tasks that open external URLs have their own queue, so that a worker without other permissions can take it. A worker that is
# started without a list of queues takes both.
CELERY_TASK_QUEUES = [Queue(name, routing_key=name) for name in ("celery", "links")]  # type: ignore[no-untyped-call]
CELERY_TASK_ROUTES = {"guidance.curation.tasks.check_links": {"queue": "links"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
# Times are in UTC. A missed or repeated wake-up does no harm: the tasks query the database for work.
CELERY_BEAT_SCHEDULE = {
    "account-mail": {"task": "accounts.tasks.send_mail", "schedule": 60.0, "options": {"expires": 55}},
    "clear-expired": {"task": "accounts.tasks.clear_expired", "schedule": 3600.0, "options": {"expires": 3000}},
    "stalls": {"task": "guidance.curation.tasks.find_stalls", "schedule": 3600.0, "options": {"expires": 3000}},
    "forget-answers": {
        "task": "guidance.progress.tasks.forget_answers",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "publish": {"task": "guidance.curation.tasks.publish_due", "schedule": 60.0, "options": {"expires": 55}},
    "curators": {"task": "guidance.curation.tasks.tell_curators", "schedule": 300.0, "options": {"expires": 290}},
    # An upload wakes up a worker at once; this entry covers a lost wake-up.
    "classify": {"task": "guidance.curation.tasks.import_classification", "schedule": 60.0, "options": {"expires": 55}},
    "health": {"task": "guidance.curation.tasks.count_findings", "schedule": 60.0, "options": {"expires": 55}},
    "settle": {"task": "guidance.curation.tasks.settle", "schedule": 60.0, "options": {"expires": 55}},
    "retention": {"task": "config.tasks.tidy", "schedule": crontab(hour=3, minute=40), "options": {"expires": 3600}},
    "reminders": {"task": "guidance.reminders.tasks.tick", "schedule": 60.0, "options": {"expires": 55}},
}

# The demo works offline.
CHECK_LINKS = not DEMO
if CHECK_LINKS:
    CELERY_BEAT_SCHEDULE["links"] = {
        "task": "guidance.curation.tasks.check_links",
        "schedule": 300.0,
        "options": {"expires": 290},
    }

# Factor that shortens the ledger's leases and pauses: always 1, except in `make chaos`, which cannot wait for hours.
REMINDERS_TIME_SCALE = env.float("REMINDERS_TIME_SCALE", 1.0)

# Accounts

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
PASSWORD_HASHERS = ["accounts.hashers.LimitedArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:dashboard"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_HMAC = True
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Passwords, codes and sign-ups are counted in accounts/login_limits.py; None turns off allauth's own count. A reset link works once,
# and only people who have a link can reach the form behind it.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "signup": None,
    "reset_password": "100/5m/ip,5/15m/key",
    "reset_password_from_key": None,
    "confirm_email": "1/3m/key",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.CodeReauthenticateForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Waymark"

# Security. The CSP has no unsafe-*: no inline scripts or styles anywhere, nothing from another host.

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Both affect every other site under the domain, preloading for years, so only the owner of the whole domain can set them.
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and HSTS_INCLUDE_SUBDOMAINS
SECURE_HSTS_PRELOAD = HTTPS and HSTS_PRELOAD
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # these checks demand both settings; see check_hsts
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
KNOWN_COOKIE_NAME = "__Host-known" if HTTPS else "known"  # used in accounts/browsers.py
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_ENGINE = "accounts.sessions"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

# Email


DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Waymark <hello@waymark.example>")
if "\n" in DEFAULT_FROM_EMAIL or not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(DEFAULT_FROM_EMAIL)[1]):
    raise ImproperlyConfigured(
        f"DEFAULT_FROM_EMAIL is {DEFAULT_FROM_EMAIL!r}. Set it to an email address, for example Waymark <hello@waymark.example>"
    )
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if env.str("SMTP_URL", ""):
    MAILERS = mailers(env.str("SMTP_URL"))
elif DEMO:
    _demo_mail: dict[str, object] = {
        "BACKEND": "config.demo.mail.FileBackend",
        "OPTIONS": {"folder": str(WAYMARK_HOME / "mail")},
    }
    MAILERS = {"default": _demo_mail, "page": _demo_mail}
elif DEBUG:
    _console: dict[str, object] = {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    MAILERS = {"default": _console, "page": _console}
else:  # never to the console: reset links must not be in logs
    MAILERS = mailers("smtp://localhost:25")

# Pages

LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = ["config.formats"]
LANGUAGES = [("en-gb", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
zoneinfo.reset_tzpath(to=())  # uses the rules of the package tzdata, which are the same on every machine
STATIC_URL = "static/"
# Demos that run side by side collect their static files in their own homes.
STATIC_ROOT = WAYMARK_HOME / "static" if DEMO else BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000
CATALOG_PACK = BASE_DIR / "guidance" / "catalog" / "content"

CATALOGUE_MARKS = "guidance.api.answers.marks"  # hashes of public responses: which ones differ between revisions

# API


API_LIMITS = api_limits(env.str("API_LIMITS", ""))


AFFILIATE_TAGS = affiliate_tags(env.str("AFFILIATE_TAGS", ""))
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "guidance.api.authentication.TokenAuthentication",
        "guidance.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["guidance.api.authentication.Scoped"],
    "DEFAULT_THROTTLE_CLASSES": ["guidance.api.limits.LearnerThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "guidance.api.negotiation.JsonNegotiation",
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "guidance.api.schema_hooks.Schema",
    "EXCEPTION_HANDLER": "guidance.api.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # treats `?format=` as an unknown parameter
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Waymark",
    "DESCRIPTION": "Skills, roles, industries and guides for AI engineers, connected by a graph of prerequisites.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": SITE_URL}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "AreaFamily": "guidance.catalog.models.Area.Family",
        "AssessmentKind": "guidance.progress.models.Assessment.Source",
        "ChangeKind": "guidance.catalog.models.Change.ChangeType",
        "EvidenceKind": "guidance.progress.models.Evidence.EvidenceKind",
        "OverrideKind": "guidance.progress.models.PlanOverride.Override",
        "RecordKind": "guidance.catalog.models.Kind",
        "ReminderKind": "guidance.reminders.models.ReminderKind",
        "ResourceType": "guidance.catalog.models.Resource.ResourceType",
        "SeniorityRank": "guidance.progress.models.SavedAd.Seniority",
        "SkillHorizon": "guidance.catalog.models.Skill.Horizon",
        "SkillKind": "guidance.catalog.models.Skill.SkillKind",
        "UnitType": "guidance.catalog.models.Unit.UnitType",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "guidance.api.schema_hooks.for_generators",
    ],
}

# Logs

LOGGING = logging_config(LOG_LEVEL)
configure_structlog()

if SENTRY_DSN:
    import sentry_sdk
    from sentry_sdk.utils import Dsn

    try:
        Dsn(SENTRY_DSN)
    except ValueError as error:
        raise ImproperlyConfigured(
            "SENTRY_DSN is not a DSN. Set it to https://key@host/project, as Sentry shows it, or leave it empty."
        ) from error
    sentry_sdk.init(
        dsn=SENTRY_DSN,
        send_default_pii=False,
        traces_sample_rate=0.0,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=without_request,
    )
