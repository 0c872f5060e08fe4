"""What platform admins see of the work in the background: who is at it, what is scheduled, what people asked for."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kip_site.jobs import actions, due
from kip_site.jobs.models import DueRun, Job, Worker
from tests.words import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def see(client, elodie):
    """The page, in words."""
    client.force_login(elodie)
    return lambda **query: words(client.get(reverse("jobs", query=query)))


def ago(**delay):
    return timezone.now() - timedelta(**delay)


# --- Lanes


def test_a_lane_without_worker_says_so_and_how_to_start_one(see):
    Worker.objects.create(id="a", lane="default", seen_at=ago(seconds=1))
    Worker.objects.create(id="b", lane="sign-in", seen_at=ago(minutes=5))
    page = see()
    assert "Everything that may wait A worker is at work No job waits. A worker last showed life" in page
    assert "Codes and links for signing in No worker is at work No job waits. A worker last showed life" in page
    assert "A lane has no worker. Nothing is lost" in page
    assert "manage.py work." in page
    Worker.objects.filter(lane="sign-in").update(seen_at=timezone.now())
    assert "A lane has no worker." not in see()


def test_a_lane_in_which_nobody_ever_worked_says_so(see):
    assert see().count("No worker has shown life lately.") == 2


def test_a_lane_says_how_many_jobs_wait_and_since_when(see):
    for _ in range(2):
        actions.ask("mail.deliver", lane="sign-in")
    actions.ask("mail.deliver")
    Job.objects.filter(lane="sign-in").update(due_at=ago(hours=3))
    Job.objects.filter(lane="default").update(due_at=ago(hours=-3))
    page = see()
    assert "No worker is at work One job waits. The first is due at" in page
    assert "No worker is at work 2 jobs wait. The oldest has been due since" in page


# --- What is done again and again


def part(page, name):
    """What the page says of a part, after its name."""
    return page.partition(f" {name} ")[2]


def test_each_part_says_when_it_was_last_done_and_what_came_of_it(see):
    DueRun.objects.create(part="mail", began_at=ago(minutes=1), ended_at=timezone.now(), done=7)
    DueRun.objects.create(part="jobs", began_at=ago(minutes=1), ended_at=timezone.now(), error="ValueError: no")
    DueRun.objects.create(part="reminders", began_at=ago(minutes=1))
    page = see()
    assert "manage.py run_due" in page
    assert "Forget jobs that ended long ago ValueError: no jobs Failed" in page
    assert "Send e-mails that were left, and forget old ones mail Done" in page
    assert part(page, "mail").index(" 7 ") < part(page, "mail").index("Remind people")
    assert part(page, "reminders").startswith("Being done")
    assert part(page, "revision-notices").startswith("Never done Forget")


def test_a_run_that_was_killed_is_not_taken_for_one_that_goes_on(see):
    DueRun.objects.create(part="mail", began_at=ago(hours=2), ended_at=ago(hours=9), done=7)
    assert part(see(), "mail").startswith("Broken off")


def test_every_part_that_is_registered_stands_there(see):
    page = see()
    for each in due.parts():
        assert f"{each.words} {each.name} Never done" in page


# --- What people asked for


def test_without_any_it_says_what_will_stand_there(see):
    actions.ask("mail.deliver")
    page = see()
    assert "Nobody has asked for anything that takes long" in page
    assert "E-mails are being sent" not in page


def test_each_job_says_who_asked_what_became_of_it_and_why_it_failed(see, client, ana, petra):
    done = actions.ask("frameworks.import", user=ana, name="done.yaml")
    failed = actions.ask("frameworks.import", user=petra, name="failed.yaml")
    faulty = actions.ask("frameworks.import", name="faulty.yaml")
    actions.ask("frameworks.publish", user=ana, name="waiting.yaml")
    actions.ask("forgotten.kind", user=ana, name="unknown.yaml")
    Job.objects.filter(pk=done.pk).update(state="done")
    Job.objects.filter(pk=failed.pk).update(state="failed", outcome={"reason": "The worker stopped."})
    Job.objects.filter(pk=faulty.pk).update(state="failed", outcome={"faults": []})
    page = see()
    order = [
        "unknown.yaml Waiting Ana Šarić",
        "waiting.yaml is being published Waiting Ana Šarić",
        "faulty.yaml was not imported Failed Somebody who is gone",
        "Its page says why.",
        "failed.yaml was not imported Failed Petra Novak",
        "The worker stopped.",
        "done.yaml was checked Done Ana Šarić",
    ]
    assert [told for told in order if told in page] == order
    assert sorted(order, key=page.index) == order
    html = client.get(reverse("jobs")).content.decode()
    assert f'<a href="{reverse("job", args=[failed.pk])}">failed.yaml was not imported</a>' in html


def test_the_list_goes_on_after_fifty(see, ana):
    for number in range(51):
        actions.ask("frameworks.import", user=ana, name=f"{number}.yaml")
    assert "Page 1 of 2 Older jobs" in see()
    assert " 0.yaml is being checked" not in see()
    assert " 0.yaml is being checked" in see(page=2)


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_is_read_at_once(number, client, elodie, ana, django_assert_num_queries):
    client.force_login(elodie)
    for n in range(number):
        actions.ask("frameworks.import", user=ana, name=f"{n}.yaml")
        actions.ask("mail.deliver", lane="sign-in")
        Worker.objects.create(id=n, lane="default", seen_at=timezone.now())
    for each in due.parts()[:number]:
        DueRun.objects.create(part=each.name, began_at=timezone.now())
    # The session, the user, the number of jobs, the jobs, workers at work, workers seen, waiting jobs, runs, roles.
    with django_assert_num_queries(9):
        client.get(reverse("jobs"))


def test_the_pages_lead_to_each_other(client, elodie):
    client.force_login(elodie)
    for name in ("mail", "jobs"):
        html = client.get(reverse(name)).content.decode()
        for other in ("mail", "jobs"):
            assert f'<a href="{reverse(other)}"' in html.partition("<main")[2]
