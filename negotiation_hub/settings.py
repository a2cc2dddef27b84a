"""All settings.

Each is read from the environment once, here, and says why it exists (docs/settings.md lists them).
"""

import hashlib
import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from negotiation_hub.kernel.secret_key import secret_key


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


BASE_DIR = Path(__file__).resolve().parent.parent
# Where all state of the embedded set-up lies: database, keys, files, witness.
DATA_DIR = Path(os.environ.get("DATA_DIR", BASE_DIR / "data")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
# One-click sign-in as demo people. Never in production: it gives away every demo person.
DEMO = _flag("DEMO")
DEBUG = _flag("DEBUG")
# The key ring signs heads, links and ledger rows. It must not lie in the database, and should not lie in its
# backup.
KEY_RING = Path(os.environ.get("HUB_KEY_RING", DATA_DIR / "keys" / "ring.json"))
# What was signed, remembered outside the database, so that even a cut-off tail is noticed.
WITNESS = Path(os.environ.get("HUB_WITNESS", DATA_DIR / "witness" / "heads.jsonl"))
SECRET_KEY = os.environ.get("SECRET_KEY") or secret_key(DATA_DIR / "keys" / "django")


def _secret(purpose: str) -> str:
    return hashlib.sha256(f"{purpose}:{SECRET_KEY}".encode()).hexdigest()[:32]


ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
# The address under which people reach this site: links in mails start with it.
PUBLIC_URL = os.environ.get("PUBLIC_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}").rstrip("/")
# The address under which this server reaches itself: the sandbox's webhooks and calls to it stay on the
# machine.
INTERNAL_URL = os.environ.get("INTERNAL_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}").rstrip(
    "/"
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_vite",
    "django_htmx",
    "widget_tweaks",
    "negotiation_hub.kernel",
    "negotiation_hub.people",
    "payments",
    "catalog",
    "orders",
    "rooms",
    "threads",
    "whiteboard",
    "feedback",
    "desk",
    "negotiation_hub.demo",
    "negotiation_hub",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "negotiation_hub.people.demo.DemoPersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "rooms.guests.middleware.GuestMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "negotiation_hub.kernel.refusal_pages.RefusalMiddleware",
    "negotiation_hub.api.IdempotencyMiddleware",
]
ROOT_URLCONF = "negotiation_hub.urls"
ASGI_APPLICATION = "asgi.application"

FORM_RENDERER = "negotiation_hub.forms.HubRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "frontend" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "negotiation_hub.people.demo.context",
                "negotiation_hub.demo.views.context",
            ],
        },
    }
]

