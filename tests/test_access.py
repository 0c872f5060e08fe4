"""Every address of the site, and what it answers to each person. An address that is missing here fails the test.

What they point at is the scene of tests/scene.py.
"""

import re
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.scene import filled

# The order of the answers below. Luka is Ana's colleague, Ivana her manager, Petra administers her organisation, Élodie
# the platform; Claire and Hugo (trainer, manager and administrator there) belong to another organisation. Teo and Zoran
# are trainers, managers and administrators of a third one, of which Ana is a member, too; Teo is also her colleague at
# Kvarner, to which everything of the scene belongs.
PERSONAS = ("anonymous", "ana", "luka", "marco", "ivana", "petra", "elodie", "claire", "hugo", "teo", "zoran")

# "ok": served, acted on, or refused as input; "in": sent to sign-in; or the number of the refusal.
OK = {200, 302, 303, 409, 422}


def answers(text):
    return dict(zip(PERSONAS, text.split(), strict=True))


EVERYONE = answers("ok ok ok ok ok ok ok ok ok ok ok")
SIGNED_IN = answers("in ok ok ok ok ok ok ok ok ok ok")
PLATFORM_ADMIN = answers("in 403 403 403 403 403 ok 403 403 403 403")
OWNER = answers("in ok 403 403 403 403 404 404 404 403 403")
OWNER_AND_TRAINER = answers("in ok 403 ok 403 403 404 404 404 403 403")
HERS_ALONE = answers("in ok 404 404 404 404 404 404 404 404 404")
# What was given at Kvarner: somebody of another of her organisations must not even learn that it exists.
OWNER_THERE = OWNER | {"zoran": "404"}
OWNER_AND_TRAINER_THERE = OWNER_AND_TRAINER | {"zoran": "404"}
TRAINERS = answers("in 403 403 ok 403 403 403 403 ok ok ok")
TRAINERS_AND_MANAGERS = answers("in 403 403 ok ok 403 403 403 ok ok ok")
HER_TRAINER = answers("in 403 403 ok 403 403 404 404 404 403 403")
HER_TRAINER_THERE = HER_TRAINER | {"zoran": "404"}
ORGANISATION_ADMINS = answers("in 403 403 403 403 ok 403 403 ok ok ok")
HER_ORGANISATION_ADMIN = answers("in 403 403 403 403 ok 404 404 404 403 404")


@dataclass(frozen=True)
class Address:
    expected: dict
    kwargs: dict = field(default_factory=dict)  # strings in braces are filled in from the scene
    method: str = "get"
    query: str = ""


