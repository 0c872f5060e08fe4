"""E-mails: the person learns what she is to take, the trainer that it is done; in their language."""

import pytest
from django.urls import reverse

from kip_site.accounts.models import Membership
from training.assignments import actions
from training.models import Assignment

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(mailoutbox):
    """Run a write and return the e-mails that it sent: `sent(actions.assign, …)`."""

    def sent(write, *args, **kwargs):
        mailoutbox.clear()
        write(*args, **kwargs)
        return mailoutbox

    return sent


def html_of(message):
    (alternative,) = message.alternatives
    assert alternative.mimetype == "text/html"
    return alternative.content


def test_ana_is_told_what_by_whom_until_when_and_where(sent, marco, ana, agreements, in_three_weeks, settings, kvarner):
    settings.SITE_URL = "https://kip.example"
    (message,) = sent(actions.assign, marco, ana, agreements, kvarner, in_three_weeks, "Look at step 3 & smile.")
    assert message.to == ["ana@kvarner.example"]
    assert message.subject == "A module for you: Writing an agreement"
    day = f"{in_three_weeks.day} {in_three_weeks:%B %Y}"
    for part in ("Hello Ana,", "Marco Bellini", "60 minutes", day, "https://kip.example/training/modules/agreements/"):
        assert part in message.body
        assert part in html_of(message)
    assert "Look at step 3 & smile." in message.body
    assert "Look at step 3 &amp; smile." in html_of(message)


def test_an_assignment_without_date_and_message_leaves_them_out(sent, marco, ana, agreements, kvarner):
    (message,) = sent(actions.assign, marco, ana, agreements, kvarner)
    for text in (message.body, html_of(message)):
        assert "finish it by" not in text
        assert "writes:" not in text


def test_a_title_of_two_lines_makes_a_subject_of_one(sent, marco, ana, agreements, kvarner):
    agreements.title = "Writing\nBcc: everyone@kvarner.example"
    agreements.save()
    (message,) = sent(actions.assign, marco, ana, agreements, kvarner)
    assert message.subject == "A module for you: Writing Bcc: everyone@kvarner.example"
    assert message.recipients() == ["ana@kvarner.example"]


def test_nobody_is_written_to_about_her_own_plan(sent, ana, agreements):
    assert sent(actions.add_to_plan, ana, agreements) == []
    assert sent(actions.complete, Assignment.objects.get(), without_all_steps=True) == []


def test_marco_is_told_that_ana_has_finished(sent, anas, settings):
    settings.SITE_URL = "https://kip.example"
    (message,) = sent(actions.complete, anas, without_all_steps=True)
    assert message.to == ["marco@kvarner.example"]
    assert message.subject == "Ana Šarić has completed Writing an agreement"
    for text in (message.body, html_of(message)):
        assert "Hello Marco," in text
        assert f"https://kip.example{reverse('training:assignment', args=[anas.pk])}" in text


def test_completing_twice_tells_marco_once(sent, finished):
    assert sent(actions.complete, finished, without_all_steps=True) == []


def test_a_trainer_who_has_left_learns_nothing_more(sent, anas, marco):
    Membership.objects.filter(user=marco).delete()
    assert sent(actions.complete, anas, without_all_steps=True) == []


def test_a_trainer_whose_account_is_gone_is_not_missed(sent, anas, marco):
    marco.delete()
    anas.refresh_from_db()
    assert sent(actions.complete, anas, without_all_steps=True) == []
