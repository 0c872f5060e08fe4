"""When the database or the disk fails: 503 or 507 in words, never 500. A fault of ours alone is a 500."""

import errno
import json
import os
import subprocess
import sys

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.urls import path

from kip_site.outage import status_of
from kip_site.urls import *  # noqa: F403  the site's own addresses and its handler500
from kip_site.urls import urlpatterns as site
from tests.accounts.doors import words


@login_not_required
def faulty(request):
    raise ValueError("a fault of ours")


urlpatterns = [path("faulty/", faulty), *site]

# Asks for a page without and with a session, as a visitor and somebody signed in do.
VISITS = """
import json
from django.test import Client
anonymous, signed_in = Client(raise_request_exception=False), Client(raise_request_exception=False)
signed_in.cookies["sessionid"] = "of-somebody-signed-in"
signing_in = {"login": "ana@kvarner.example", "password": "seven quiet partners"}
answers = [anonymous.get("/accounts/login/"), signed_in.get("/account/"), signed_in.get("/help/")]
answers.append(anonymous.post("/accounts/login/", signing_in))
print(json.dumps([(a.status_code, a.headers.get("Retry-After"), a.content.decode()) for a in answers]))
"""

# Fills the disk, as far as SQLite can see: its file may not grow any more. Then everybody takes a longer name.
FULL_DISK = """
import json
from django.core.management import call_command
from django.db import connection
from django.test import Client
from kip_site.accounts.models import User

call_command("migrate", verbosity=0)
people = [User.objects.create(email=f"{number}@kvarner.example", name="Ana") for number in range(40)]
clients = [Client(raise_request_exception=False) for person in people]
for client, person in zip(clients, people):
    client.force_login(person)
with connection.cursor() as cursor:
    cursor.execute("PRAGMA max_page_count=1")
answers = [client.post("/account/", {"name": "Ž" * 150}) for client in clients]
full = next(answer for answer in answers if answer.status_code != 302)
kept = User.objects.filter(name="Ana").count()
with connection.cursor() as cursor:
    cursor.execute("PRAGMA max_page_count=1000000")
again = clients[-1].post("/account/", {"name": "Ana Šarić"})
print(json.dumps([full.status_code, full.headers.get("Retry-After"), full.content.decode(), kept, again.status_code]))
"""


def run(checkout, program, database_url):
    result = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", program],
        cwd=checkout,
        env={
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "for-this-test",
            "ALLOWED_HOSTS": "testserver",
            "HTTPS": "0",
            "DATABASE_URL": database_url,
            "PYTHONPATH": str(checkout),
            "DJANGO_SETTINGS_MODULE": "tests.kip_site.settings_of_outage",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    "database_url",
    ["sqlite:////no-such-folder/db.sqlite3", "postgres://kip:kip@127.0.0.1:1/kip?connect_timeout=2"],
    ids=["SQLite without its folder", "PostgreSQL that does not listen"],
)
def test_a_database_out_of_reach_answers_503_to_everybody(checkout, database_url):
    for status, retry_after, html in run(checkout, VISITS, database_url):
        assert (status, retry_after) == (503, "120")
        assert "The site is out of order for a moment" in html
        assert "What you saved is safe." in html
        assert "Error 503" in html


def test_a_full_disk_answers_507_and_keeps_what_was_saved(checkout, tmp_path):
    status, retry_after, html, kept, again = run(checkout, FULL_DISK, f"sqlite:///{tmp_path}/kip.sqlite3")
    assert (status, retry_after) == (507, "120")
    assert "There is no room left to save" in html
    assert "what you saved before is safe" in html
    assert kept >= 1
    assert again == 302


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (OperationalError("database is locked"), 503),
        (InterfaceError("connection already closed"), 503),
        (OperationalError("database or disk is full"), 507),
        (OperationalError("could not extend file: No space left on device"), 507),
        (OSError(errno.ENOSPC, "No space left on device"), 507),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), 507),
        (OSError(errno.ENOENT, "No such file"), 500),
        (KeyError("name"), 500),
    ],
)
def test_what_failed_says_whose_fault_it_is(exception, status):
    assert status_of(exception) == status


@pytest.mark.django_db
@pytest.mark.logs_errors
@pytest.mark.urls("tests.kip_site.test_outage")
def test_a_fault_of_ours_answers_500_without_asking_the_database(client, django_assert_num_queries):
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        page = client.get("/faulty/")
    assert (page.status_code, page.headers.get("Retry-After")) == (500, None)
    assert "Something went wrong on our side" in words(page)
    assert "a fault of ours" not in page.content.decode()


@pytest.mark.django_db
@pytest.mark.logs_errors
@pytest.mark.urls("tests.kip_site.test_outage")
def test_somebody_signed_in_gets_the_same_page(client, ana):
    client.force_login(ana)
    client.raise_request_exception = False
    page = client.get("/faulty/")
    assert page.status_code == 500
    assert "Something went wrong on our side" in words(page)
