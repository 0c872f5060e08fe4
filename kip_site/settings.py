"""All settings, read only from the environment. README.md lists every variable; a test keeps the list complete."""

from pathlib import Path
from urllib.parse import quote, urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from .languages import LANGUAGE_NAMES

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

# --- Starting -----------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY and not DEBUG:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set: set it to a long random text (or set DEBUG=1 on a machine that only you can reach)."
    )
if not SECRET_KEY:
    SECRET_KEY = "known-to-everyone-for-development-with-DEBUG-only"  # noqa: S105

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The URL of the site for absolute links in e-mails and PDFs, without a slash at its end.
SITE_URL = env.str(
    "SITE_URL", default=f"https://{ALLOWED_HOSTS[0]}" if ALLOWED_HOSTS else "http://127.0.0.1:8000"
).rstrip("/")

ROOT_URLCONF = "kip_site.urls"
WSGI_APPLICATION = "kip_site.wsgi.application"
ASGI_APPLICATION = "kip_site.asgi.application"

# --- Apps ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "assessments",
    "training",
    "frameworks",
    "kip_site.accounts",
    "kip_site.mail",
    "kip_site.jobs",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_tasks_db",
    "django.forms",
    "kip_site.admin_site.Config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Before staticfiles: runserver serves static files as a production server does, through WhiteNoise.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "kip_site.health.answer_at_once",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kip_site.no_store.store_nothing_of_people",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Sign-in by default: a public view says so itself, with @login_not_required.
    "kip_site.signed_out.AskToSignIn",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "kip_site.unreadable.RefuseUnreadableRequests",
    "kip_site.requests.RefuseInvalidForms",
]

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
                "kip_site.context.page",
            ],
        },
    },
]
# Form templates come from templates/ too, before Django's own.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database and caches ------------------------------------------------------------------------

# Quoted, because the name of the checkout's folder may have characters with a meaning in URLs.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{quote(str(BASE_DIR / 'db.sqlite3'))}")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            # Taking the write lock at BEGIN lets writers queue instead of failing with "database is locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # WAL lets people read while one writes; FULL keeps every acknowledged answer through a power cut.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    )
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A server that vanishes without closing its connections (its machine or network fails) is noticed within a minute.
    # Without these, workers and pages would wait as long as the operating system does. DATABASE_URL may say otherwise.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 10,
        "keepalives_idle": 20,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,  # milliseconds
        **DATABASES["default"].get("OPTIONS", {}),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Background jobs wait in the database for `manage.py work`.
# The queues are the values of kip_site.jobs.models.Lane, which cannot be imported here.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "sign-in"]}}

# In it allauth counts attempts at signing in and up. It is a table of the database, which a migration creates, so that
# all web processes share the counts, a restart forgets none, and nothing else has to run. A full cache would drop
# counts that still matter; `manage.py run_due` deletes those that are over.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

# --- People and sign-in -------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# E-mail addresses are unique by a constraint on Lower("email"), which this check does not recognise.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# Whether people may make an account themselves; an administrator can always make one for them.
SIGN_UP_OPEN = env.bool("SIGN_UP_OPEN", default=True)
# For how many days an invitation to an organisation can be accepted.
INVITATION_DAYS = env.int("INVITATION_DAYS", default=30)

ACCOUNT_ADAPTER = "kip_site.accounts.sign_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
# Who has no password signs in with a code by e-mail.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
# People get an e-mail when their password, address or second factor changes, because somebody else may have done it.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SIGNUP_FORM_CLASS = "kip_site.accounts.sign_in.name_form.NameAtSignUp"
ACCOUNT_FORMS = {
    "login": "kip_site.accounts.sign_in.forms.LoginForm",
    "signup": "kip_site.accounts.sign_in.forms.SignupForm",
    "reset_password": "kip_site.accounts.sign_in.forms.ResetPasswordForm",
    "reset_password_from_key": "kip_site.accounts.sign_in.forms.ResetPasswordKeyForm",
    "change_password": "kip_site.accounts.sign_in.forms.ChangePasswordForm",
    "set_password": "kip_site.accounts.sign_in.forms.SetPasswordForm",
    "add_email": "kip_site.accounts.sign_in.forms.AddEmailForm",
    "reauthenticate": "kip_site.accounts.sign_in.forms.ReauthenticateForm",
    "request_login_code": "kip_site.accounts.sign_in.forms.RequestLoginCodeForm",
    "confirm_login_code": "kip_site.accounts.sign_in.forms.ConfirmLoginCodeForm",
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Sign-in by a code that comes by e-mail. An e-mail may take minutes, and allauth forgets a sign-in after 15 of them.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # seconds
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# "4821-0937": digits, which every keyboard of a phone has, and too many to guess in three attempts.
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8}
# "number/period/of what": "ip" is one IP address (of IPv6 a whole /64 network), "key" what the comment says.
# docs/sign-in.md tells them to people.
ACCOUNT_RATE_LIMITS = {
    # A whole office may be behind one IP address, and mistype its passwords at nine o'clock.
    "login": "120/m/ip",
    # Wrong passwords from one IP address. kip_site/accounts/sign_in/limits.py reads these three; allauth most others.
    "wrong_passwords": "60/m/ip",
    # Wrong passwords for one account from one IP address.
    "wrong_password_here": "5/5m/key",
    # Wrong passwords for one account from anywhere. After them, whoever types a password is sent a code by e-mail.
    "wrong_password": "20/h/key",
    # Wrong codes of a second step, by person.
    "login_failed": "60/m/ip,5/5m/key",
    # Codes for one e-mail address, asked for from one IP address. limits.py reads it, too.
    "request_login_code_here": "3/m/key,20/h/key",
    # From anywhere: so many more that nobody at one IP address keeps the right person from getting a code.
    "request_login_code": "60/m/ip,60/h/key",
    # Codes for somebody who is signed in, with which she confirms that it is she.
    "confirmation_code": "3/m/user,20/h/user",
    # The key is an e-mail address.
    "reset_password": "60/m/ip,5/m/key,20/h/key",
    "signup": "60/m/ip",
}

