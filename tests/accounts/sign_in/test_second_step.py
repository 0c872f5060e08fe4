"""Two-step sign-in: an authenticator app, and recovery codes for the day without a phone."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.doors import NEW_PASSWORD, PASSWORD, code, link_in, ready, sign_in, signed_in, words

pytestmark = pytest.mark.django_db


def turn_on(client):
    """Set the app up; return its secret and the recovery codes on the page that follows."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    page = client.post(reverse("mfa_activate_totp"), {"code": code(secret)}, follow=True)
    assert page.redirect_chain == [(reverse("mfa_view_recovery_codes"), 302)]
    return secret, re.findall(r"<li>(\d{8})</li>", page.content.decode())


@pytest.fixture
def app(client, ana_signed_in):
    """Ana's app is set up, and she has signed out: `.secret`, `.codes`."""
    secret, codes = turn_on(client)
    client.post(reverse("account_logout"))
    return type("App", (), {"secret": secret, "codes": codes})


def test_setting_up_shows_a_picture_and_a_key_and_asks_for_a_code(client, ana_signed_in):
    page = client.get(reverse("mfa_activate_totp"))
    html = page.content.decode()
    assert '<figure class="qr-code"><svg' in html
    assert "data:" not in html
    assert page.context["form"].secret in html
    assert "Turn on two-step sign-in" in words(page)


# The e-mail leaves when the transaction is over, and so this test has a real one.
@pytest.mark.django_db(transaction=True)
def test_the_right_code_turns_it_on_and_gives_ten_recovery_codes(client, ana_signed_in, mailoutbox):
    secret, codes = turn_on(client)
    assert len(set(codes)) == 10
    [message] = mailoutbox
    assert (message.to, message.subject) == ([ana_signed_in.email], "Two-step sign-in is on")
    assert secret not in message.body
    page = client.get(reverse("account"))
    assert "Change two-step sign-in" in words(page)
    assert "You have 10 codes left" in words(client.get(reverse("mfa_index")))


def test_a_wrong_code_turns_nothing_on(client, ana_signed_in):
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    page = client.post(reverse("mfa_activate_totp"), {"code": code(secret, steps=500)})
    assert "That code does not match. Enter the one that your app shows now." in words(page)
    assert page.context["form"].secret == secret
    assert "Set up two-step sign-in" in words(client.get(reverse("account")))


def test_the_password_alone_no_longer_opens_the_account(client, ana, app):
    page = sign_in(client, ana.email)
    assert page.redirect_chain == [(reverse("mfa_authenticate"), 302)]
    assert "One more step" in words(page)
    assert client.get(reverse("account")).status_code == 302

    page = client.post(reverse("mfa_authenticate"), {"code": code(app.secret, steps=500)})
    assert "That code does not match." in words(page)
    page = client.post(reverse("mfa_authenticate"), {"code": code(app.secret)}, follow=True)
    assert page.context["user"] == ana


def test_she_is_kept_signed_in_for_weeks_after_the_code_too(client, ana, app):
    sign_in(client, ana.email, remember="on")
    client.post(reverse("mfa_authenticate"), {"code": code(app.secret)})
    assert not client.session.get_expire_at_browser_close()


def test_it_leads_on_to_the_page_that_was_asked_for(client, ana, app):
    sign_in(client, ana.email, next="/account/")
    answer = client.post(reverse("mfa_authenticate"), {"code": code(app.secret)})
    assert answer["Location"] == "/account/"


def test_a_code_opens_once(client, ana, app):
    sign_in(client, ana.email)
    used = code(app.secret)
    client.post(reverse("mfa_authenticate"), {"code": used})
    client.post(reverse("account_logout"))
    sign_in(client, ana.email)
    page = client.post(reverse("mfa_authenticate"), {"code": used})
    assert "That code does not match." in words(page)


def test_a_recovery_code_opens_once(client, ana, app):
    sign_in(client, ana.email)
    page = client.post(reverse("mfa_authenticate"), {"code": app.codes[3]}, follow=True)
    assert page.context["user"] == ana
    assert "You have 9 codes left" in words(client.get(reverse("mfa_index")))
    client.post(reverse("account_logout"))
    sign_in(client, ana.email)
    page = client.post(reverse("mfa_authenticate"), {"code": app.codes[3]})
    assert "That code does not match." in words(page)


