"""Everything that can be set, from the environment; `.env.example` tells what each is for."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue

from campaign import (
    account_providers,
    demo_operator,
    environment,
    languages,
    logs,
    mail_providers,
)
from campaign.wake import Task

BASE_DIR = Path(__file__).resolve().parent.parent

# The demo is the site on one machine with invented people; nothing else differs. It must not meet
# a real site's database, so it reads no file.
DEMO = environment.flag("DEMO")
if not DEMO:
    environment.read_file(environment.folder("ENV_FILE", default=BASE_DIR / ".env"))
DATA_DIR = environment.folder("DATA_DIR", default=BASE_DIR / "var")
DATA_DIR.mkdir(parents=True, exist_ok=True)
PORT = environment.number("PORT", default=8000, least=1)
SITE_URL = environment.web_address("SITE_URL", f"http://127.0.0.1:{PORT}" if DEMO else None)
SITE_HOST = urlsplit(SITE_URL).netloc


def _own_secret() -> str:
    """The demo's secret, made on first use, so that its links outlive a restart."""
    path = DATA_DIR / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


# For what is handed out and runs out; the fallbacks still open what was made with them.
SECRET_KEY = _own_secret() if DEMO else environment.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = [] if DEMO else environment.secret_lines("SECRET_KEY_FALLBACKS")
# For what is kept (campaign.keyed_hash). Empty: SECRET_KEY.
DATA_KEY = "" if DEMO else environment.secret("DATA_KEY", "")
if SECRET_KEY_FALLBACKS and not DATA_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY_FALLBACKS is set and DATA_KEY is not. Set DATA_KEY to the SECRET_KEY that the "
        "site began with: addresses and members are known by it. docs/running.md says more."
    )
DEBUG = False
# The demo answers to localhost, too: browsers offer no passkeys at an address of numbers.
ALLOWED_HOSTS = environment.hosts(
    "ALLOWED_HOSTS", default=(urlsplit(SITE_URL).hostname or "") + (",localhost" if DEMO else "")
)
# Networks of proxies whose X-Forwarded-For is believed.
TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "campaign.site.SiteConfig",
    "campaign.operations",
    "campaign.mail",
    "campaign.organizers",
    "campaign.letters",
    "signatures",
    *(["demo"] if DEMO else []),
]

MIDDLEWARE = [
    "campaign.shared_pages.SharedPagesMiddleware",
    "campaign.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "campaign.sessions.SessionMiddleware",
    "campaign.path_language.PathLanguageMiddleware",
    "campaign.methods.MethodMiddleware",
    "django.middleware.common.CommonMiddleware",
    "campaign.csrf.CsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "campaign.conflicts.ConflictMiddleware",
]

ROOT_URLCONF = "campaign.urls"
WSGI_APPLICATION = "campaign.wsgi.application"
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
                "campaign.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# --- who runs it ------------------------------------------------------------------------------

# Told on the page about the site, in each language of the interface.
OPERATOR_NAME = environment.wordings(
    "OPERATOR_NAME", languages.INTERFACE, default=demo_operator.NAME if DEMO else None
)
OPERATOR_ADDRESS = environment.wordings(
    "OPERATOR_ADDRESS", languages.INTERFACE, default=demo_operator.ADDRESS if DEMO else None
)
OPERATOR_FUNDING = environment.wordings(
    "OPERATOR_FUNDING", languages.INTERFACE, default=demo_operator.FUNDING if DEMO else None
)
OPERATOR_CONTACT = environment.contact("OPERATOR_CONTACT", demo_operator.CONTACT if DEMO else "")

# --- data -------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": environment.database(
        "DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'undersigned.sqlite3'}"
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=10000;"
        ),
    }
