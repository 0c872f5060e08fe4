"""What was acknowledged is never lost: a real server is killed in the middle of saving, and started again."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.databases import environment

PREPARE = """
import json
from django.test import Client
from assessments.rating import actions
from assessments.questionnaire.answers import NEVER_SAVED
from assessments.models import Form
from kip_site.accounts.models import User
ana = User.objects.create_user("ana@kvarner.example", name="Ana Šarić")
draft = actions.begin(ana, Form.objects.get(key="full", revision__framework__key="kip"))
client = Client()
client.force_login(ana)
print(json.dumps({
    "draft": draft.pk,
    "unseen": str(NEVER_SAVED.seen),
    "statements": list(draft.form.statements().values_list("pk", flat=True)),
    "cookie": client.cookies["sessionid"].value,
}))
"""
READ = """
import json
from assessments.models import Rating
print(json.dumps(list(Rating.objects.values_list("statement", "level__value", "comment"))))
"""


class Site:
    """manage.py and a server of its own process, on a database of its own."""

    def __init__(self, checkout, database):
        self.checkout = checkout
        self.environment = environment(database)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.server = None

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        run = subprocess.run(
            command, cwd=self.checkout, env=self.environment, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    def ask(self, program):
        return json.loads(self.manage("shell", "--no-imports", "-c", program))

    def start(self):
        # A session of its own, so that its worker processes die with it.
        self.server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "kip_site.wsgi", "--bind", f"127.0.0.1:{self.port}", "--threads", "4"],
            cwd=self.checkout,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _attempt in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("The server did not start.")

    def kill(self):
        if self.server:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
            self.server = None

    def post(self, path, cookie, **fields):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=urllib.parse.urlencode(fields).encode(),
            headers={"Cookie": f"sessionid={cookie}; csrftoken={'a' * 32}", "X-CSRFToken": "a" * 32},
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status


@pytest.fixture
def site(checkout, own_database):
    site = Site(checkout, own_database())
    site.manage("load_framework", "fixtures/repository_of_skills.yaml", "--publish")
    yield site
    site.kill()


def test_every_acknowledged_answer_is_there_after_kill_minus_nine(site):
    prepared = site.ask(PREPARE)
    site.start()
    acknowledged = {}
    enough = threading.Event()

    def person():
        for number, statement in enumerate(prepared["statements"]):
            level, comment = number % 5, f"thought {number}"
            try:
                status = site.post(
                    f"/assessments/{prepared['draft']}/ratings/{statement}/",
                    prepared["cookie"],
                    choice=level,
                    comment=comment,
                    seen=prepared["unseen"],
                )
            except OSError:
                return
            if status == 200:
                acknowledged[statement] = (level, comment)
            if len(acknowledged) == 20:
                enough.set()

    saving = threading.Thread(target=person)
    saving.start()
    assert enough.wait(60), "The server saved nothing."
    site.kill()
    saving.join()
    assert len(acknowledged) < len(prepared["statements"]), "The server was killed too late to prove anything."

    site.start()
    kept = {statement: (level, comment) for statement, level, comment in site.ask(READ)}
    assert {statement: kept.get(statement) for statement in acknowledged} == acknowledged
    # The last answer may be on the disk though its acknowledgement never arrived; sending it again is no conflict.
    unanswered = next(statement for statement in prepared["statements"] if statement not in acknowledged)
    number = prepared["statements"].index(unanswered)
    again = {"choice": number % 5, "comment": f"thought {number}", "seen": prepared["unseen"]}
    assert site.post(f"/assessments/{prepared['draft']}/ratings/{unanswered}/", prepared["cookie"], **again) == 200