def test_guessing_codes_is_stopped(client, ana, app):
    sign_in(client, ana.email)
    for steps in range(500, 505):
        client.post(reverse("mfa_authenticate"), {"code": code(app.secret, steps)})
    page = client.post(reverse("mfa_authenticate"), {"code": code(app.secret)})
    assert "too many attempts in a short time" in words(page)


def test_cancel_leads_back_to_the_sign_in_page(client, ana, app):
    page = sign_in(client, ana.email)
    assert 'type="submit" form="cancel"' in page.content.decode()
    page = client.post(reverse("account_logout"), {"next": reverse("account_login")}, follow=True)
    assert page.redirect_chain == [(reverse("account_login"), 302)]


def test_the_codes_can_be_taken_away_as_a_file_and_made_anew(client, ana_signed_in, mailoutbox):
    _secret, codes = turn_on(client)
    answer = client.get(reverse("mfa_download_recovery_codes"))
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert answer.content.decode().split() == codes

    page = client.get(reverse("mfa_generate_recovery_codes"))
    assert "The codes you have now stop working." in words(page)
    page = client.post(reverse("mfa_generate_recovery_codes"), follow=True)
    new = re.findall(r"<li>(\d{8})</li>", page.content.decode())
    assert (len(new), set(new) & set(codes)) == (10, set())


def test_who_has_no_second_step_has_no_codes(client, ana_signed_in):
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 404
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 404
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 404
    page = client.post(reverse("mfa_generate_recovery_codes"))
    assert "Turn on two-step sign-in first; recovery codes belong to it." in words(page)


def test_it_is_turned_off_with_its_recovery_codes_and_she_is_told(client, ana_signed_in, mailoutbox):
    turn_on(client)
    assert "Turn off two-step sign-in?" in words(client.get(reverse("mfa_deactivate_totp")))
    page = client.post(reverse("mfa_deactivate_totp"), follow=True)
    assert words(page).count("Two-step sign-in is off.") == 1
    assert mailoutbox[-1].subject == "Two-step sign-in is off"
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 404


def test_these_pages_ask_for_the_password_again(client, ana):
    ready(ana)
    sign_in(client, ana.email)
    for name in ("mfa_activate_totp", "mfa_generate_recovery_codes"):
        page = client.get(reverse(name), follow=True)
        assert page.redirect_chain[0][0].startswith(reverse("account_reauthenticate"))
        assert "Confirm that it is you" in words(page)


def test_she_may_confirm_with_a_code_instead_of_the_password(client, ana, app):
    sign_in(client, ana.email)
    client.post(reverse("mfa_authenticate"), {"code": code(app.secret)})
    page = client.get(reverse("mfa_deactivate_totp"), follow=True)
    assert "Use a code of your app, or a recovery code" in words(page)
    page = client.post(reverse("mfa_reauthenticate") + "?next=/accounts/2fa/", {"code": app.codes[0]})
    assert page["Location"] == "/accounts/2fa/"
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200


def test_she_changes_her_e_mail_with_the_second_step_on(client, ana_signed_in, mailoutbox):
    turn_on(client)
    client.post(reverse("account_email"), {"email": "ana@adria.example", "action_add": ""})
    assert mailoutbox[-1].to == ["ana@adria.example"]


def test_a_new_password_ends_a_sign_in_that_waits_for_its_second_step(client, ana_signed_in):
    _secret, codes = turn_on(client)
    waiting = Client()
    assert sign_in(waiting, ana_signed_in.email).redirect_chain == [(reverse("mfa_authenticate"), 302)]
    passwords = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert signed_in(client.post(reverse("account_change_password"), passwords, follow=True))
    page = waiting.post(reverse("mfa_authenticate"), {"code": codes[0]}, follow=True)
    assert not signed_in(page)


def test_a_forgotten_password_set_anew_ends_it_too(client, ana_signed_in, mailoutbox):
    _secret, codes = turn_on(client)
    waiting, elsewhere = Client(), Client()
    sign_in(waiting, ana_signed_in.email)
    elsewhere.post(reverse("account_reset_password"), {"email": ana_signed_in.email})
    form = elsewhere.get(link_in(mailoutbox[-1]), follow=True).redirect_chain[-1][0]
    page = elsewhere.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    assert page.status_code == 200
    assert not signed_in(waiting.post(reverse("mfa_authenticate"), {"code": codes[0]}, follow=True))
