"""Prints how long home, a profile, a rating page and one save take, as ratios to a floor in the same server process.

The floor is a bare view: session and user as on every page, one query, a template of 24 rows. All requests go over HTTP
to one server with the real settings, on a database file with the same durability as a real site.
"""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse

import pytest

ROUNDS, WARM_UP = 150, 20

# The URLconf of the server's process: the site's URLs and the floor.
FLOOR = """
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

from frameworks.models import Statement

ROWS = engines["django"].from_string(
    "<!doctype html><html lang=en><title>Floor</title><table>"
    "{% for row in rows %}<tr><td>{{ row.code }}</td><td>{{ row.key }}</td><td>{{ row.position }}</td></tr>{% endfor %}"
    "</table></html>"
)


def floor(request):
    request.user.pk
    return HttpResponse(ROWS.render({"rows": Statement.objects.filter(kind="sub_competence")[:24]}, request))


urlpatterns = [path("floor/", floor), path("", include("kip_site.urls"))]
"""

PREPARE = """
import json
from django.test import Client
from assessments.rating import actions; from assessments.confirmations.actions import confirm_levels
from assessments.questionnaire.answers import NEVER_SAVED, Answer
from assessments.models import Form
from kip_site.accounts.models import Membership, Organisation, Role, User
from training.assignments.actions import add_to_plan
from training.models import Module
kvarner = Organisation.objects.create(slug="kvarner", name="Kvarner Guidance")
def member(name, role):
    user = User.objects.create_user(f"{name.split()[0].lower()}@kvarner.example", name=name)
    Membership.objects.create(user=user, organisation=kvarner, role=role)
    return user
ana = member("Ana Šarić", Role.PRACTITIONER)
marco = member("Marco Bellini", Role.TRAINER)
member("Ivana Kos", Role.MANAGER)
add_to_plan(ana, Module.objects.listed().first())
form = Form.objects.get(key="essential", revision__framework__key="kip")
for year in range(3):
    assessment = actions.begin(ana, form)
    for number, statement in enumerate(form.statements()):
        actions.save_rating(assessment, statement, Answer(number % 5), 0)
    actions.submit(assessment, {kvarner.pk: [Role.TRAINER, Role.MANAGER]})
assessment.refresh_from_db()
rated = assessment.ratings.filter(level__isnull=False).values_list("pk", flat=True)
confirm_levels(marco, assessment, kvarner, rated[:12], [])
draft = actions.begin(ana, form)
client = Client()
client.force_login(ana)
print(json.dumps({"profile": assessment.pk, "draft": draft.pk, "unseen": str(NEVER_SAVED.seen),
    "statement": form.statements().first().pk, "cookie": client.cookies["sessionid"].value}))
"""


class Server:
    def __init__(self, checkout, folder, port):
        self.checkout, self.folder, self.port = checkout, folder, port
        (folder / "floor_urls.py").write_text(FLOOR, encoding="utf-8")
        (folder / "floor_settings.py").write_text(
            "from kip_site.settings import *\nROOT_URLCONF = 'floor_urls'\n", encoding="utf-8"
        )
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{folder}:{checkout}",
            "DJANGO_SETTINGS_MODULE": "floor_settings",
            "SECRET_KEY": "for-the-benchmark-only",
            "HTTPS": "0",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "LOG_LEVEL": "WARNING",
        }
        self.process = None

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        run = subprocess.run(
            command, cwd=self.checkout, env=self.environment, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    def start(self):
        # No static files are requested; the simple storage needs no collectstatic.
        with (self.folder / "floor_settings.py").open("a") as settings:
            settings.write(
                "STORAGES = {**STORAGES, 'staticfiles': "
                "{'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}}\n"
            )
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "kip_site.wsgi", "--bind", f"127.0.0.1:{self.port}", "--threads", "2"],
            cwd=self.checkout,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()


@pytest.fixture
def server(checkout, tmp_path, unused_tcp_port):
    server = Server(checkout, tmp_path, unused_tcp_port)
    yield server
    server.stop()


@pytest.fixture
def unused_tcp_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Browser:
    """One keep-alive connection of a person who is signed in."""

    def __init__(self, port, cookie):
        self.headers = {"Cookie": f"sessionid={cookie}; csrftoken={'a' * 32}", "X-CSRFToken": "a" * 32}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, method, path, fields=None):
        """(milliseconds, body) of a request; fails unless its status is 200."""
        body = urllib.parse.urlencode(fields) if fields else None
        headers = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"} if fields else self.headers
        start = time.perf_counter()
        self.connection.request(method, path, body=body, headers=headers)
        response = self.connection.getresponse()
        content = response.read()
        passed = (time.perf_counter() - start) * 1000
        assert response.status == 200, f"{response.status} for {path}"
        return passed, content


def wait_for(server):
    for _attempt in range(200):
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def test_pages_and_a_save_against_the_floor(server, checkout):
    server.manage("migrate", "--verbosity=0")
    server.manage("load_framework", "fixtures/repository_of_skills.yaml", "fixtures/leader_cms.yaml", "--publish")
    server.manage("load_targets", "fixtures/target_profiles.yaml")
    server.manage("load_modules", *(str(path) for path in sorted((checkout / "fixtures" / "modules").glob("*.yaml"))))
    prepared = json.loads(server.manage("shell", "--no-imports", "-c", PREPARE))
    server.start()
    wait_for(server)
    browser = Browser(server.port, prepared["cookie"])
    seen = prepared["unseen"]

    def save(number):
        nonlocal seen
        fields = {"choice": number % 5, "comment": "", "seen": seen}
        passed, content = browser.ask(
            "POST", f"/assessments/{prepared['draft']}/ratings/{prepared['statement']}/", fields
        )
        seen = json.loads(content)["seen"]
        return passed

    asked = {
        "floor": lambda _number: browser.ask("GET", "/floor/")[0],
        "home": lambda _number: browser.ask("GET", "/")[0],
        "profile page": lambda _number: browser.ask("GET", f"/assessments/{prepared['profile']}/profile/")[0],
        "rating page": lambda _number: browser.ask("GET", f"/assessments/{prepared['draft']}/rate/A/")[0],
        "one save": save,
    }
    times = {name: [] for name in asked}
    for number in range(WARM_UP + ROUNDS):
        # Alternating, so that other load on the machine affects all of them equally.
        for name, ask in asked.items():
            passed = ask(number)
            if number >= WARM_UP:
                times[name].append(passed)
    browser.connection.close()
    floor = statistics.median(times["floor"])
    print(f"\nMedian of {ROUNDS} requests each, one after the other:")
    for name, passed in times.items():
        median = statistics.median(passed)
        print(f"  {name:<14}{median:7.1f} ms  {median / floor:5.2f} × the floor")
