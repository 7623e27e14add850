"""Settings, one file, read top to bottom. Every value from outside comes through `env`."""

import os
from datetime import timedelta
from pathlib import Path

import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import to_language

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"
env = environ.Env()

# --- Where state lives and who we are -----------------------------------------------------------
TESTING = env.bool("RS_TEST", default=False)
DEBUG = False
HOME = Path(env("RS_HOME", default=str(BASE_DIR / "var")))
SECRET_KEY = env("SECRET_KEY", default="")
if len(SECRET_KEY) < 32 or SECRET_KEY.startswith("django-insecure"):
    raise ImproperlyConfigured(
        "SECRET_KEY must be set to at least 32 random characters; ./run up makes one by itself."
    )
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; * would let any host in.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Only a deployment behind TLS may switch this on; on loopback there is no certificate.
HTTPS = env.bool("HTTPS", default=False)

# --- Applications -------------------------------------------------------------------------------
INSTALLED_APPS = [
    "rubricstudio",
    "labeling",
    "evals",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "rubricstudio.middleware.Authentication",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "rubricstudio.middleware.OwnPasswords",
    "rubricstudio.middleware.PrivatePages",
    "rubricstudio.middleware.DomainErrors",
]
ROOT_URLCONF = "rubricstudio.urls"
WSGI_APPLICATION = "rubricstudio.wsgi.application"
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
                "rubricstudio.languages.page_language",
            ],
            # Every template speaks to people: none has to say so first.
            "builtins": ["django.templatetags.i18n", "rubricstudio.kept_words"],
        },
    }
]


# --- PostgreSQL: the application's role, and the owner's for migrations -------------------------
def _database(name: str) -> dict:
    url = env.db_url(name, default="postgres://rubricstudio@localhost/rubricstudio")
    return {**url, "ENGINE": "rubricstudio.database", "ATOMIC_REQUESTS": False}


DATABASES = {"default": _database("DATABASE_URL"), "owner": _database("MIGRATION_DATABASE_URL")}
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "options": f"-c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', default=60_000)}",
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["TEST"] = {"MIRROR": "owner"}
DATABASES["owner"]["TEST"] = {
    "NAME": env("RS_TEST_DB", default="test_rubricstudio"),
    "TEMPLATE": env("RS_TEST_TEMPLATE", default=None),
    "DEPENDENCIES": [],
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Jobs ---------------------------------------------------------------------------------------
CELERY_BROKER_URL = env("BROKER_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A submit must not hang on a broker that is down: the sweeper enqueues again.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    "socket_timeout": 30,
    "max_retries": 1,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "evals.tasks.check_kept": {"queue": "statistics"},
    "evals.tasks.check_kept_batch": {"queue": "statistics"},
    "evals.tasks.compare_raters": {"queue": "statistics"},
    "evals.tasks.count_chunks": {"queue": "statistics"},
    "evals.tasks.measure_agreement": {"queue": "statistics"},
    "evals.tasks.grade_responses": {"queue": "grading"},
    "evals.tasks.write_export": {"queue": "export"},
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "evals.tasks.sweep",
        "schedule": timedelta(seconds=env.int("SWEEP_SECONDS", default=10)),
    },
    "tidy": {"task": "labeling.tasks.tidy", "schedule": timedelta(hours=1)},
    "remind": {"task": "labeling.tasks.remind", "schedule": timedelta(hours=1)},
    "check_kept": {
        "task": "evals.tasks.check_kept",
        "schedule": crontab(hour=3, minute=10),
    },
}
# A run whose worker has been silent this long is taken over by another.
RUN_LEASE_SECONDS = env.int("RUN_LEASE_SECONDS", default=30)
RUN_MAX_ATTEMPTS = 3
# Batches of at least so many scores keep their counts, and only what changed is counted again.
AGREEMENT_KEEP_SCORES = env.int("AGREEMENT_KEEP_SCORES", default=100_000)
# Larger batches are counted in chunks of about so many scores by all workers together.
AGREEMENT_CHUNK_SCORES = env.int("AGREEMENT_CHUNK_SCORES", default=20_000_000)

# --- Accounts and sessions ----------------------------------------------------------------------
AUTH_USER_MODEL = "labeling.User"
AUTHENTICATION_BACKENDS = ["labeling.backends.ThrottledBackend"]
# How many proxies of ours stand before us, each of which adds to X-Forwarded-For. Without one the
# header is whatever the client writes into it.
PROXY_COUNT = env.int("PROXY_COUNT", default=1 if HTTPS else 0)
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_ENGINE = "rubricstudio.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "rubricstudio.views.csrf_failure"
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

# --- Files --------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = Path(env("STORAGE_URL", default=(HOME / "storage").as_uri()).removeprefix("file://"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "rubricstudio.statics.WholeSheetsStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING
# Each client of a test is a server of its own: none need walk over all files.
WHITENOISE_AUTOREFRESH = TESTING
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=2 * 1024**3)
IMPORT_MAX_LINE_BYTES = env.int("IMPORT_MAX_LINE_BYTES", default=8 * 1024**2)

# --- API ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "labeling.api.base.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["labeling.api.base.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "labeling.api.base.problem_details",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "RubricStudio",
    "DESCRIPTION": "Experts' judgement, agreement and reinforcement fine-tuning data.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "AnswerState": "labeling.api.answer_shapes.WritingState",
        "ExportKind": "evals.models.Export.Kind",
        "ImportKind": "labeling.importing.UPLOADED",
        "BatchKind": "labeling.models.Batch.Kind",
        "BatchState": "labeling.models.Batch.State",
        "FlagKind": "labeling.models.Flag.Kind",
        "FlagState": "labeling.models.FlagState",
        "JobState": "labeling.models.RunState",
        "SeatState": "labeling.models.Assignment.State",
        "NewBatchKind": "labeling.assigning.KINDS",
        "NewBatchWay": "labeling.ways.WAYS",
        "Way": "labeling.models.Way",
        "RulingReason": "labeling.models.Adjudication.Reason",
        "VersionStatus": "labeling.models.RubricVersion.Status",
    },
}

# --- The rest -----------------------------------------------------------------------------------
# The model named in exported graders that need a judge; trainers replace it by their own.
JUDGE_MODEL = env("JUDGE_MODEL", default="judge-model")
# Where people open the site, for links in mails; without it they name the place in words.
SITE_URL = env("SITE_URL", default="")
_mail = env.email_url("EMAIL_URL", default="consolemail://")
_smtp = {
    "host": _mail.get("EMAIL_HOST"),
    "port": _mail.get("EMAIL_PORT"),
    "username": _mail.get("EMAIL_HOST_USER"),
    "password": _mail.get("EMAIL_HOST_PASSWORD"),
    "use_tls": _mail.get("EMAIL_USE_TLS", False),
    "timeout": 20,
}
MAILERS = {
    "default": {
        "BACKEND": _mail["EMAIL_BACKEND"],
        "OPTIONS": _smtp if _mail["EMAIL_BACKEND"].endswith("smtp.EmailBackend") else {},
    }
}
FIRST_ADMIN = env("FIRST_ADMIN", default="")
# The language of the code, and those that somebody has translated and compiled.
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
_COMPILED = sorted(LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.mo"))
LANGUAGES = [("en", "en"), *((to_language(path.parts[-3]),) * 2 for path in _COMPILED)]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "rubricstudio.logs.OneLine"}},
    "filters": {"news": {"()": "rubricstudio.logs.News"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["news"]}
    },
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {"django.db.backends": {"level": "INFO"}},
}
