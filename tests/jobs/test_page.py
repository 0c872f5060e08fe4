"""The page of a job: how far it is, what it says once it is over, and to whom."""

import pytest
from django.urls import reverse

from kip_site.jobs.models import Job
from tests.words import words

pytestmark = pytest.mark.django_db


def address(job):
    return reverse("job", args=[job.pk])


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "team.pdf is being made"),
        ({"state": "running", "stage": 1, "done": 3, "of": 40}, "Of this step, 3 of 40"),
        ({"state": "done"}, "team.pdf was made This is done."),
        ({"state": "failed", "outcome": {"reason": "There is no room."}}, "team.pdf was not made There is no room."),
    ],
)
def test_it_says_how_far_it_is_and_how_it_ended(client, ana, ask, fields, text):
    job = ask(lambda job: None, user=ana, name="team.pdf", stages=("It is drawn",))
    Job.objects.update(**fields)
    client.force_login(ana)
    page = client.get(address(job))
    assert text in words(page)
    assert ("Refresh" in page.headers) == (fields.get("state") in (None, "running"))


def test_it_leads_to_what_came_of_it(client, ana, ask, turn):
    job = ask(lambda job: None, user=ana)
    Job.objects.update(result="/help/")
    client.force_login(ana)
    assert client.get(address(job)).status_code == 200
    turn(job)
    assert client.get(address(job)).url == "/help/"


def test_it_is_for_whoever_asked(client, ana, luka, elodie, ask):
    job, of_the_site = ask(lambda job: None, user=ana), ask(lambda job: None)
    for person, statuses in ((ana, (200, 404)), (luka, (404, 404)), (elodie, (200, 200))):
        client.force_login(person)
        assert tuple(client.get(address(each)).status_code for each in (job, of_the_site)) == statuses