# SQLite embedded, PostgreSQL beyond one machine. IMMEDIATE: a transaction that reads first and writes later
# would die of "database is locked"; FULL: what was acknowledged survives a power cut.
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'hub.sqlite3'}"
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # The log is copied into the file every 32 MB, not after each large commit; 8 MB stay at hand.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        " PRAGMA wal_autocheckpoint=8000; PRAGMA cache_size=-8000;",
    }
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
else:
    # Every request has a thread of its own, and a connection for each would soon be too many.
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 2, "max_size": 10, "timeout": 20}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis only when there is more than one process. The layer may lose messages: the log is the truth.
REDIS_URL = os.environ.get("REDIS_URL", "")
CHANNEL_LAYERS = {
    "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}

# A code is good once and guesses count whichever process they reach; Redis would do, but may be away.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kernel_remembered",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # some 100 bytes each; what is over is thrown out first
    }
}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["negotiation_hub.people.backends.PeopleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_ADAPTER = "negotiation_hub.people.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "negotiation_hub.people.forms.SignupForm"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO or DEBUG
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "negotiation_hub" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is missing
_dist = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [_dist] if _dist.is_dir() else []
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": _dist / "manifest.json"}}
# Vite has already put a hash into each name; a second one would load React twice.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[.-][0-9A-Za-z_-]{8,12}\..+$"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# Stored files: under DATA_DIR/files, or in an object store that speaks S3, whose library is loaded only then.
FILES_STORAGE = os.environ.get("FILES_STORAGE", "disk")
# How bought files are handed out: by ourselves, by nginx, or by the object store.
FILES_SERVE = os.environ.get("FILES_SERVE", "paced")
FILES_ACCEL_PREFIX = os.environ.get("FILES_ACCEL_PREFIX", "/-/files/")
if FILES_STORAGE not in {"disk", "s3"}:
    raise ImproperlyConfigured("FILES_STORAGE is disk or s3")
if FILES_SERVE not in {"paced", "x-accel" if FILES_STORAGE == "disk" else "redirect"}:
    raise ImproperlyConfigured("FILES_SERVE is paced, on the disk also x-accel, with s3 also redirect")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "files": {"BACKEND": "negotiation_hub.kernel.storage.FilesOnDisk"}
    if FILES_STORAGE == "disk"
    else {
        "BACKEND": "negotiation_hub.kernel.storage_s3.FilesInBucket",
        "OPTIONS": {
            "bucket_name": os.environ.get("FILES_S3_BUCKET", ""),
            "location": os.environ.get("FILES_S3_PREFIX", "files"),
            "endpoint_url": os.environ.get("FILES_S3_ENDPOINT_URL") or None,
            "region_name": os.environ.get("FILES_S3_REGION") or None,
            "access_key": os.environ.get("FILES_S3_ACCESS_KEY_ID") or None,
            "secret_key": os.environ.get("FILES_S3_SECRET_ACCESS_KEY") or None,
            "signature_version": "s3v4",
            "default_acl": None,  # of the bucket, which is private
            "querystring_auth": True,
        },
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        # The demo shows both sides of a deal in two frames of one page.
        "frame-ancestors": ["'self'"] if DEMO else ["'none'"],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN" if DEMO else "DENY"
SECURE_REFERRER_POLICY = "same-origin"
_https = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# Mail: the embedded set-up keeps what it sends in its own table and shows it on a page; EMAIL_URL names an
# SMTP server.
MAIL_DOMAIN = os.environ.get("MAIL_DOMAIN", "hub.example")
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM", f"Negotiation Hub <no-reply@{MAIL_DOMAIN}>")
EMAIL_HOST = os.environ.get("SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("SMTP_PASSWORD", "")
EMAIL_USE_TLS = _flag("SMTP_TLS")
EMAIL_TIMEOUT = 15
# Mail in: a listener for our own mail server, which has looked for spam and checked the sender. Off without a
# port. Only what MAIL_AUTHSERV_ID says in Authentication-Results is believed.
MAIL_IN_HOST = os.environ.get("MAIL_IN_HOST", "127.0.0.1")
MAIL_IN_PORT = int(os.environ.get("MAIL_IN_PORT") or "0")
MAIL_AUTHSERV_ID = os.environ.get("MAIL_AUTHSERV_ID", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"

# Card payments: the embedded sandbox, or Stripe with the same adapter.
# The sandbox's keys are made from ours: known defaults would let anybody command it, or speak in its name.
PAYMENT_PROVIDER = os.environ.get("PAYMENT_PROVIDER", "sandbox")
STRIPE_SECRET_KEY = os.environ.get("STRIPE_SECRET_KEY", "sk_test_" + _secret("sandbox key"))
STRIPE_WEBHOOK_SECRET = os.environ.get("STRIPE_WEBHOOK_SECRET", "whsec_" + _secret("sandbox webhooks"))
STRIPE_API_BASE = os.environ.get(
    "STRIPE_API_BASE", f"{INTERNAL_URL}/sandbox" if PAYMENT_PROVIDER == "sandbox" else ""
)

# What the carrier of the demo signs its messages with. Empty: there is no such carrier.
DEMO_PARCEL_SECRET = os.environ.get("DEMO_PARCEL_SECRET", _secret("demo parcel") if DEMO else "")
# Where it is booked: the one that comes along, or another that speaks the same. Empty: nothing is booked.
DEMO_PARCEL_EMBEDDED = DEMO and bool(DEMO_PARCEL_SECRET) and "DEMO_PARCEL_API_BASE" not in os.environ
DEMO_PARCEL_API_BASE = os.environ.get(
    "DEMO_PARCEL_API_BASE", f"{INTERNAL_URL}/demo-parcel" if DEMO_PARCEL_EMBEDDED else ""
)
DEMO_PARCEL_API_KEY = os.environ.get("DEMO_PARCEL_API_KEY", _secret("demo parcel key"))

# Payouts: who pays, in the files for our own bank. The defaults are an example's, and no bank takes them.
PAYOUT_DEBTOR_NAME = os.environ.get("PAYOUT_DEBTOR_NAME", "Negotiation Hub Demo")
PAYOUT_DEBTOR_IBAN = os.environ.get("PAYOUT_DEBTOR_IBAN", "DE89370400440532013000")
PAYOUT_DEBTOR_BIC = os.environ.get("PAYOUT_DEBTOR_BIC", "COBADEFFXXX")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
