"""Settings of the whole house. Everything a city may want to change comes from the environment.

In production (`TUOYU_ENV=production`) every secret must be given; at home sensible local values are used.
"""

import os
from pathlib import Path

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal import embedded, logs

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = os.environ.get("TUOYU_ENV", "local")
PRODUCTION = ENV == "production"
DEMO = os.environ.get("TUOYU_DEMO", "0" if PRODUCTION else "1") == "1"
DEBUG = False
TESTING = os.environ.get("TUOYU_TESTING") == "1"


def secret(name: str, local: str) -> str:
    """A secret from the environment; only outside production may the well-known local value stand in."""
    if value := os.environ.get(name):
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"{name} must be set in production.")
    return local


SECRET_KEY = secret("SECRET_KEY", "local-only-" + "not-a-secret-" * 4)
# AES-GCM keys for identities (first writes, all read) and the HMAC key for identity_key: base64, 32 bytes each.
IDENTITY_KEYS = secret("IDENTITY_KEYS", "bG9jYWwtb25seS1pZGVudGl0eS1rZXktMzItYnl0ZXM=").split(",")
IDENTITY_HMAC_KEY = secret("IDENTITY_HMAC_KEY", "bG9jYWwtb25seS1obWFjLWtleS0zMi1ieXRlcy1sb24=")

ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "" if PRODUCTION else "*").split(",") if host]
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "providers",
    "enrolments",
    "inspections",
    "subsidies",
    "quotas",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.http.CompressPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "portal.accounts.SessionAgeMiddleware",
    "portal.http.ReadableAddressMiddleware",
    "portal.http.ReadOnlyGetMiddleware",
    "portal.http.ProblemMiddleware",
    "portal.accounts.SecondFactorMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "portal.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- database, broker, cache ----------------------------------------
_urls = embedded.urls()
DATABASE_URL = os.environ.get("DATABASE_URL") or _urls.database_url
REDIS_URL = os.environ.get("REDIS_URL") or _urls.redis_url
CELERY_BROKER_URL = embedded.celery_url(REDIS_URL)

DATABASES = {
    "default": embedded.django_database(DATABASE_URL)
    | {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "TEST": {"NAME": os.environ.get("TEST_DB", "test_tuoyu"), "TEMPLATE": os.environ.get("TEST_TEMPLATE")},
    }
}
# Web requests must never wait for ever; runs set their own (design §1).
DATABASES["default"]["OPTIONS"]["options"] = "-c statement_timeout=10s -c lock_timeout=3s -c timezone=UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
SESSION_COOKIE_AGE = 8 * 3600  # for everybody, however busy: a working day
OFFICIAL_IDLE_S = 60 * int(os.environ.get("OFFICIAL_IDLE_MINUTES", "30"))  # then an official logs in again
SESSION_COOKIE_NAME = "tuoyu_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- people ----------------------------------------
AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "portal.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "portal.passwords.OfSeveralKinds"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,50/5m/ip"}
USERSESSIONS_TRACK_ACTIVITY = False
ACCOUNT_FORMS = {"login": "portal.forms.login.LoginForm"}
ACCOUNT_SIGNUP_FORM_CLASS = "portal.forms.signup.SignupForm"
TOTP_FOR_OFFICIALS = not DEMO  # demo accounts go without a second factor
MFA_ADAPTER = "portal.accounts.MfaAdapter"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # officials come by invitation to their address, not by a verification mail

# --- language and time ----------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [
    BASE_DIR / "locale" / app for app in ("portal", "providers", "enrolments", "inspections", "subsidies", "quotas")
]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
LANGUAGE_COOKIE_NAME = "tuoyu_lang"

# --- files ----------------------------------------
DATA_DIR = Path(os.environ.get("TUOYU_DATA", BASE_DIR / ".data"))
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "files"  # never served directly: portal.views.files checks who asks
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
READ_ONLY_GET = True
# Half the files and a fifth of the time (34 s -> 8 s): pages only ever name the hashed ones, and nobody downloads maps.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["png", "jpg", "jpeg", "webp", "ico", "gz", "br", "zip", "woff", "woff2", "map"]
# Tests and a clone in which nothing was collected yet take static files from the source.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = TESTING or not STATIC_ROOT.is_dir()
FILE_MAX_BYTES = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # an attendance grid of 60 children × 31 days

# --- security ----------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", *[h for h in os.environ.get("MAP_TILE_HOSTS", "").split(",") if h]],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
HTTPS = os.environ.get("TUOYU_HTTPS", "1" if PRODUCTION else "0") == "1"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = os.environ.get("BEHIND_PROXY") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Who asks, for lockouts and throttles: what the own proxy adds to X-Forwarded-For, never what the client wrote there.
PROXIES = 1 if BEHIND_PROXY else 0
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS

# --- mail ----------------------------------------
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "portal.outbox.RowBackend")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "noreply@example.com")
OUTBOX_TRANSPORT = os.environ.get("OUTBOX_TRANSPORT", "django.core.mail.backends.console.EmailBackend")

