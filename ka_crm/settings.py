"""Settings of KA CRM: everything that differs between machines comes from the environment.

Embedded default: SQLite and Celery's filesystem transport below ``KA_DATA_DIR``, no server needed.
Grown: PostgreSQL by ``DATABASE_URL``, Redis by ``REDIS_URL``; the code is the same.
"""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from ka_crm.lib.secret import secret_key_from

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("KA_DEBUG", default=False)
DATA_DIR = Path(env.str("KA_DATA_DIR", default=str(BASE_DIR / "var"))).expanduser().resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOCAL_HOSTS)
if DEBUG and not set(ALLOWED_HOSTS) <= set(LOCAL_HOSTS):
    raise ImproperlyConfigured("KA_DEBUG is for this machine only; ALLOWED_HOSTS names another host.")
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_key_from(DATA_DIR, allowed=DEBUG)
# Public hosts need HTTPS; on this machine alone plain HTTP is fine.
IS_PUBLIC = not set(ALLOWED_HOSTS) <= set(LOCAL_HOSTS)
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host not in LOCAL_HOSTS]

KA_CURRENCY = env.str("KA_CURRENCY", default="USD")
KA_COMPANY = env.str("KA_COMPANY", default="")
# The shown "today" can be pinned (the demo company lives in November 2022).
KA_REQUIRE_MFA = env.bool("KA_REQUIRE_MFA", default=not DEBUG)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_prometheus",
    "tree_queries",
    "ka_crm.people",
    "ka_crm.records",
    "ka_crm.criteria",
    "ka_crm.jobs",
    "ka_crm.imports",
    "accounts",
    "purchases",
    "visits",
    "segmentation",
    "ka_crm.pages",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ka_crm.pages.middleware.DatabaseUnavailableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ka_crm.people.middleware.LoginRequiredMiddleware",
    "ka_crm.people.middleware.RequireMfaMiddleware",
    "ka_crm.people.middleware.UserLocaleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ka_crm.pages.middleware.NoStoreMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "ka_crm.urls"
WSGI_APPLICATION = "ka_crm.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ka_crm.pages.context.frame",
            ],
            "builtins": ["ka_crm.pages.templatetags.ka_ui"],
        },
    }
]

# Database ------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'ka_crm.sqlite3'}")
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": (
        {
            "BACKEND": "ka_crm.lib.cache.LenientRedisCache",
            "LOCATION": env.str("REDIS_URL"),
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
        }
        if env.str("REDIS_URL", default="")
        else {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(DATA_DIR / "cache"),
        }
    )
}

# Celery: the broker is only a doorbell, the truth about jobs is in JobRun ------------------------
REDIS_URL = env.str("REDIS_URL", default="")
# A job whose process shows no sign of life for this long is run again by somebody else.
KA_JOB_LEASE_SECONDS = env.int("KA_JOB_LEASE_SECONDS", default=120)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 3600
CELERY_TASK_SOFT_TIME_LIMIT = 3300
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = env.str("KA_TIME_ZONE", default="UTC")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"visibility_timeout": 7200}
else:
    _broker = DATA_DIR / "broker"
    for _name in ("queue", "processed", "control"):
        (_broker / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "processed_folder": str(_broker / "processed"),
        "control_folder": str(_broker / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }

# People ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "ka_crm.people.backends.PasswordBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "ka_crm.people.adapter.ClosedSignupAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/login/"
ACCOUNT_FORMS = {"change_password": "ka_crm.people.forms.CountedChangePasswordForm"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Tries of passwords and codes are counted in the database; "login_failed" is the library's own second net.
ACCOUNT_RATE_LIMITS = {"login_failed": "15/15m/key", "login": "120/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "KA CRM"
MFA_ADAPTER = "ka_crm.people.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "ka_crm.people.forms.CountedAuthenticateForm",
    "reauthenticate": "ka_crm.people.forms.CountedReauthenticateForm",
}
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "ka_crm.people.lockout.too_many_tries"
AXES_USERNAME_CALLABLE = "ka_crm.people.backends.mail_address_tried"
AXES_IPWARE_PROXY_COUNT = ALLAUTH_TRUSTED_PROXY_COUNT = env.int("KA_PROXY_COUNT", default=0)
SESSION_COOKIE_AGE = 14 * 24 * 3600

# Language, time, money ------------------------------------------------------------------------
LANGUAGE_CODE = env.str("KA_LANGUAGE", default="en")
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("es", "Español"), ("fi", "Suomi")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("KA_TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

# Files ------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
if (BASE_DIR / "var" / "vendor").is_dir():
    STATICFILES_DIRS.append(BASE_DIR / "var" / "vendor")
ICON_DIR = BASE_DIR / "var" / "vendor" / "icons"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "ka_crm.lib.static_files.ManifestStorage"
        )
    },
}
MEDIA_ROOT = DATA_DIR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = str(DATA_DIR / "tmp")
Path(FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)
KA_IMPORT_MAX_BYTES = env.int("KA_IMPORT_MAX_BYTES", default=300 * 1024 * 1024)

# Mail --------------------------------------------------------------------------------------------
_email = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email.get("EMAIL_HOST", "localhost")
EMAIL_PORT = _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="KA CRM <no-reply@localhost>")

# Security ----------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_PUBLIC
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31536000 if IS_PUBLIC else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PUBLIC
if env.bool("KA_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# API ---------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "ka_crm.people.api.authentication.TokenAuthentication",
        "ka_crm.people.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "ka_crm.records.api.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "ka_crm.records.api.schema.ApiSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.AnonRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "user": env.str("KA_API_RATE", default="6000/min"),
        "anon": env.str("KA_API_ANON_RATE", default="60/min"),
    },
    "EXCEPTION_HANDLER": "ka_crm.records.api.problems.problem_details",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "PAGE_SIZE": 50,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "KA CRM",
    "DESCRIPTION": "Key accounts by purchase potential: master data, facts, criteria, runs and results.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "ka_crm.records.api.schema.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "JobState": "ka_crm.jobs.models.JobState",
        "ImportState": "ka_crm.imports.models.BatchState",
        "CostKind": "purchases.models.account_cost.CostKind",
        "DocumentKind": "accounts.models.document.DocumentKind",
        "ObservationKind": "visits.models.observation.ObservationKind",
        "VisitKind": "visits.models.visit.VisitKind",
        "CriteriaState": "ka_crm.criteria.models.version.CriteriaState",
        "CheckPart": "visits.models.visit.CheckPart",
        "FindingPart": "visits.api.flag_shapes.FINDING_PARTS",
        "SampleKind": "visits.models.sample.SampleKind",
        "PlanState": "accounts.models.plan.PlanState",
        "PlanItemKind": "accounts.models.plan.PlanItemKind",
        "InteractionState": "accounts.models.interaction.InteractionState",
        "CommitmentState": "accounts.models.commitment.CommitmentState",
        "ContractState": "accounts.models.commitment.ContractState",
        "BidKind": "accounts.models.commitment.BidKind",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": env.str("KA_LOG_LEVEL", default="INFO")},
    "loggers": {"axes": {"level": "WARNING"}, "django.utils.autoreload": {"level": "WARNING"}},
}