DRAFT, SUBMITTED = {"pk": "{draft}"}, {"pk": "{submitted}"}
ADDRESSES = {
    "home": Address(SIGNED_IN),
    "help": Address(EVERYONE),
    "privacy": Address(EVERYONE),
    "accessibility": Address(EVERYONE),
    "verify": Address(EVERYONE),
    "healthz": Address(EVERYONE),
    # No worker is at work in a test, so the site is not ready.
    "readyz": Address(answers("503 503 503 503 503 503 503 503 503 503 503")),
    # Élodie asked for it. A platform admin looks after all jobs, everybody else after their own.
    "job": Address(answers("in 404 404 404 404 404 ok 404 404 404 404"), {"pk": "{queued}"}),
    "account": Address(SIGNED_IN),
    "account_login": Address(EVERYONE),
    "account_request_login_code": Address(EVERYONE),
    "account_confirm_email": Address(EVERYONE, {"key": "invented"}),
    # Nobody waits for a code, and no passkey was used: both lead to where that begins.
    "account_confirm_login_code": Address(SIGNED_IN),
    "mfa_login_webauthn": Address(SIGNED_IN),
    # Whoever has no passkey is led to the way in which she can confirm.
    "mfa_reauthenticate_webauthn": Address(SIGNED_IN),
    "account_reauthenticate_by_code": Address(SIGNED_IN),
    "account_set_password": Address(SIGNED_IN),
    "account_remove_password": Address(SIGNED_IN),
    # There is no other way to sign in here: tests/accounts has one.
    "socialaccount_connections": Address(answers("in 404 404 404 404 404 404 404 404 404 404")),
    "openid_connect_login": Address(answers("404 404 404 404 404 404 404 404 404 404 404"), {"provider_id": "oidc"}),
    "openid_connect_callback": Address(answers("404 404 404 404 404 404 404 404 404 404 404"), {"provider_id": "oidc"}),
    "organisation": Address(ORGANISATION_ADMINS),
    "organisation_invite": Address(HER_ORGANISATION_ADMIN, {"slug": "kvarner"}),
    "organisation_person": Address(HER_ORGANISATION_ADMIN, {"slug": "kvarner", "pk": "{ana}"}),
    "organisation_leave": Address(answers("in ok ok ok ok ok 404 404 404 ok 404"), {"slug": "kvarner"}),
    "organisation_remove": Address(HER_ORGANISATION_ADMIN, {"slug": "kvarner", "pk": "{ana}"}, "post"),
    "invitation_send": Address(HER_ORGANISATION_ADMIN, {"pk": "{invitation}"}, "post"),
    "invitation_withdraw": Address(HER_ORGANISATION_ADMIN, {"pk": "{invitation}"}, "post"),
    # The link of an invitation to somebody without an account: to join, or to be told whom it is for.
    "invitation": Address(answers("ok 403 403 403 403 403 403 403 403 403 403"), {"token": "{token}"}),
    "mail": Address(PLATFORM_ADMIN),
    "mail_detail": Address(PLATFORM_ADMIN, {"pk": "{mail}"}),
    "mail_send": Address(PLATFORM_ADMIN, {"pk": "{mail}"}, "post"),
    "mail_send_all": Address(PLATFORM_ADMIN, method="post"),
    "jobs": Address(PLATFORM_ADMIN),
    "frameworks:index": Address(SIGNED_IN),
    "frameworks:framework": Address(SIGNED_IN, {"framework": "kip"}),
    "frameworks:revisions": Address(SIGNED_IN, {"framework": "kip"}),
    "frameworks:revision": Address(SIGNED_IN, {"framework": "kip", "version": "2021.11"}),
    "frameworks:competence": Address(
        SIGNED_IN, {"framework": "kip", "version": "2021.11", "competence": "new-partnerships"}
    ),
    "frameworks:download": Address(PLATFORM_ADMIN, {"framework": "kip", "version": "2021.11"}),
    "frameworks:export": Address(PLATFORM_ADMIN, {"framework": "kip", "version": "2021.11", "ending": "xlsx"}),
    "frameworks:manage": Address(PLATFORM_ADMIN),
    "frameworks:upload": Address(PLATFORM_ADMIN, method="post"),
    "frameworks:job": Address(PLATFORM_ADMIN, {"pk": "{job}"}),
    "frameworks:draft": Address(PLATFORM_ADMIN, {"pk": "{revision}"}),
    "frameworks:publish": Address(PLATFORM_ADMIN, {"pk": "{revision}"}, "post"),
    "frameworks:discard": Address(PLATFORM_ADMIN, {"pk": "{revision}"}, "post"),
    "frameworks:take_back": Address(PLATFORM_ADMIN, {"pk": "{revision}"}),
    "frameworks:begin_draft": Address(PLATFORM_ADMIN, {"framework": "kip"}),
    "frameworks:edit": Address(PLATFORM_ADMIN, {"pk": "{revision}"}),
    "frameworks:edit_revision": Address(PLATFORM_ADMIN, {"pk": "{revision}"}),
    "frameworks:edit_add": Address(PLATFORM_ADMIN, {"pk": "{revision}", "kind": "competence"}),
    "frameworks:edit_add_to": Address(
        PLATFORM_ADMIN, {"pk": "{revision}", "kind": "skill", "competence": "{in_draft}"}
    ),
    "frameworks:edit_competence": Address(PLATFORM_ADMIN, {"pk": "{revision}", "key": "{competence_in_draft}"}),
    "frameworks:edit_undo": Address(PLATFORM_ADMIN, {"pk": "{revision}"}, "post"),
    "frameworks:edit_merge": Address(PLATFORM_ADMIN, {"pk": "{revision}"}),
    "frameworks:edit_choose": Address(PLATFORM_ADMIN, {"pk": "{revision}"}, "post"),
    "frameworks:edit_scale": Address(PLATFORM_ADMIN, {"pk": "{revision}"}),
    "frameworks:edit_add_level": Address(PLATFORM_ADMIN, {"pk": "{revision}"}),
    "frameworks:edit_level": Address(PLATFORM_ADMIN, {"pk": "{revision}", "key": "{level_in_draft}"}),
    "frameworks:edit_element": Address(PLATFORM_ADMIN, {"pk": "{revision}", "key": "{statement_in_draft}"}),
    "assessments:index": Address(SIGNED_IN),
    "assessments:begin": Address(SIGNED_IN, method="post"),
    "assessments:history": Address(SIGNED_IN),
    "assessments:latest_profile": Address(SIGNED_IN),
    "assessments:people": Address(TRAINERS_AND_MANAGERS),
    "assessments:contents": Address(OWNER, DRAFT),
    "assessments:rate": Address(OWNER, {**DRAFT, "code": "A"}),
    "assessments:save": Address(OWNER, {**DRAFT, "statement": "{statement}"}, "post"),
    "assessments:review": Address(OWNER, DRAFT),
    "assessments:submit": Address(OWNER, DRAFT, "post"),
    "assessments:discard": Address(OWNER, DRAFT, "post"),
    "assessments:changed": Address(OWNER, SUBMITTED),
    "assessments:take_over": Address(OWNER, SUBMITTED, "post"),
    "assessments:set_aside": Address(OWNER, SUBMITTED, "post"),
    "assessments:update": Address(OWNER, DRAFT),
    "assessments:target_reviews": Address(PLATFORM_ADMIN),
    "assessments:decide_target": Address(PLATFORM_ADMIN, {"pk": "{target_review}"}, "post"),
    "assessments:take_suggested": Address(PLATFORM_ADMIN, {"pk": "{target}"}, "post"),
    "assessments:sharing": Address(OWNER, SUBMITTED),
    # A question to Ana alone: nobody else learns that she was asked.
    "assessments:grant_request": Address(HERS_ALONE, {"pk": "{grant_request}"}),
    "assessments:target": Address(OWNER, SUBMITTED),
    "assessments:profile": Address(OWNER_AND_TRAINER, SUBMITTED),
    "assessments:profile_pdf": Address(OWNER_AND_TRAINER, SUBMITTED),
    "assessments:confirmations": Address(HER_TRAINER, SUBMITTED),
    "assessments:evidence": Address(OWNER_AND_TRAINER, {"pk": "{evidence}"}),
    "training:index": Address(SIGNED_IN),
    "training:module": Address(SIGNED_IN, {"key": "asking"}),
    "training:material": Address(SIGNED_IN, {"key": "asking", "position": 1}),
    "training:material_file": Address(SIGNED_IN, {"key": "asking", "position": 2}),
    "training:plan": Address(SIGNED_IN),
    "training:add": Address(SIGNED_IN, method="post"),
    "training:board": Address(TRAINERS),
    "training:assign": Address(HER_TRAINER | {"teo": "ok", "zoran": "ok"}, query="person={ana}&module=asking"),
    "training:assignment": Address(OWNER_AND_TRAINER_THERE, {"pk": "{assignment}"}),
    "training:start": Address(OWNER_THERE, {"pk": "{assignment}"}, "post"),
    "training:step": Address(OWNER_THERE, {"pk": "{assignment}", "position": 1}, "post"),
    "training:complete": Address(OWNER_THERE, {"pk": "{assignment}"}, "post"),
    "training:confirm": Address(HER_TRAINER_THERE, {"pk": "{assignment}"}, "post"),
    "training:withdraw": Address(HER_TRAINER_THERE, {"pk": "{assignment}"}, "post"),
    # Marco assigned it, so that it is not hers to show.
    "training:show": Address(OWNER_THERE | {"ana": "403"}, {"pk": "{assignment}"}, "post"),
    "training:links": Address(PLATFORM_ADMIN),
    "training:link": Address(PLATFORM_ADMIN, {"pk": "{link}"}, "post"),
    "training:drop_link": Address(PLATFORM_ADMIN, {"pk": "{link}"}, "post"),
    "training:take_suggested": Address(PLATFORM_ADMIN, {"pk": "{current}"}, "post"),
}