# --- workers: Celery is the doorbell, never the memory ----------------------------------------
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker killed with -9 gets its task redelivered only after ~100 s without these two.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
RUN_WORKERS = int(os.environ.get("RUN_WORKERS", "2"))  # processes that work on runs at a time; others stay free
CELERY_BEAT_SCHEDULE = {
    "seal": {"task": "portal.tasks.seal", "schedule": 5.0},
    "sweep-runs": {"task": "portal.tasks.sweep_runs", "schedule": 5.0},
    "send-messages": {"task": "portal.tasks.send_messages", "schedule": 10.0},
    "heartbeat": {"task": "portal.tasks.heartbeat", "schedule": 10.0},
    "nightly": {"task": "portal.tasks.nightly", "schedule": crontab(hour=0, minute=5)},
    "turn-the-day": {"task": "providers.tasks.turn_the_day", "schedule": crontab(hour=0, minute=5)},
    "roll-turns-the-day": {"task": "enrolments.tasks.turn_the_day", "schedule": crontab(hour=0, minute=5)},
    "remind-keepers": {"task": "portal.tasks.remind_keepers", "schedule": crontab(hour=8, minute=0)},
    "remind-of-findings": {"task": "inspections.tasks.remind_of_findings", "schedule": crontab(hour=8, minute=0)},
    "remind-of-statements": {"task": "subsidies.tasks.remind_of_statements", "schedule": crontab(hour=8, minute=0)},
    "check-ledger": {"task": "subsidies.tasks.check_ledger", "schedule": crontab(hour=3, minute=30)},
    "verify-chain": {"task": "portal.tasks.verify_chain", "schedule": crontab(hour=4, minute=0)},
    "release-holds": {"task": "enrolments.tasks.release_holds", "schedule": 300.0},
}

# --- what each app adds to shared pages: page -> ordered dotted paths of panel functions (design §2) ---
PANELS: dict[str, list[str]] = {
    "nav": [
        "portal.todo.nav",
        "inspections.panels.nav",
        "providers.panels.nav",
        "quotas.panels.nav",
        "enrolments.panels.nav",
        "subsidies.panels.nav",
    ],
    "todo": [
        "portal.todo.todo",
        "inspections.panels.todo",
        "providers.panels.todo",
        "quotas.panels.todo",
        "enrolments.panels.todo",
        "subsidies.panels.todo",
    ],
    "home": ["providers.panels.home", "quotas.panels.home"],
    "provider_name": ["providers.panels.name_of"],  # (code) -> its name, or None
    "month": [
        "inspections.panels.month",
        "providers.panels.month",
        "providers.panels.papers_month",
        "enrolments.panels.month",
        "subsidies.panels.month",
    ],
    "provider": ["inspections.panels.provider", "enrolments.panels.provider", "subsidies.panels.provider"],
    "verify": ["quotas.panels.verify"],
    "chain_checks": ["quotas.panels.chain_checks"],
    "ledger_checks": ["subsidies.panels.ledger_checks"],
    "demo_steps": [
        "portal.demo.city.steps",
        "providers.demo.city.steps",
        "enrolments.demo.steps",
        "quotas.demo.steps",
        "inspections.demo.steps",
        "subsidies.demo.steps",
    ],
    # what the beat does at night, by name: the demo's button “next working day” does it at once
    "new_day": [
        "portal.tasks.nightly",
        "enrolments.tasks.release_holds",
        "providers.tasks.turn_the_day",
        "enrolments.tasks.turn_the_day",
        "portal.tasks.remind_keepers",
        "inspections.tasks.remind_of_findings",
        "subsidies.tasks.remind_of_statements",
        "subsidies.tasks.check_ledger",
        "portal.tasks.verify_chain",
    ],
    # the tables with area_path: what they do when an area moves
    "area_copies": [
        "portal.actions.moving.copies",
        "providers.panels.area_copies",
        "enrolments.panels.area_copies",
        "inspections.panels.area_copies",
        "subsidies.panels.area_copies",
        "quotas.panels.area_copies",
    ],
    "search_columns": ["enrolments.panels.free_places", "inspections.panels.search_columns"],
    # (place ids, from day) -> those that children take: asked before places are taken away
    "place_use": ["enrolments.panels.place_use"],
    "run_kinds": ["portal.proving.run_kinds", "subsidies.panels.run_kinds", "quotas.panels.run_kinds"],
    "states": [
        "portal.notices.MACHINES",
        "providers.states.MACHINES",
        "enrolments.states.MACHINES",
        "inspections.states.MACHINES",
        "subsidies.states.MACHINES",
    ],
    "checks": [],
}

# --- REST ----------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "portal.api.pages.Pages",
    "PAGE_SIZE": 50,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.bodies.BoundedJSONParser"],
    "EXCEPTION_HANDLER": "portal.api.problems.handler",
    "NUM_PROXIES": PROXIES,
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"search": os.environ.get("SEARCH_THROTTLE", "120/min"), "api": "600/min"},
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tuoyu Portal API",
    "DESCRIPTION": "Childcare (托育) places of a city: search, providers, filings, subsidies, reports.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "portal.api.schema.with_problems"],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

# --- who runs the site: the footer ----------------------------------------
SITE = {
    "host": os.environ.get("SITE_HOST", "示例市卫生健康委员会（演示）" if DEMO else ""),
    "icp": os.environ.get("SITE_ICP", ""),
    "police": os.environ.get("SITE_POLICE", ""),
    "site_code": os.environ.get("SITE_CODE", ""),
    "map_number": os.environ.get("SITE_MAP_NUMBER", ""),
    "contact": os.environ.get("SITE_CONTACT", "help@example.com" if DEMO else ""),
    "tiles": os.environ.get("MAP_TILES", ""),
}
CITY_CODE = os.environ.get("CITY_CODE", "4401")
CITY_NAME = _("Guangzhou (demo)") if DEMO else ""
DEMO_DAY = "2025-07-10"

LOGGING_CONFIG = None  # portal.logs configures structlog and the standard library together
DJANGO_STRUCTLOG_CELERY_ENABLED = True  # the request's id goes with the tasks it starts
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = (
    os.environ.get("LOG_IP") == "1"
)  # the web server in front keeps it by law; we need not
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10  # DEBUG: one line a request, when it ends
logs.configure(level=os.environ.get("LOG_LEVEL", "WARNING" if TESTING else "INFO"))
