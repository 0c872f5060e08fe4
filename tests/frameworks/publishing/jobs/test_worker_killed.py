"""Real workers on a database of their own: killed in the middle of a job, and told to stop."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.databases import environment
from tests.published import reworded_under

PREPARE = """
from pathlib import Path
from django.utils import timezone
from assessments.models import Assessment, Form, Rating
from frameworks.publishing import actions; from frameworks.publishing.jobs import actions as jobs
from kip_site.accounts.models import User

actions.publish(actions.import_draft(Path("fixtures/repository_of_skills.yaml").read_bytes(), "first.yaml"))
form = Form.objects.get(key="full")
person = User.objects.create_user("ana@kvarner.example", name="Ana")
assessment = Assessment.objects.create(person=person, form=form, submitted_at=timezone.now())
level = form.revision.scale.levels.last()
Rating.objects.bulk_create(Rating(assessment=assessment, statement=one, level=level) for one in form.statements())
jobs.ask_for_import(Path("{folder}/next.yaml").read_bytes(), "next.yaml", person)
"""
CONFIRM = """
from frameworks.publishing import baseline; from frameworks.publishing.jobs import actions as jobs
from frameworks.models import Revision
draft = Revision.objects.drafts().get()
jobs.ask_for_publication(draft, None, baseline.Seen(draft.file.sha256, baseline.current_pk(draft.framework)))
"""
# A worker that stops in the middle of each transaction of interest, as far as anybody can see from outside.
WORK_TO_THE_MIDDLE = """
import time
from django.db.models.signals import post_save
from frameworks.models import RevisionFile
from kip_site.jobs.process import work_in
from frameworks.signals import revision_published

def middle(sender, **arguments):
    print("middle", flush=True)
    time.sleep(600)

post_save.connect(middle, sender=RevisionFile)
revision_published.connect(middle)
work_in("default")
"""
# All that a job may leave half done, and what must stay whatever happens.
TABLES = (
    "frameworks_revisionfile",
    "frameworks_statement",
    "frameworks_succession",
    "frameworks_learningoutcome",
    "assessments_form",
)


class Site:
    def __init__(self, checkout, database):
        self.checkout, self.database = checkout, database

    def begin(self, *arguments):
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=self.checkout,
            env=environment(self.database),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def manage(self, *arguments):
        process = self.begin(*arguments)
        _out, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors

    def shell(self, program):
        self.manage("shell", "--no-imports", "-c", program)

    def kill_a_worker_in_the_middle(self):
        worker = self.begin("shell", "--no-imports", "-c", WORK_TO_THE_MIDDLE)
        assert worker.stdout.readline() == "middle\n"
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate()
        assert worker.returncode == -signal.SIGKILL

    def a_minute_passes(self):
        self.database.execute("UPDATE jobs_job SET heartbeat_at = '2026-01-01 00:00:00'")

    def job(self):
        """State and attempts of the newest job."""
        return self.database.execute("SELECT state, attempts FROM jobs_job ORDER BY id DESC LIMIT 1")[0]

    def contents(self):
        """{version: status}, the number of rows of each table, and all ratings."""
        self.database.check()
        versions = dict(self.database.execute("SELECT version, status FROM frameworks_revision"))
        counts = [self.database.execute(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES]
        ratings = self.database.execute("SELECT * FROM assessments_rating ORDER BY id")
        return versions, counts, json.dumps(ratings, default=str)


@pytest.fixture
def site(checkout, tmp_path, own_database, repository_of_skills):
    (tmp_path / "next.yaml").write_bytes(reworded_under("2026.1", repository_of_skills))
    site = Site(checkout, own_database())
    site.shell(PREPARE.replace("{folder}", str(tmp_path)))
    return site


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done_and_the_next_does_it(site):
    before = site.contents()
    assert before[0] == {"2021.11": "published"}

    site.kill_a_worker_in_the_middle()
    assert site.contents() == before
    assert site.job() == ("running", 1)
    site.manage("work", "--once")
    assert site.job() == ("running", 1)  # its worker may still be alive
    site.a_minute_passes()
    site.manage("work", "--once")
    assert site.job() == ("done", 2)
    imported = site.contents()
    assert imported[0] == {"2021.11": "published", "2026.1": "draft"}
    assert imported[1][1:] == before[1][1:]

    site.shell(CONFIRM)
    site.kill_a_worker_in_the_middle()
    assert site.contents() == imported
    assert site.job() == ("running", 1)
    site.a_minute_passes()
    site.manage("work", "--once")
    assert site.job() == ("done", 2)
    published = site.contents()
    assert published[0] == {"2021.11": "superseded", "2026.1": "published"}
    assert published[1][1] == 2 * before[1][1]
    assert published[2] == before[2]


def test_a_worker_that_is_told_to_stop_ends_well(site):
    worker = site.begin("work", "--verbosity", "0")
    while site.job()[0] != "done":
        assert worker.poll() is None
        time.sleep(0.05)
    worker.terminate()
    _out, errors = worker.communicate(timeout=60)
    assert worker.returncode == 0, errors
    assert "Traceback" not in errors
