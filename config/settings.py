"""How is this installation configured? Every difference between installations is one environment variable.

The variables are documented in `docs/settings.md`. `.local/env`, written by `make services`, is read if it is there;
the real environment wins.
"""

import sys
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from kombu import Queue

from config.schedule import SCHEDULE
from core.lanes import DEFAULT_LANE, LANES

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if (BASE_DIR / ".local" / "env").exists():
    env.read_env(BASE_DIR / ".local" / "env")

# --- Who and where -------------------------------------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY")
LIVE_TOKEN_KEY = env.str("LIVE_TOKEN_KEY")
# The first encrypts, all of them decrypt.
SECOND_FACTOR_KEYS = env.list("SECOND_FACTOR_KEYS")
HOME_KEYS = env.list("HOME_KEYS")
HOUSEHOLD_KEY = env.str("HOUSEHOLD_KEY")
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname or "localhost"])

CITY_NAME = env.str("CITY_NAME", default="City of Sacramento")
CITY_POSTAL_ADDRESS = env.str("CITY_POSTAL_ADDRESS", default="915 I Street, Sacramento CA 95814")
POLICE_NAME = env.str("POLICE_NAME", default="Sacramento police")
NON_EMERGENCY_PHONE = env.str("NON_EMERGENCY_PHONE", default="916-808-5471")
VERIFICATION_DESK = env.str("VERIFICATION_DESK", default="the city’s desk")
CITY_TIME_ZONE = env.str("CITY_TIME_ZONE", default="America/Los_Angeles")
# What neighbors say among themselves is deleted for good after so long.
NEIGHBOR_POSTS_KEPT_MONTHS = env.int("NEIGHBOR_POSTS_KEPT_MONTHS", default=12)
# Who was told what, and what became of it: digests look back a month, so it is never less than that.
NOTICES_KEPT_DAYS = max(env.int("NOTICES_KEPT_DAYS", default=90), 35)

LANGUAGE_CODE = "en-us"
TIME_ZONE = CITY_TIME_ZONE
USE_I18N = True
USE_TZ = True

# --- Applications, in the order of the house: later ones may import earlier ones ------------------------------------

INSTALLED_APPS = [
    "config.admin.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "rest_framework",
    "rest_framework_gis",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "core",
    "accounts",
    "neighborhoods",
    "commands",
    "notifications",
    "community",
    "posts",
    "metrics",
    "pages",
    "benchmarks",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.AnswerHeadersMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "neighborhoods.middleware.ResidencyMiddleware",
]

# Debian 12's GDAL cannot be told to keep away from the network; only the site admin's own files reach it.
# The redirect to https and what holds for a whole domain belong to whoever ends TLS before us.
SILENCED_SYSTEM_CHECKS = ["gis.W001", "security.W005", "security.W008", "security.W021"]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.site",
                "pages.context.navigation",
            ],
            "builtins": ["core.templatetags.porchlight", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database: two roles. The owner of the schema migrates; everything else reads and writes rows as `app`. ----------

OWNER_COMMANDS = {"migrate", "flush", "makemigrations", "sqlmigrate", "showmigrations", "test"}
# Tests make their database as the owner; from then on every connection does `SET ROLE app` (tests/conftest.py).
RUNS_AS_OWNER = "pytest" in sys.modules or (len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS)

DATABASES = {"default": env.db_url("DATABASE_OWNER_URL" if RUNS_AS_OWNER else "DATABASE_URL")}
DATABASES["default"]["ENGINE"] = "django.contrib.gis.db.backends.postgis"
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Hot queries are prepared after five runs; binding on the server saves a client round through every literal.
# The triggers of the trail ask for `pgtrigger.ignore`; unset, each row they record costs an exception and a rolled-back
# subtransaction, which makes a statement over many rows take time with the square of their number.
DATABASES["default"]["OPTIONS"] = {
    "server_side_binding": True,
    "prepare_threshold": 5,
    "connect_timeout": 5,
    "options": "-c pgtrigger.ignore={}",
}
DATABASES["default"]["TEST"] = {
    "NAME": env.str("TEST_DATABASE_NAME", default=f"test_{DATABASES['default']['NAME']}"),
    "TEMPLATE": env.str("DATABASE_TEMPLATE", default="template_postgis"),
}
# The role that owns nothing: its name stands in the URL that everything but migrations connects with.
APP_ROLE = env.db_url("DATABASE_URL")["USER"]
DATABASE_NAME = DATABASES["default"]["NAME"]

# --- Redis: cache, broker, live events. Every key and channel carries the database's name. ---------------------------

REDIS_URL = env.str("REDIS_URL")
REDIS_TIMEOUT_SECONDS = 0.5

CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": DATABASE_NAME,
        "TIMEOUT": 300,
        "OPTIONS": {"socket_timeout": REDIS_TIMEOUT_SECONDS, "socket_connect_timeout": REDIS_TIMEOUT_SECONDS},
    }
}
SESSION_ENGINE = "accounts.session_store"

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_QUEUES = [Queue(lane, routing_key=lane) for lane in LANES]
CELERY_TASK_DEFAULT_QUEUE = DEFAULT_LANE
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
# Tasks of one worker share a connection; `config.celery` sees to it that it is a live one.
CELERY_DB_REUSE_MAX = 10_000
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": f"{DATABASE_NAME}:celery:",
    "visibility_timeout": 300,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": REDIS_TIMEOUT_SECONDS,
    "socket_keepalive": True,
    "retry_on_timeout": False,
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = SCHEDULE