def names(patterns=None, namespace=""):
    """The qualified names of all our addresses; those of allauth and the admin are tested where they are dressed."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            if str(entry.pattern) in {"accounts/", "admin/"}:
                continue
            yield from names(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield namespace + (entry.name or str(entry.pattern))


def answer(person, address, url):
    """What the person gets for the address: "ok", "in", or the status as text. Nothing of it stays in the database."""
    client = Client()
    if person is not None:
        client.force_login(person)
    with transaction.atomic():
        response = getattr(client, address.method)(url)
        if response.streaming:
            list(response.streaming_content)  # closes the file that is handed out
        transaction.set_rollback(True)
    if response.status_code == 302 and response["Location"].startswith(reverse(settings.LOGIN_URL)):
        return "in"
    return "ok" if response.status_code in OK else str(response.status_code)


def test_every_address_stands_in_the_table():
    assert set(names()) == set(ADDRESSES)


def logging_what_it_answers():
    """The names of all addresses; what answers 503 stands in the log, too."""
    for name, address in ADDRESSES.items():
        yield pytest.param(name, marks=pytest.mark.logs_errors if "503" in address.expected.values() else ())


@pytest.mark.parametrize("name", list(logging_what_it_answers()))
def test_each_person_gets_what_the_table_says(name, scene):
    address = ADDRESSES[name]
    url = reverse(name, kwargs={key: filled(value, scene) for key, value in address.kwargs.items()})
    if address.query:
        url += "?" + filled(address.query, scene)
    found = {persona: answer(scene["people"][persona], address, url) for persona in PERSONAS}
    assert found == address.expected


@pytest.mark.parametrize("name", sorted(ADDRESSES.keys() - {"healthz", "readyz"}))
def test_browsers_store_nothing_of_somebody_who_is_signed_in(name, scene, elodie):
    """Whoever comes to the same browser afterwards, and presses Back, reads nothing of hers."""
    address = ADDRESSES[name]
    client = Client()
    client.force_login(elodie)
    url = reverse(name, kwargs={key: filled(value, scene) for key, value in address.kwargs.items()})
    with transaction.atomic():
        response = getattr(client, address.method)(url)
        if response.streaming:
            list(response.streaming_content)
        transaction.set_rollback(True)
    assert "no-store" in response.headers["Cache-Control"]


def test_without_an_account_the_public_pages_are_the_only_ones(scene):
    """The list of public pages is short and known; whatever else there is asks for sign-in."""
    public = {name for name, address in ADDRESSES.items() if address.expected["anonymous"] == "ok"}
    signing_in = {"account_login", "account_request_login_code", "account_confirm_email", "invitation"}
    assert public == signing_in | {"help", "privacy", "accessibility", "verify", "healthz"}


def test_what_platform_admins_look_after_stands_under_revisions_or_platform(scene, client, elodie):
    """In the navigation, as in the breadcrumbs of these pages."""
    client.force_login(elodie)
    elsewhere = {}
    for name, address in ADDRESSES.items():
        if address.expected != PLATFORM_ADMIN or address.method != "get":
            continue
        kwargs = {key: filled(value, scene) for key, value in address.kwargs.items()}
        response = client.get(reverse(name, kwargs=kwargs))
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            masthead = response.content.decode().partition("</header>")[0]
            current = re.findall(r'aria-current="page">([^<]+)</a>', masthead)
            if current != ["Platform" if name in {"mail", "mail_detail", "jobs"} else "Revisions"]:
                elsewhere[name] = current
    assert elsewhere == {}
