"""An import and a publication that are killed at any moment leave all or nothing behind, and every rating."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from frameworks.files.document import STATEMENT_KINDS, elements
from frameworks.files.writing import to_yaml
from tests.databases import environment
from tests.frameworks.comparison.revisions_by_chance import changed, framework

MOMENTS = 10

# Makes a first revision that two people rated. Then, for each word that it is told, a process of its own imports or
# publishes the next revision, or undoes that.
PROGRAM = """
import os
import sys
from pathlib import Path
from django.db import connection
from django.utils import timezone
from assessments.models import Assessment, Form, Rating
from frameworks.publishing import actions
from frameworks.models import Revision
from kip_site.accounts.models import User

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
while what := sys.stdin.readline().strip():
    child = os.fork()
    if not child:
        print(os.getpid(), flush=True)
        if what == "import":
            actions.import_draft(content, "next.yaml")
        elif what == "discard":
            actions.discard(Revision.objects.drafts().get())
        elif what == "publish":
            actions.publish(Revision.objects.drafts().get())
        elif what == "take back":
            actions.take_back(Revision.objects.current().get())
        connection.close()
        print("done", flush=True)
        os._exit(0)
    # Its number stays its own until somebody asks how it ended.
    sys.stdin.readline()
    os.waitpid(child, 0)
    print("over", flush=True)
"""


class Site:
    """A process that imports and publishes on a database of its own, in children that can be killed."""

    def __init__(self, checkout, folder, database):
        self.database = database
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", PROGRAM.replace("{folder}", str(folder))],
            cwd=checkout,
            env=environment(database),
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

    def work(self, what, after=None):
        """Do it; killed `after` so many seconds. Returns how long it worked, and whether it said that it is done."""
        self.tell(what)
        child = int(self.line())
        start = time.monotonic()
        if after is not None:
            time.sleep(after)
            os.kill(child, signal.SIGKILL)
        self.tell("How did it end?")
        said = []
        while (line := self.line()) != "over":
            said.append(line)
        return time.monotonic() - start, said == ["done"]


TABLES = (
    "frameworks_revisionfile",
    "frameworks_statement",
    "frameworks_succession",
    "frameworks_levelsuccession",
    "frameworks_learningoutcome",
    "assessments_form",
)


def contents(database):
    """What a database holds: {version: (status, number of rows in each of TABLES)}; the ratings."""
    database.check()
    counts = ", ".join(f"(SELECT count(*) FROM {table} WHERE revision_id = revision.id)" for table in TABLES)
    revisions = database.execute(f"SELECT version, status, {counts} FROM frameworks_revision revision")
    ratings = database.execute("SELECT * FROM assessments_rating ORDER BY id")
    return {version: tuple(found) for version, *found in revisions}, ratings


@pytest.fixture(scope="module")
def site(checkout, tmp_path_factory, own_database):
    folder = tmp_path_factory.mktemp("killed")
    before = framework(3, competences=10, statements=600, outcomes=40)
    following = changed(before, 4, ["merge"] * 60 + ["split"] * 60 + ["reword"] * 80 + ["retire"] * 20, version="2")
    (folder / "first.yaml").write_text(to_yaml(before))
    (folder / "next.yaml").write_bytes(following.content())
    site = Site(checkout, folder, own_database())
    site.number_of_statements = sum(
        element.kind in STATEMENT_KINDS.values() for element in elements(following.document)
    )
    yield site
    site.process.communicate("")


@pytest.fixture
def imported(site):
    """The next revision is a draft."""
    assert site.work("import")[1]
    yield
    assert site.work("discard")[1]


def killed_at_any_moment(site, what, undo):
    """Do something, killed at ten moments and once to its end; answers what the database held before and after."""
    before, ratings = contents(site.database)
    assert len(ratings) == 1200
    duration, is_done = site.work(what)
    assert is_done
    after, kept = contents(site.database)
    assert kept == ratings
    assert site.work(undo)[1]
    assert contents(site.database) == (before, ratings)

    chance = random.Random(2026)
    for number in range(MOMENTS):
        _seconds, is_done = site.work(what, after=duration * (number + chance.random()) / MOMENTS)
        found, kept = contents(site.database)
        assert kept == ratings
        assert found in (before, after)
        if is_done:
            assert found == after
        if found == after:
            assert site.work(undo)[1]
    # Whatever was left, the same goes through afterwards.
    assert site.work(what)[1]
    assert contents(site.database) == (after, ratings)
    assert site.work(undo)[1]
    return before, after


def test_an_import_killed_at_any_moment_leaves_all_or_nothing_and_every_rating(site):
    before, after = killed_at_any_moment(site, "import", undo="discard")
    assert after == before | {"2": ("draft", 1, 0, 0, 0, 0, 0)}


def test_a_publication_killed_at_any_moment_leaves_all_or_nothing_and_every_rating(site, imported):
    before, after = killed_at_any_moment(site, "publish", undo="take back")
    assert (before["2"][0], after["1"][0], after["2"][0]) == ("draft", "superseded", "published")
    assert after["2"][2] == site.number_of_statements