# --- Signing in ----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NotOfThisPlace"},
    {"NAME": "accounts.passwords.NotStolen"},
]
BREACHED_PASSWORDS = env.str("BREACHED_PASSWORDS", default="")
LOGIN_URL = "/accounts/login/"
# The feed knows where everybody belongs: staff at a desk, a newcomer at the question for a home.
LOGIN_REDIRECT_URL = "/feed/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignupForm",
    "login": "accounts.forms.SignInForm",
    "add_email": "accounts.forms.NewEmailForm",
}
ACCOUNT_SIGNUP_REDIRECT_URL = "/residency/"
# A code and not a link: it is typed where the account is being made, and a scanner of mail cannot use it up.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 3600
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = 3
# Changing the address at that step works for new accounts alone, and so would tell who has one already.
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
# Besides allauth's own limits: nobody fills a stranger's mailbox with codes and links.
ACCOUNT_RATE_LIMITS = {"confirm_email": "1/10s/key,20/d/key", "reset_password": "20/m/ip,5/m/key,20/d/key"}
# Whoever changes an address, a password or a factor shows first that it is them, and is told by mail.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# The one in use and the one to come.
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
# The front replaces X-Forwarded-For; without this everybody behind it would share one rate limit.
ALLAUTH_TRUSTED_PROXY_COUNT = 1
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {"add_webauthn": "accounts.forms.PasskeyForm", "signup_webauthn": "accounts.forms.FirstPasskeyForm"}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_TOTP_ISSUER = "Porchlight"
# A code typed at the end of its half minute arrives after it: the one before still counts, once.
MFA_TOTP_TOLERANCE = 1

IS_HTTPS = SITE_URL.startswith("https://")
# A browser takes such a cookie over https alone, from this host alone and for all of it; over http it takes none.
_THIS_HOST = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_THIS_HOST}sessionid"
CSRF_COOKIE_NAME = f"{_THIS_HOST}csrftoken"
MESSAGES_COOKIE_NAME = f"{_THIS_HOST}messages"
MESSAGE_STORAGE = "core.messages.MessageStorage"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "pages.views.errors.csrf_failure"

# No nonce and nothing inline: pages are cached and answered 304, and a cached body would carry an old nonce.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Mail ----------------------------------------------------------------------------------------------------------

