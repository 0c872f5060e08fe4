"""A process of the site is killed while people save: what the site said is saved, is saved."""

import json
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tests.drills.site import Stopwatch, until

PEOPLE, KILLS = 6, 4
PREPARE = f"""
import json
from pathlib import Path
from django.test import Client
from assessments.models import Assessment, Form
from assessments.questionnaire.answers import NEVER_SAVED
from frameworks.publishing import actions
from kip_site.accounts.models import User

actions.publish(actions.import_draft(Path("fixtures/repository_of_skills.yaml").read_bytes(), "first.yaml"))
form = Form.objects.get(key="full")
people = []
for number in range({PEOPLE}):
    person = User.objects.create_user(f"person-{{number}}@kvarner.example", name="Ana")
    assessment = Assessment.objects.create(person=person, form=form)
    client = Client()
    client.force_login(person)
    people.append([client.cookies["sessionid"].value, assessment.pk])
levels = form.revision.scale.levels.values_list("value", flat=True)
statements = [statement.pk for statement in form.statements()]
print(json.dumps([people, statements, list(levels), str(NEVER_SAVED.seen)]))
"""


def test_a_web_process_killed_while_ratings_are_saved(site, measured):
    people, statements, levels, unseen = site.shell(PREPARE)
    web = site.serve()
    saved, lost = {}, []
    over = threading.Event()

    def rate(person):
        session, assessment = person
        for number, statement in enumerate(statements):
            if over.is_set():
                return
            level = levels[number % len(levels)]
            fields = {"choice": level, "comment": f"said {number}", "seen": unseen}
            try:
                answer = site.post(f"/assessments/{assessment}/ratings/{statement}/", fields, session)
            except OSError:
                lost.append((assessment, statement))
                time.sleep(0.05)
                continue
            assert answer.status == 200, answer.text
            assert "saved" in json.loads(answer.text)
            saved[assessment, statement] = (level, f"said {number}")

    with ThreadPoolExecutor(PEOPLE) as threads:
        ratings = [threads.submit(rate, person) for person in people]
        watch = Stopwatch()
        try:
            for _kill in range(KILLS):
                before = len(saved)
                until(lambda before=before: len(saved) > before + 20, what="ratings")
                victim = min(site.children(web))
                os.kill(victim, signal.SIGKILL)
                until(lambda victim=victim: len(site.children(web) - {victim}) == 2, what="another web process")
            before = len(saved)
            until(lambda: len(saved) > before + 20, what="ratings after the last kill")
        finally:
            over.set()
        for rating in ratings:
            rating.result(60)

    site.end()
    rows = site.database.execute(
        "SELECT rating.assessment_id, rating.statement_id, level.value, rating.comment FROM assessments_rating rating"
        " JOIN frameworks_level level ON level.id = rating.level_id"
    )
    kept = {(assessment, statement): (level, comment) for assessment, statement, level, comment in rows}
    assert {key: kept.get(key) for key in saved} == saved
    # What was cut off may be saved or not; nothing else is there.
    assert set(kept) - set(saved) <= set(lost)
    site.database.check()
    measured(
        f"{KILLS} kills within {watch}: all of {len(saved)} acknowledged ratings kept, {len(lost)} requests cut off"
    )
