"""Every page, message and e-mail of django-allauth that our settings make reachable is one of our templates."""

import re
from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.template.loader import get_template
from django.urls import URLResolver, get_resolver, reverse

from tests.accounts.doors import PASSWORD, ready, sign_in, words

PACKAGE = Path(allauth.__file__).parent / "templates"
# Of features that the settings leave off: new passwords by code, phones, signing up with a passkey, several addresses.
OFF = re.compile(
    r"password_reset_code|phone|webauthn/signup_form|signup_by_passkey|trust\.html"
    r"|confirm_email_verification_code|account/email\.html"
)
# Parts that our pages do not use.
PARTS = re.compile(r"/base_\w+\.(html|txt)$|/base\.html$|/snippets/|elements/(img|table|thead|tbody|tr|td|th)\.html$")


def templates():
    for app in ("account", "mfa", "socialaccount", "allauth"):
        for path in sorted((PACKAGE / app).rglob("*.*")):
            name = path.relative_to(PACKAGE).as_posix()
            if not OFF.search(name) and not PARTS.search(name):
                yield name


@pytest.mark.parametrize("name", list(templates()))
def test_it_is_our_template(name):
    assert get_template(name).origin.name.startswith(str(settings.BASE_DIR / "templates"))


def test_every_e_mail_comes_as_html_and_as_plain_text():
    for app in ("account", "mfa", "socialaccount"):
        for subject in (settings.BASE_DIR / "templates" / app / "email").glob("*_subject.txt"):
            stem = subject.name.removesuffix("_subject.txt")
            for kind in ("txt", "html"):
                assert subject.with_name(f"{stem}_message.{kind}").exists()


# What allauth says by itself, and we never do.
NOT_OURS = re.compile(
    r"Sign In|Sign Up|Sign Out|Remember Me|Log ?in|Forgot |Change Password|Email Address"
    r"|third-party|Third-Party|authenticator code"
)

# JSON in a `<script>` is read by the scripts of allauth, and does nothing by itself.
INLINE = re.compile(r'<style|\sstyle=|<script(?![^>]*\s(?:src=|type="application/json"))|\son\w+=|placeholder=')

ANONYMOUS = [
    ("account_login", [], 200),
    ("account_signup", [], 200),
    ("account_reset_password", [], 200),
    ("account_reset_password_done", [], 200),
    ("account_reset_password_from_key", ["1", "abc-def"], 200),
    ("account_reset_password_from_key_done", [], 200),
    ("account_email_verification_sent", [], 200),
    ("account_confirm_email", ["invented"], 200),
    ("account_inactive", [], 200),
    ("socialaccount_login_cancelled", [], 200),
    # Nothing waits for a code or for a name, so these lead to where it would begin.
    ("account_request_login_code", [], 200),
    ("account_confirm_login_code", [], "/accounts/login/code/"),
    ("mfa_login_webauthn", [], "/accounts/login/"),
    ("mfa_authenticate", [], "/accounts/login/"),
    ("socialaccount_signup", [], "/accounts/login/"),
    ("account_logout", [], "/"),
    # No provider is configured.
    ("openid_connect_login", ["oidc"], 404),
    ("openid_connect_callback", ["oidc"], 404),
]
SIGNED_IN = [
    ("account_reauthenticate", [], 200),
    ("account_email", [], 200),
    ("account_change_password", [], 200),
    ("account_set_password", [], "/accounts/password/change/"),
    ("mfa_index", [], 200),
    ("mfa_activate_totp", [], 200),
    ("mfa_deactivate_totp", [], 404),
    ("mfa_view_recovery_codes", [], 404),
    ("mfa_download_recovery_codes", [], 404),
    ("mfa_generate_recovery_codes", [], 200),
    ("mfa_reauthenticate", [], "/accounts/reauthenticate/"),
    ("mfa_list_webauthn", [], 200),
    ("mfa_add_webauthn", [], 200),
    ("mfa_edit_webauthn", [1], 404),
    ("mfa_remove_webauthn", [1], 404),
    ("mfa_reauthenticate_webauthn", [], "/accounts/reauthenticate/"),
    ("socialaccount_connections", [], 404),
    ("socialaccount_login_error", [], 401),
]


def names_under_accounts():
    [accounts] = [
        entry
        for entry in get_resolver().url_patterns
        if isinstance(entry, URLResolver) and str(entry.pattern) == "accounts/"
    ]

    def walk(resolver):
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry)
            elif entry.name:
                yield entry.name

    return set(walk(accounts))


def test_every_address_of_allauth_stands_in_these_lists():
    assert names_under_accounts() == {name for name, _arguments, _answer in ANONYMOUS + SIGNED_IN}


def answers_as_expected(client, name, arguments, answer):
    page = client.get(reverse(name, args=arguments))
    if isinstance(answer, str):
        assert page.status_code == 302
        assert page["Location"].split("?")[0] == answer
        return
    assert page.status_code == answer
    html = page.content.decode()
    assert '<link rel="stylesheet" href="/static/css/app.css">' in html
    assert html.count("<h1") == 1
    assert not NOT_OURS.search(words(page)), words(page)
    assert not INLINE.search(html)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "arguments", "answer"), ANONYMOUS)
def test_without_signing_in(client, name, arguments, answer):
    answers_as_expected(client, name, arguments, answer)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "arguments", "answer"), SIGNED_IN)
def test_signed_in(client, ana, name, arguments, answer):
    ready(ana)
    sign_in(client, ana.email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answers_as_expected(client, name, arguments, answer)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "arguments", "answer"), SIGNED_IN)
def test_a_page_of_ones_own_asks_to_sign_in(client, name, arguments, answer):
    page = client.get(reverse(name, args=arguments))
    assert (page.status_code, page["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_nothing_is_offered_that_is_off():
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        source = path.read_text()
        for name in ("signup_by_passkey", "signup_webauthn", "verify_phone", "change_phone"):
            assert name not in source, path