# "smtp+tls://name:password@host:587", or a provider; without either the demo keeps its mails for everybody to read, and
# any other installation drops them: what stands in a mail must not get into a log.
EMAIL = env.email_url("EMAIL_URL", default="dummymail://")
EMAIL_PROVIDER = env.str("EMAIL_PROVIDER", default="")
HAS_MAIL_SERVER = "EMAIL_URL" in env or bool(EMAIL_PROVIDER)
# How each provider's key is called by anymail.
EMAIL_PROVIDERS = {
    "brevo": "BREVO_API_KEY",
    "mailersend": "MAILERSEND_API_TOKEN",
    "mailgun": "MAILGUN_API_KEY",
    "postmark": "POSTMARK_SERVER_TOKEN",
    "resend": "RESEND_API_KEY",
    "sendgrid": "SENDGRID_API_KEY",
    "sparkpost": "SPARKPOST_API_KEY",
}
# The name of an e-mail backend of Django's; what it is called here decides which of our gateways speaks to it.
MAIL_TRANSPORT = EMAIL["EMAIL_BACKEND"]
if EMAIL_PROVIDER:
    MAIL_TRANSPORT = f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
    ANYMAIL = {EMAIL_PROVIDERS[EMAIL_PROVIDER]: env.str("EMAIL_PROVIDER_KEY"), "REQUESTS_TIMEOUT": 10}
elif DEMO and not HAS_MAIL_SERVER:
    MAIL_TRANSPORT = "pages.demo.mail.CatchingBackend"
# Whoever sends a mail puts it into the outbox with what it is about; from there it takes the transport.
EMAIL_BACKEND = "notifications.outbox.OutboxBackend"
EMAIL_HOST, EMAIL_PORT = EMAIL["EMAIL_HOST"], EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_USER"], EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL.get("EMAIL_USE_TLS", False), EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
# How many connections to the mail server each lane's sender keeps open at once.
SENDING_CONNECTIONS = env.int("SENDING_CONNECTIONS", default=2)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Porchlight <porchlight@localhost>")
# Which provider tells us of mail that came back, and how it shows that it is the one.
MAIL_EVENTS_PROVIDER = env.str("MAIL_EVENTS_PROVIDER", default="")
MAIL_EVENTS_SECRET = env.str("MAIL_EVENTS_SECRET", default="")
MAIL_EVENTS_KEY = env.str("MAIL_EVENTS_KEY", default="")

# --- Whoever runs the site -----------------------------------------------------------------------------------------

# Told past every lane when something stands still.
OPERATOR_EMAILS = env.list("OPERATOR_EMAILS", default=[])
OPERATOR_PHONES = env.list("OPERATOR_PHONES", default=[])
SMS_URL = env.str("SMS_URL", default="")
WATCH_URGENT_SECONDS = env.int("WATCH_URGENT_SECONDS", default=60)

# --- Web push ------------------------------------------------------------------------------------------------------

VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY")
# Where a push service finds whoever runs this site; some refuse what is no real address.
VAPID_CONTACT = env.str("VAPID_CONTACT", default=f"mailto:{parseaddr(DEFAULT_FROM_EMAIL)[1]}")
# Nowhere else does a subscription lead: nobody makes the server knock at doors inside its own network.
PUSH_SERVICES = env.list(
    "PUSH_SERVICES",
    default=[
        "https://fcm.googleapis.com",
        "https://updates.push.services.mozilla.com",
        "https://*.push.apple.com",
        "https://*.notify.windows.com",
    ],
)

# --- Files, logs ---------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.RememberedManifestStorage"},
}
if DEBUG or "pytest" in sys.modules:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
# All that the front lets through, so that a neighbor's picture never lies in a file.
FILE_UPLOAD_MAX_MEMORY_SIZE = 11_000_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "core.logs.DiscreetFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django.request": {"level": "ERROR"}, "celery.app.trace": {"level": "WARNING"}},
}

# --- API -----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min", "user": "600/min"},
    "EXCEPTION_HANDLER": "config.api.answer_error",
    "NUM_PROXIES": 1,
}
REST_KNOX = {"TOKEN_TTL": None, "AUTH_HEADER_PREFIX": "Token", "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "Porchlight API",
    "DESCRIPTION": "Police posts, neighborhoods and replies of one city.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
