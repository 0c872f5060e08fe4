"""An import and a publication that are killed at any moment leave all or nothing behind, and every rating."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from frameworks.writing import to_yaml
from tests.frameworks.revisions_by_chance import changed, framework

MOMENTS = 10

# Makes a database in which two people rated a first revision. Then, for each name that it is told, a process of its own
# imports and publishes the next revision into the database of that name.
PROGRAM = """
import os
import sys
from pathlib import Path
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from assessments.models import Assessment, Form, Rating
from frameworks import actions
from kip_site.accounts.models import User

call_command("migrate", verbosity=0)
actions.publish(actions.import_draft(Path("{folder}/first.yaml").read_bytes(), "first.yaml"))
form = Form.objects.get(key="full")
level = form.revision.scale.levels.last()
for name in ("ana", "luka"):
    person = User.objects.create_user(name + "@kvarner.example", name=name)
    assessment = Assessment.objects.create(person=person, form=form, submitted_at=timezone.now())
    Rating.objects.bulk_create(
        Rating(assessment=assessment, statement=statement, level=level) for statement in form.statements()
    )
connection.close()
content = Path("{folder}/next.yaml").read_bytes()
print("ready", flush=True)
while name := sys.stdin.readline():
    child = os.fork()
    if not child:
        connection.settings_dict["NAME"] = "{folder}/" + name.strip()
        print(os.getpid(), flush=True)
        draft = actions.import_draft(content, "next.yaml")
        print("imported", flush=True)
        actions.publish(draft)
        print("published", flush=True)
        os._exit(0)
    # Its number stays its own until somebody asks how it ended.
    sys.stdin.readline()
    os.waitpid(child, 0)
    print("over", flush=True)
"""


class Site:
    """A process that publishes in databases of its own, in children that can be killed."""

    def __init__(self, checkout, folder):
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", PROGRAM.replace("{folder}", str(folder))],
            cwd=checkout,
            env={
                "PATH": os.environ["PATH"],
                "DEBUG": "1",
                "LOG_LEVEL": "WARNING",
                "EMAIL_URL": "dummymail://",
                "DATABASE_URL": f"sqlite:///{folder}/first.sqlite3",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.line() == "ready"

    def tell(self, line):
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def line(self):
        return self.process.stdout.readline().strip()

    def work(self, name, after=None):
        """Import and publish; killed `after` so many seconds. Returns how long it worked, and what it said."""
        self.tell(name)
        child = int(self.line())
        start = time.monotonic()
        if after is not None:
            time.sleep(after)
            os.kill(child, signal.SIGKILL)
        self.tell("How did it end?")
        said = []
        while (line := self.line()) != "over":
            said.append(line)
        return time.monotonic() - start, said


def contents(path):
    """What a database holds: (status of each version, number of statements, of successions, of forms; the ratings)."""
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        revisions = {}
        for pk, version, status in database.execute("SELECT id, version, status FROM frameworks_revision").fetchall():
            counts = tuple(
                database.execute(f"SELECT count(*) FROM {table} WHERE revision_id = ?", [pk]).fetchone()[0]
                for table in (
                    "frameworks_revisionfile",
                    "frameworks_statement",
                    "frameworks_succession",
                    "frameworks_learningoutcome",
                    "assessments_form",
                )
            )
            revisions[version] = (status, *counts)
        ratings = database.execute("SELECT * FROM assessments_rating ORDER BY id").fetchall()
    return revisions, ratings


@pytest.fixture(scope="module")
def site(checkout, tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed")
    first = framework(3, competences=10, statements=600, outcomes=40)
    following = changed(first, 4, ["merge"] * 60 + ["split"] * 60 + ["reword"] * 80 + ["retire"] * 20, version="2")
    (folder / "first.yaml").write_text(to_yaml(first))
    (folder / "next.yaml").write_bytes(following.content())
    site = Site(checkout, folder)
    yield site
    site.process.communicate("")


def test_a_kill_at_any_moment_leaves_all_or_nothing_and_every_rating(site):
    first = site.folder / "first.sqlite3"
    nothing, ratings = contents(first)
    assert len(ratings) == 1200
    shutil.copy(first, site.folder / "whole.sqlite3")
    duration, said = site.work("whole.sqlite3")
    assert said == ["imported", "published"]
    whole, same_ratings = contents(site.folder / "whole.sqlite3")
    assert same_ratings == ratings
    assert whole["1"][0] == "superseded"
    draft = nothing | {"2": ("draft", 1, 0, 0, 0, 0)}
    legal = [nothing, draft, whole]

    chance = random.Random(2026)
    for number in range(MOMENTS):
        name = f"killed-{number}.sqlite3"
        shutil.copy(first, site.folder / name)
        _seconds, said = site.work(name, after=duration * (number + chance.random()) / MOMENTS)
        found, kept = contents(site.folder / name)
        assert kept == ratings
        assert found in legal
        # What it said was done is done.
        assert legal.index(found) >= len(said)

    # Whatever was left, the same file goes through afterwards.
    site.work(name)
    assert contents(site.folder / name) == (whole, ratings)