SOCIALACCOUNT_ADAPTER = "kip_site.accounts.sign_in.adapters.SocialAccountAdapter"
SOCIALACCOUNT_FORMS = {
    "signup": "kip_site.accounts.sign_in.forms.ProviderSignupForm",
    "disconnect": "kip_site.accounts.sign_in.forms.DisconnectForm",
}

MFA_ADAPTER = "kip_site.accounts.sign_in.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
# A passkey shows by a finger, a face or a PIN that it is really its owner who uses it: it counts as both steps.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "KIP"
# The previous and the next code are accepted too: clocks of phones differ, and typing takes time.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "kip_site.accounts.sign_in.forms.AuthenticateForm",
    "reauthenticate": "kip_site.accounts.sign_in.forms.CodeAgainForm",
    "activate_totp": "kip_site.accounts.sign_in.forms.ActivateTOTPForm",
    "add_webauthn": "kip_site.accounts.sign_in.passkey_forms.AddPasskeyForm",
    "edit_webauthn": "kip_site.accounts.sign_in.passkey_forms.RenamePasskeyForm",
    "login_webauthn": "kip_site.accounts.sign_in.passkey_forms.LoginPasskeyForm",
    "authenticate_webauthn": "kip_site.accounts.sign_in.passkey_forms.SecondStepPasskeyForm",
    "reauthenticate_webauthn": "kip_site.accounts.sign_in.passkey_forms.ConfirmPasskeyForm",
}
# Nobody can sign in with an unconfirmed address; this lets people with a second factor change their address later.
MFA_ALLOW_UNVERIFIED_EMAIL = True

# The number of proxies in front of the site: allauth counts sign-in attempts by the IP address that they report.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
SOCIALACCOUNT_PROVIDERS = {}
if OIDC_CLIENT_ID:
    if not OIDC_SERVER_URL:
        raise ImproperlyConfigured(
            "OIDC_CLIENT_ID is set but OIDC_SERVER_URL is not: name the OpenID Connect provider's address."
        )
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env.str("OIDC_NAME", default="OpenID Connect"),
                "client_id": OIDC_CLIENT_ID,
                "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ],
    }

# --- Safety -------------------------------------------------------------------------------------

# One switch for all settings that need TLS; off with DEBUG, where the site uses plain HTTP.
HTTPS = env.bool("HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
if ALLAUTH_TRUSTED_PROXY_COUNT:
    # Count only proxies that set this header themselves, like the one in the guide in deploy/.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# The form for signing in with a provider is sent to the site, which redirects to the provider.
OIDC_ORIGIN = ["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL))] if OIDC_SERVER_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *OIDC_ORIGIN],
        "base-uri": [SELF],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Files --------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "media")))
MEDIA_URL = "media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
# Limits of one request: bytes of form data without files, number of fields, number of files.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", LANGUAGE_NAMES["en"])]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["kip_site.formats"]
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Brussels")

# --- E-mail -------------------------------------------------------------------------------------

globals().update(env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="KIP competence platform <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Logging ------------------------------------------------------------------------------------

# The exceptions with which Django refuses a request that looks like an attack.
SUSPICIOUS = (
    "DisallowedHost",
    "DisallowedModelAdminLookup",
    "DisallowedModelAdminToField",
    "DisallowedRedirect",
    "InvalidSessionKey",
    "RequestDataTooBig",
    "SuspiciousFileOperation",
    "SuspiciousMultipartForm",
    "SuspiciousOperation",
    "SuspiciousSession",
    "TooManyFieldsSent",
    "TooManyFilesSent",
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"as_warning": {"()": "kip_site.unreadable.AsWarning"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Django's own handlers would log everything twice with DEBUG, and send e-mails without it.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # These log each step of each PDF at INFO, which would hide the messages of the site.
        "weasyprint.progress": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        # What strangers send is no error of the site, although Django logs it as one.
        **{f"django.security.{name}": {"filters": ["as_warning"]} for name in SUSPICIOUS},
    },
}
