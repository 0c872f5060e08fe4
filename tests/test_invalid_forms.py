"""Every form of the site, sent with what it cannot take. An address that is missing here fails the test."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from tests.accounts.doors import NEW_PASSWORD, PASSWORD, code, code_in, link_in, ready, sign_in
from tests.accounts.sign_in.test_dress import names_under_accounts
from tests.invalid import assert_refused
from tests.scene import filled
from tests.test_access import ADDRESSES, PERSONAS
from tests.words import words

# What each form cannot take, by address; several for a page of several forms.
INVALID = {
    "account": [{"name": ""}],
    "organisation_invite": [{}, {"addresses": "nobody", "roles": "practitioner"}],
    "organisation_person": [{}, {"roles": "pope"}],
    "frameworks:upload": [{}],
    "frameworks:publish": [{}],
    "frameworks:begin_draft": [{}, {"version": "?", "day": "2027-02-31"}],
    "frameworks:edit_revision": [{}, {"version": "1", "day": "x", "languages": "xx"}],
    "frameworks:edit_add": [{}, {"text": "Listening", "key": "?"}],
    "frameworks:edit_add_to": [{}],
    "frameworks:edit_merge": [{}, {"text": "Both", "stays": "nowhere"}],
    "frameworks:edit_choose": [{"codes": "Z99"}],
    "frameworks:edit_scale": [{}],
    "frameworks:edit_add_level": [{}, {"above": "nowhere"}],
    "frameworks:edit_level": [
        {},
        {"operation": "x"},
        {"operation": "reword"},
        {"operation": "refer", "esco": "skill"},
        {"operation": "renumber", "value": "²"},
        {"operation": "remove", "instead": "nowhere"},
    ],
    "frameworks:edit_element": [
        {},
        {"operation": "x"},
        {"operation": "same"},
        {"operation": "split", "first": "One"},
        {"operation": "retire", "note": "n" * 2001},
        {"operation": "move", "competence": "nowhere"},
        {"operation": "recode"},
        {"operation": "refer", "eqf": "9"},
    ],
    "assessments:begin": [{}, {"form": "{form}", "target": "0"}, {"form": "x", "target": "0"}],
    "assessments:rate": [
        {"q{statement}-seen": "x"},
        {"q{statement}-seen": "1.0", "q{statement}-choice": "x"},
        {"q{statement}-seen": "1.0", "q{statement}-comment": "c" * 2001},
        {"q{statement}-link": "ftp://kvarner.example/"},
        {"add": "{statement}"},
    ],
    "assessments:submit": [{}, {"audience": "everyone"}],
    "assessments:sharing": [{}, {"audience": "everyone"}],
    "assessments:grant_request": [{}, {"answer": "perhaps"}],
    "assessments:target": [{}, {"target": "nowhere"}],
    "assessments:decide_target": [{}, {"level": "9"}],
    "assessments:confirmations": [{"confirm": "x"}, {"confirm": "0"}],
    "training:add": [{}, {"module": "nowhere"}],
    "training:assign": [{}, {"module": "nowhere", "due": "2027-02-31"}],
    "training:link": [{}, {"other": "0"}],
}
# Buttons of a page that names what it showed: without that they lead back, and say what did not happen.
OUT_OF_DATE = {"frameworks:discard": "Nothing was discarded", "frameworks:edit_undo": "Nothing was undone"}
# Only the script of the page sends these, and tells what they answer.
SENT_BY_SCRIPTS = {"assessments:save": {"choice": "x", "comment": "", "seen": "0.x"}}
# It takes a revision first: tests/assessments/updates/test_evidence.py; and somebody who is invited:
# tests/accounts/invitations/test_invitations.py.
ELSEWHERE = {"assessments:update", "invitation"}
# Pages of django-allauth with our own views: with the others of django-allauth, below.
SIGNING_IN = {
    "account_login",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_reauthenticate_by_code",
    "account_set_password",
    "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn",
}
# Buttons: nobody types or chooses anything.
NO_INPUT = {
    "account_confirm_email",
    "account_remove_password",
    "organisation_leave",
    "organisation_remove",
    "invitation_send",
    "invitation_withdraw",
    "mail_send",
    "mail_send_all",
    "frameworks:take_back",
    "assessments:discard",
    "assessments:changed",
    "assessments:take_over",
    "assessments:set_aside",
    "assessments:take_suggested",
    "training:start",
    "training:step",
    "training:complete",
    "training:confirm",
    "training:withdraw",
    "training:show",
    "training:drop_link",
    "training:take_suggested",
}


def post(client, scene, name, fields):
    """Send fields to an address as somebody who may; strings in braces are filled in from the scene."""
    address = ADDRESSES[name]
    persona = next((one for one in PERSONAS if one != "anonymous" and address.expected[one] == "ok"), "ana")
    client.force_login(scene["people"][persona])
    url = reverse(name, kwargs={key: filled(value, scene) for key, value in address.kwargs.items()})
    if address.query:
        url += "?" + filled(address.query, scene)
    return client.post(url, {filled(key, scene): filled(value, scene) for key, value in fields.items()})


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        pytest.param(name, fields, id=f"{name}-{number}")
        for name, choices in INVALID.items()
        for number, fields in enumerate(choices)
    ],
)
def test_what_a_form_cannot_take_is_said_at_the_top_and_beside_it(client, scene, name, fields):
    if name == "frameworks:edit_merge":
        post(client, scene, "frameworks:edit_choose", {"codes": "1.1 2.1"})
    led_to = assert_refused(post(client, scene, name, fields))
    # What cannot be mended on the page itself is told in the summary alone.
    alone = {"frameworks:edit_scale", "assessments:confirmations", "assessments:begin", "training:add"}
    assert led_to or name in alone or fields.get("operation", "x") == "x"


@pytest.mark.parametrize("name", OUT_OF_DATE)
def test_a_button_without_what_its_page_showed_says_that_nothing_happened(client, scene, name):
    answer = post(client, scene, name, {})
    assert answer.status_code == 302
    assert OUT_OF_DATE[name] in words(client.get(answer.url))


@pytest.mark.parametrize("name", SENT_BY_SCRIPTS)
def test_what_a_script_sends_is_refused_in_words_that_it_shows(client, scene, name):
    answer = post(client, scene, name, SENT_BY_SCRIPTS[name])
    assert answer.status_code == 422
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "name", sorted(set(ADDRESSES) - {*INVALID, *SENT_BY_SCRIPTS, *ELSEWHERE, *OUT_OF_DATE, *SIGNING_IN})
)
def test_whatever_else_can_be_sent_has_no_input(client, scene, name):
    answer = post(client, scene, name, {})
    # 404 where another way to sign in would be, see tests/accounts.
    assert (answer.status_code not in {404, 405}) == (name in NO_INPUT)


# --- The pages of django-allauth ------------------------------------------------------------------


def new_password(client, ana, mailoutbox):
    ready(ana)
    client.post(reverse("account_reset_password"), {"email": ana.email})
    return client.get(link_in(mailoutbox[0]), follow=True).redirect_chain[-1][0]


def login_code(client, ana, mailoutbox):
    client.post(reverse("account_login"), {"login": ana.email, "way": "code"})
    return reverse("account_confirm_login_code")


def code_to_confirm(client, ana, mailoutbox):
    client.force_login(ana)
    client.post(reverse("account_reauthenticate_by_code"), {"action": "send"})
    return reverse("account_reauthenticate_by_code")


def first_password(client, ana, mailoutbox):
    client.post(code_to_confirm(client, ana, mailoutbox), {"code": code_in(mailoutbox[0])})
    return reverse("account_set_password")


def passkey_to_rename(client, ana, mailoutbox):
    own("mfa_index")(client, ana, mailoutbox)
    passkey = ana.authenticator_set.create(type="webauthn", data={"name": "My phone"})
    return reverse("mfa_edit_webauthn", args=[passkey.pk])


def own(name):
    """An address for somebody who has just shown again that it is her."""

    def ready_for(client, ana, mailoutbox):
        ready(ana)
        sign_in(client, ana.email)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return reverse(name)

    return ready_for


def second_step(client):
    """Turn the second step on; the secret of the app."""
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})


def code_asked_for(client, ana, mailoutbox):
    own("mfa_index")(client, ana, mailoutbox)
    second_step(client)
    client.post(reverse("account_logout"))
    sign_in(client, ana.email)
    return reverse("mfa_authenticate")


def code_asked_for_again(client, ana, mailoutbox):
    own("mfa_index")(client, ana, mailoutbox)
    second_step(client)
    return reverse("mfa_reauthenticate")


def public(name):
    return lambda client, ana, mailoutbox: reverse(name)


ALLAUTH = {
    "account_login": (public("account_login"), {"login": "ana", "password": ""}),
    "account_request_login_code": (public("account_request_login_code"), {"email": "ana"}),
    "account_confirm_login_code": (login_code, {"code": "x"}),
    "account_signup": (public("account_signup"), {"email": "ana"}),
    "account_reset_password": (public("account_reset_password"), {"email": "ana"}),
    "account_reset_password_from_key": (new_password, {"password1": NEW_PASSWORD, "password2": PASSWORD}),
    "account_reauthenticate": (own("account_reauthenticate"), {"password": "not this one"}),
    "account_reauthenticate_by_code": (code_to_confirm, {"code": "x"}),
    "account_email": (own("account_email"), {"action_add": "", "email": "ana"}),
    "account_change_password": (own("account_change_password"), {"oldpassword": "x", "password1": "x"}),
    "account_set_password": (first_password, {"password1": "short", "password2": "short"}),
    "mfa_activate_totp": (own("mfa_activate_totp"), {"code": "x"}),
    "mfa_authenticate": (code_asked_for, {"code": "x"}),
    "mfa_reauthenticate": (code_asked_for_again, {"code": ""}),
    "mfa_edit_webauthn": (passkey_to_rename, {"name": ""}),
    # Neither has a field to fill in with what is missing: it is said of the whole.
    "mfa_add_webauthn": (own("mfa_add_webauthn"), {"credential": "x"}),
    "mfa_generate_recovery_codes": (own("mfa_generate_recovery_codes"), {}),
}
# With a provider, in tests/accounts/sign_in/test_providers.py.
WITH_A_PROVIDER = {"socialaccount_signup", "socialaccount_connections"}
# Pages to read, links in e-mails, and buttons.
ALLAUTH_NO_INPUT = {
    "account_logout",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_remove_webauthn",
    "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
}


def test_every_address_of_allauth_stands_in_a_list():
    assert names_under_accounts() | SIGNING_IN == {*ALLAUTH, *WITH_A_PROVIDER, *ALLAUTH_NO_INPUT}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ALLAUTH)
def test_pages_of_allauth_say_it_as_ours_do(client, ana, mailoutbox, name):
    prepare, fields = ALLAUTH[name]
    led_to = assert_refused(client.post(prepare(client, ana, mailoutbox), fields))
    assert led_to or name in {"mfa_generate_recovery_codes", "mfa_add_webauthn"}


@pytest.mark.django_db
def test_a_form_that_was_only_opened_has_no_summary(client, ana):
    for page in (client.get(reverse("account_login")), client.get(reverse("account_signup"))):
        assert page.status_code == 200
        assert "error-summary" not in page.content.decode()
        assert "<title>Error" not in page.content.decode()


@pytest.mark.django_db
def test_the_administration_keeps_its_own_ways(client, elodie):
    client.force_login(elodie)
    page = client.post("/admin/accounts/organisation/add/", {"name": ""})
    assert page.status_code == 200
    assert "error-summary" not in page.content.decode()


# --- What makes them all alike ---------------------------------------------------------------------


def test_every_form_says_where_it_goes():
    """Without an address it goes to that of the page, with the fragment of a link that was followed on it: the browser
    then jumps there, and the summary does not get the focus."""
    silent = [
        f"{path.relative_to(settings.BASE_DIR)}: {tag}"
        for path in sorted((settings.BASE_DIR / "templates").rglob("*.html"))
        for tag in re.findall(r"<form\b[^>]*>", path.read_text())
        if 'method="post"' in tag and "action=" not in tag
    ]
    assert silent == []


def test_no_browser_judges_a_form_before_we_do():
    """It would say less, in another language, and at one field at a time."""
    judged = [
        f"{path.relative_to(settings.BASE_DIR)}: {tag}"
        for path in sorted((settings.BASE_DIR / "templates").rglob("*.html"))
        for tag, content in re.findall(r"(<form\b[^>]*>)(.*?)</form>", path.read_text(), re.DOTALL)
        if 'method="post"' in tag
        and re.search(r"_field(s|)\.html|_sharing_field\.html", content)
        and "novalidate" not in tag
    ]
    assert judged == []
