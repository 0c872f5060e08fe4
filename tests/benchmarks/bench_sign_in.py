"""Prints how long sign-up, sign-in and asking for a code or a new password take for a known and an unknown address.

Nobody should learn from the time who has an account: the goal is that the known address takes as long as the unknown
one, which is its floor. All run in one process with the real settings, on a database file as durable as a real site's.
"""

import json
import os
import subprocess
import sys

ROUNDS, WARM_UP = 15, 2
# The largest and the smallest ratio of known to unknown.
GOAL = (0.85, 1.15)
NUMBERS_OF_ROUNDS = f"ROUNDS, WARM_UP = {ROUNDS}, {WARM_UP}\n"

PROGRAM = """
import itertools, json, statistics, time
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from allauth.account.models import EmailAddress
from kip_site.accounts.models import User

call_command("migrate", verbosity=0)
PASSWORD = "seven quiet partners"
NUMBERS = itertools.count()


def known(confirmed=True, password=PASSWORD):
    user = User.objects.create_user(f"known{next(NUMBERS)}@kvarner.example", password, name="Ana")
    EmailAddress.objects.create(user=user, email=user.email, verified=confirmed, primary=True)
    return user.email


def unknown():
    known()  # so that the database has just written the same
    return f"new{next(NUMBERS)}@kvarner.example"


def sign_up(email):
    return "/accounts/signup/", {"name": "Ana", "email": email, "password1": PASSWORD}


def sign_up_without(email):
    return "/accounts/signup/", {"name": "Ana", "email": email, "password1": ""}


def wrong_password(email):
    return "/accounts/login/", {"login": email, "password": "not this one", "way": "password"}


def new_password(email):
    return "/accounts/password/reset/", {"email": email}


def code(email):
    return "/accounts/login/code/", {"email": email}


PAIRS = {
    "sign-up": (sign_up, known),
    "sign-up, known but unconfirmed": (sign_up, lambda: known(confirmed=False)),
    "sign-up without a password": (sign_up_without, known),
    "wrong password": (wrong_password, known),
    "wrong password, account has none": (wrong_password, lambda: known(password=None)),
    "new password": (new_password, known),
    "code": (code, known),
}
times = {name: ([], []) for name in PAIRS}
for number in range(ROUNDS + WARM_UP):
    for name, (form, address) in PAIRS.items():
        for passed, make in zip(times[name], (address, unknown)):
            path, fields = form(make())
            cache.clear()
            client = Client()
            start = time.perf_counter()
            answer = client.post(path, fields)
            taken = (time.perf_counter() - start) * 1000
            assert answer.status_code in {200, 302, 422}, answer.status_code
            if number >= WARM_UP:
                passed.append(taken)
print(json.dumps({name: [statistics.median(passed) for passed in both] for name, both in times.items()}))
"""


def test_a_known_address_takes_as_long_as_an_unknown_one(checkout, tmp_path):
    # No static files are requested; the simple storage needs no collectstatic.
    storages = "STORAGES['staticfiles'] = {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}"
    (tmp_path / "plain_files.py").write_text(f"from kip_site.settings import *\n{storages}\n", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", f"{NUMBERS_OF_ROUNDS}{PROGRAM}"],
        cwd=checkout,
        env={
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "for-the-benchmark-only",
            "HTTPS": "0",
            "DEBUG": "0",
            "ALLOWED_HOSTS": "testserver",
            "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
            "EMAIL_URL": "dummymail://",
            "LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "plain_files",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    print(f"\n{'name':<36}{'ours':>9}{'floor':>9}{'ratio':>7}  goal")
    for name, (ours, floor) in json.loads(run.stdout.splitlines()[-1]).items():
        print(f"{name:<36}{ours:6.1f} ms{floor:6.1f} ms{ours / floor:7.2f}  {GOAL[0]} to {GOAL[1]}")