else:
    DATABASES["default"] |= {
        "ENGINE": "campaign.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
    _asked = DATABASES["default"].get("OPTIONS", {})
    # Prepared on the server and bound there: the hot statements are few and always the same.
    # Not compiled: that takes longer than to read whatever is read here.
    DATABASES["default"]["OPTIONS"] = (
        {"server_side_binding": True, "prepare_threshold": 3, "connect_timeout": 3}
        | _asked
        | {"options": f"-c jit=off {_asked.get('options', '')}".strip()}
    )
    # Behind PgBouncer in transaction mode a statement that was prepared is on some other server,
    # and so is an open cursor; and it knows no `options`.
    if environment.flag("DATABASE_THROUGH_PGBOUNCER"):
        DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
        DATABASES["default"]["OPTIONS"]["prepare_threshold"] = None
        del DATABASES["default"]["OPTIONS"]["options"]

REDIS_URL = environment.redis_address("REDIS_URL")
# How long an answer of ours waits for a count or a kept page: without these it goes on.
REDIS_PATIENCE_SECONDS: dict[str, Any] = {"socket_connect_timeout": 0.25, "socket_timeout": 0.25}
CACHES: dict[str, dict[str, Any]] = (
    {
        "default": {
            "BACKEND": "campaign.shared_cache.SharedCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": REDIS_PATIENCE_SECONDS,
        }
    }
    if REDIS_URL
    else {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
)
# Parts of pages that are the same until what they are named by changes; for `{% cache %}`.
CACHES["template_fragments"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "template-fragments",
    "OPTIONS": {"MAX_ENTRIES": 2000},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "organizers.Organizer"

# --- the record -------------------------------------------------------------------------------

RECORD_KEY_FILE = environment.folder("RECORD_KEY_FILE", default=DATA_DIR / "record-key.pem")

# Who cosigns the site's log, each as its address, a space and its verifier key.
WITNESSES = environment.words("WITNESSES")
# A time-stamping service (RFC 3161), and the certificates that its stamps must lead to.
TIMESTAMP_URL = environment.text("TIMESTAMP_URL", "")
TIMESTAMP_ROOTS = environment.text("TIMESTAMP_ROOTS", "")

# --- backups ----------------------------------------------------------------------------------

# Whom backups are sealed for: age's public keys. Without any, the passphrase seals them.
BACKUP_RECIPIENTS = environment.words("BACKUP_RECIPIENTS")
BACKUP_PASSPHRASE = environment.secret("BACKUP_PASSPHRASE", "")

# --- Celery -----------------------------------------------------------------------------------

# Without Redis the worker and beat run as threads of the one web process.
CELERY_IN_PROCESS = not REDIS_URL
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TASK_IGNORE_RESULT = True
# Queues of their own for what waits for others: neither a slow mail server nor a stranger's site
# must hold up the count. A worker that is told nothing else works on all.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("mail"), Queue("updates"), Queue("outside")]
CELERY_TASK_ROUTES = {
    Task.SEND_OWED_MAIL.value: {"queue": "mail"},
    Task.SEND_OWED_INVITATIONS.value: {"queue": "mail"},
    Task.SEND_OWED_ACCOUNT_MAIL.value: {"queue": "mail"},
    Task.TELL_ORGANIZERS.value: {"queue": "mail"},
    Task.SEND_UPDATES.value: {"queue": "updates"},
    Task.SEND_WEBHOOKS.value: {"queue": "outside"},
    Task.CHECK_DUE_PROOFS.value: {"queue": "outside"},
    Task.LOOK_UP_EVIDENCE.value: {"queue": "outside"},
    Task.ATTEST_SITE_LOG.value: {"queue": "outside"},
    Task.READ_BOUNCE_MAILBOX.value: {"queue": "outside"},
    Task.CHECK_MAIL.value: {"queue": "outside"},
    # Not outside at all, but as long.
    Task.SCREEN_STANDING.value: {"queue": "outside"},
    Task.SEEK_REPEATS.value: {"queue": "outside"},
    Task.MAKE_LETTER_PDFS.value: {"queue": "outside"},
    Task.MAKE_PACKAGES.value: {"queue": "outside"},
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
    # Or kombu tries to connect for six seconds, while a signer waits. Workers try on by themselves.
    "max_retries": 0,
} | (
    {"socket_connect_timeout": 0.5, "socket_timeout": 5, "retry_on_timeout": False}
    if REDIS_URL
    else {"polling_interval": 0.1}
)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# --- mail -------------------------------------------------------------------------------------

globals().update(environment.mail("EMAIL_URL", default="files:" if DEMO else "smtp://127.0.0.1:25"))
MAIL_FILES_DIR = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = environment.text(
    "MAIL_FROM", f"Undersigned <letters@{urlsplit(SITE_URL).hostname}>"
)
# The names that RFC 2606 keeps free, such as .example: nobody reads mail there.
ALLOW_RESERVED_ADDRESSES = DEMO
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where mail that cannot be delivered comes back to, and how that is read.
BOUNCE_ADDRESS = environment.plain_address(
    "BOUNCE_ADDRESS", longest_local=environment.LONGEST_BOUNCE_LOCAL
)
BOUNCE_MAILBOX = environment.mailbox("BOUNCE_MAILBOX_URL")
# Mail services that tell us by HTTP, and the secret of each.
MAIL_WEBHOOKS = mail_providers.configured(environment.words("MAIL_WEBHOOKS"))
MAIL_WEBHOOK_SETTINGS_LEFT_OVER = mail_providers.left_over(MAIL_WEBHOOKS)
EMAIL_SUBJECT_PREFIX = ""
# For the mail doctor: the names of the mail server's DKIM keys, and the addresses it sends from.
MAIL_DKIM_SELECTORS = environment.words("MAIL_DKIM_SELECTORS")
MAIL_SENDING_ADDRESSES = environment.addresses("MAIL_SENDING_ADDRESSES")
# How fast mail to many may go, in all and to one mail domain; 0 for as fast as the server takes it.
MAIL_PER_SECOND = environment.number("MAIL_PER_SECOND", default=0)
MAIL_PER_SECOND_TO_DOMAIN = environment.number("MAIL_PER_SECOND_TO_DOMAIN", default=0)
# The day on which a new domain began to send, and what it may send to many on each day since.
MAIL_WARM_UP_SINCE = environment.day("MAIL_WARM_UP_SINCE")
MAIL_WARM_UP_PER_DAY = environment.numbers(
    "MAIL_WARM_UP_PER_DAY",
    default="200,300,500,800,1200,2000,3000,5000,8000,12000,20000,30000,50000,80000",
)

# --- evidence ---------------------------------------------------------------------------------

# Whether the public records that signers point at are read for the vetters.
LOOK_UP_PUBLIC_RECORDS = environment.flag("LOOK_UP_PUBLIC_RECORDS")

# --- organizers' accounts ---------------------------------------------------------------------

# Who may begin a team: all who confirm an address, those whom an operator approves, or nobody.
OPEN_TO_ORGANIZERS = environment.choice(
    "OPEN_TO_ORGANIZERS", ("on", "approval", "off"), default="approval"
)
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_ADAPTER = "campaign.organizers.accounts.AccountAdapter"
ACCOUNT_FORMS = {"reset_password": "campaign.organizers.account_forms.ResetPasswordForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
# Nobody acts at the desk or in the admin with a password alone. Only the demo may do without.
REQUIRE_SECOND_FACTOR = environment.flag("REQUIRE_SECOND_FACTOR", default=not DEMO)
MFA_ADAPTER = "campaign.organizers.accounts.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "campaign.organizers.passkeys.AddForm",
    "login_webauthn": "campaign.organizers.passkeys.LoginForm",
    "reauthenticate_webauthn": "campaign.organizers.passkeys.ReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Undersigned"

# --- accounts elsewhere, shown by signers -----------------------------------------------------

# Nobody logs in by these: the adapter takes what the service tells, and ends the conversation.
SOCIALACCOUNT_ADAPTER = "signatures.verification.accounts.oauth.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = account_providers.configured(
    " ".join(
        environment.words("ACCOUNT_PROVIDERS", default=account_providers.DUMMY if DEMO else "")
    ).split()
)
ACCOUNT_SETTINGS_LEFT_OVER = account_providers.left_over(SOCIALACCOUNT_PROVIDERS)
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

# --- languages --------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = list(languages.NAMES.items())
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# --- pages and safety -------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO
WHITENOISE_MAX_AGE = 60 if DEMO else 3600

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
if DEMO:
    # Mail that was sent is read in a frame.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["frame-src"] = [SELF]
X_FRAME_OPTIONS = "DENY"
# Links in e-mails carry a token in their path: no other site may learn it.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
_SECURE = SITE_URL.startswith("https://")
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SESSION_ENGINE = "campaign.sessions"
SESSION_COOKIE_SECURE = _SECURE
CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "desk"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# An update can be for as many countries as there are.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# How long a process keeps a public page before it renders it afresh.
SHARED_PAGE_SECONDS = environment.number("SHARED_PAGE_SECONDS", default=1)
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # Unique without regard to case, by a constraint of its own.
    "security.W003",  # Cross-site requests are refused by campaign.csrf (docs/decisions.md).
    "security.W005",  # Subdomains are not ours to speak for.
    "security.W008",  # The proxy in front turns http into https.
    "security.W016",  # No CSRF cookie exists.
    "security.W021",  # Nor is preloading ours to decide.
    "account.W001",
]

# --- logs -------------------------------------------------------------------------------------

logs.configure()
LOG_LEVEL = environment.text("LOG_LEVEL", "WARNING" if DEMO else "INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {"()": "campaign.logs.Lines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # Celery tells of each sweep, which is every other second.
        "celery": {"handlers": [], "level": "WARNING", "propagate": True},
        # Tells which passkey was used.
        "fido2": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
if _error_reports_go_to := environment.secret("SENTRY_DSN", ""):
    LOGGING["handlers"]["errors"] = {
        "class": "campaign.error_reports.Handler",
        "dsn": _error_reports_go_to,
    }
    LOGGING["root"]["handlers"].append("errors")
