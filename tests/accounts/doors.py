"""Helpers for signing in: passwords, forms, links in e-mails, codes of an authenticator app."""

import re
import time

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse
from django.utils.html import strip_tags

PASSWORD = "seven quiet partners"
NEW_PASSWORD = "nine loud bridges"


def ready(person, password=PASSWORD):
    """Give the person a password and a confirmed address."""
    person.set_password(password)
    person.save(update_fields=["password"])
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def sign_in(client, email, password=PASSWORD, headers=None, **fields):
    data = {"login": email, "password": password, **fields}
    return client.post(reverse("account_login"), data, follow=True, headers=headers)


def signed_in(response) -> bool:
    return response.context["user"].is_authenticated


def words(response) -> str:
    """The text of a page without markup, with single spaces."""
    return re.sub(r"\s+", " ", strip_tags(response.content.decode())).strip()


def link_in(message) -> str:
    """The path of the only link to this site in the text of an e-mail."""
    [path] = re.findall(r"http://testserver(/\S+)", message.body)
    return path


def code_in(message) -> str:
    """The code in the text of an e-mail: "4821-0937"."""
    [found] = re.findall(r"\b\d{4}-\d{4}\b", message.body)
    return found


def confirm_by_code(client, mailoutbox, query=""):
    """Ask for a code by e-mail, as somebody signed in who confirms that it is still she, and enter it."""
    address = reverse("account_reauthenticate_by_code") + query
    client.post(address, {"action": "send"})
    return client.post(address, {"code": code_in(mailoutbox[-1])}, follow=True)


def code(secret, steps=0) -> str:
    """The six digits that an authenticator app shows now, or after `steps` periods of 30 seconds."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))
