"""E-mails wait in the queue until a mail server has taken them: whatever it does, none is lost and none is doubled."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from kip_site.jobs.models import Job, Lane
from kip_site.mail import actions, delivery
from kip_site.mail.models import Mail
from kip_site.refusals import Refused
from tests.mail.servers import free_port, serving
from tests.outbox import deliver

pytestmark = pytest.mark.django_db

TEMPLATE = "accounts/organisation/email/removed"


class Undone(Exception):
    pass


@pytest.fixture
def write(ana, kvarner, petra):
    """Put an e-mail to Ana, or to another address, into the queue: `write("a@b.example", lane=…)`."""

    def write(to=ana, **how):
        context = {"person": ana, "organisation": kvarner, "removed_by": petra, "address": "http://testserver/"}
        return actions.send(TEMPLATE, to, context, **how)

    return write


@pytest.fixture
def smtp(settings):
    """A mail server that the site uses."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with serving() as server:
        settings.EMAIL_PORT = server.port
        yield server


def state(mail):
    mail.refresh_from_db()
    return mail.state


def its_time_comes():
    """What waits for another attempt is due, as the clock would have it later."""
    Mail.objects.filter(state="waiting").update(due_at=timezone.now() - timedelta(seconds=1))
    Job.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def test_it_is_taken_with_all_that_belongs_to_an_e_mail(smtp, write):
    mail = write()
    assert (state(mail), mail.tries) == ("waiting", 0)
    deliver()
    assert (state(mail), mail.tries, mail.error) == ("sent", 1, "")
    [message] = smtp.messages
    assert message["To"] == "ana@kvarner.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == mail.message_id
    assert "Hello Ana," in message.get_body(["plain"]).get_content()
    assert 'href="http://testserver/"' in message.get_body(["html"]).get_content()
    assert not Job.objects.exists()


def test_many_go_over_one_connection_the_oldest_first(smtp, write):
    for number in range(4):
        write(f"person-{number}@kvarner.example")
    assert Job.objects.count() == 1
    deliver()
    assert smtp.taken() == [f"person-{number}@kvarner.example" for number in range(4)]
    assert smtp.connections == 1


@pytest.mark.parametrize(("name", "most"), [("AT_ONCE", 2), ("MOST_SECONDS", 0)])
def test_other_jobs_have_their_turn_between_many(smtp, write, turn, monkeypatch, name, most):
    monkeypatch.setattr(delivery, name, most)
    for number in range(4):
        write(f"person-{number}@kvarner.example")
    job = turn(Job.objects.get())
    assert 1 <= len(smtp.taken()) < 4
    assert (job.state, job.task != "") == ("waiting", True)
    deliver()
    assert len(smtp.taken()) == 4
    assert not Job.objects.exists()


def test_what_is_undone_is_not_sent(smtp, write):
    def undo():
        with transaction.atomic():
            write()
            raise Undone

    with pytest.raises(Undone):
        undo()
    deliver()
    assert not Mail.objects.exists()
    assert not Job.objects.exists()


def test_it_speaks_the_language_of_its_reader(write, ana, settings):
    settings.LANGUAGES = [("en", "English"), ("fr", "Français")]
    ana.language = "fr"
    assert write().language == "fr"
    assert '<html lang="fr">' in write().html
    assert write("nobody@kvarner.example").language == "en"


def test_a_name_of_two_lines_makes_a_subject_of_one(write, kvarner):
    kvarner.name = "Kvarner\nBcc: everyone@kvarner.example"
    assert write().subject == "You are no longer a member of Kvarner Bcc: everyone@kvarner.example"


# --- Mail servers that fail ---------------------------------------------------------------------


def test_without_a_mail_server_everything_waits_and_is_sent_when_it_is_back(settings, write):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    mails = [write(f"person-{number}@kvarner.example") for number in range(3)]
    deliver()
    assert [state(mail) for mail in mails] == ["waiting"] * 3
    assert "Connection refused" in mails[0].error
    [job] = Job.objects.all()
    assert (job.state, job.payload) == ("waiting", {"failures": 1})
    with serving(settings.EMAIL_PORT) as server:
        its_time_comes()
        deliver()
        assert server.taken() == [mail.to for mail in mails]
    assert [state(mail) for mail in mails] == ["sent"] * 3
    assert not Job.objects.exists()


def test_the_server_is_left_in_peace_for_longer_each_time(settings, write):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    write()
    pauses = []
    for _attempt in range(8):
        deliver()
        pauses.append(round((Job.objects.get().due_at - timezone.now()).total_seconds(), -1))
        its_time_comes()
    assert pauses == [10, 20, 40, 80, 160, 300, 300, 300]
    write("another@kvarner.example")
    assert Job.objects.count() == 1, "who writes meanwhile leaves it to the job that knows when to try again"


@pytest.mark.parametrize("greeting", ["421 too busy", "554 go away"])
def test_a_server_that_wants_nothing_from_us_is_tried_again(smtp, write, greeting):
    smtp.greeting = greeting
    mail = write()
    deliver()
    assert state(mail) == "waiting"
    assert greeting[:3] in mail.error
    smtp.greeting = "220 ready"
    its_time_comes()
    deliver()
    assert state(mail) == "sent"


def test_a_server_that_is_silent_is_not_waited_for_by_each_e_mail(smtp, write, monkeypatch):
    monkeypatch.setattr(delivery, "SECONDS_TO_ANSWER", 0.2)
    smtp.is_silent = True
    mails = [write(f"person-{number}@kvarner.example") for number in range(3)]
    deliver()
    assert smtp.connections == 1
    assert [state(mail) for mail in mails] == ["waiting"] * 3
    assert "timed out" in mails[0].error
    smtp.is_silent = False
    its_time_comes()
    deliver()
    assert [state(mail) for mail in mails] == ["sent"] * 3


def test_one_that_is_refused_holds_up_none_of_the_others(smtp, write):
    smtp.refuses["nobody@kvarner.example"] = "550 no such person"
    refused, other = write("nobody@kvarner.example"), write()
    deliver()
    assert (state(refused), state(other)) == ("waiting", "sent")
    assert refused.error.startswith("SMTPRecipientsRefused")
    for _attempt in range(4):
        its_time_comes()
        deliver()
    assert state(refused) == "waiting"
    its_time_comes()
    deliver()
    assert (state(refused), refused.tries) == ("unsent", 6)
    assert not Job.objects.exists()


@pytest.mark.parametrize("answer", ["450 come back in ten minutes", "452 no room"])
def test_one_that_is_to_come_later_is_not_given_up(smtp, write, answer):
    smtp.refuses["ana@kvarner.example"] = answer
    mail = write()
    for _attempt in range(8):
        deliver()
        its_time_comes()
    assert (state(mail), mail.tries) == ("waiting", 8)
    smtp.refuses.clear()
    deliver()
    assert state(mail) == "sent"


def test_attempts_without_a_server_are_no_refusals(settings, write):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    mails = [write("nobody@kvarner.example"), write()]
    for _attempt in range(7):
        deliver()
        its_time_comes()
    assert [(state(mail), mail.tries) for mail in mails] == [("waiting", 7), ("waiting", 7)]
    with serving(settings.EMAIL_PORT) as server:
        server.refuses["nobody@kvarner.example"] = "550 no such person"
        deliver()
    assert [state(mail) for mail in mails] == ["waiting", "sent"]


def test_who_writes_while_a_refused_one_waits_is_not_held_up(smtp, write):
    smtp.refuses["nobody@kvarner.example"] = "550 no such person"
    write("nobody@kvarner.example")
    deliver()
    mail = write()
    deliver()
    assert state(mail) == "sent"
    assert Job.objects.count() == 1


@pytest.mark.parametrize(("lane", "days"), [(Lane.SIGN_IN, 1), (Lane.DEFAULT, 3)])
def test_after_days_it_is_given_up(settings, write, lane, days):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    mail = write(lane=lane, is_secret=lane == Lane.SIGN_IN)
    deliver()
    Mail.objects.update(queued_at=timezone.now() - timedelta(days=days, minutes=-1))
    its_time_comes()
    deliver()
    assert state(mail) == "waiting"
    Mail.objects.update(queued_at=timezone.now() - timedelta(days=days, minutes=1))
    its_time_comes()
    deliver()
    assert state(mail) == "unsent"
    assert mail.has_text == (lane == Lane.DEFAULT)
    assert not Job.objects.exists()


@pytest.mark.logs_errors
def test_one_that_cannot_be_written_down_holds_up_none_of_the_others(smtp, write):
    broken, other = write("ana@\nkvarner.example"), write()
    deliver()
    assert (state(broken), state(other)) == ("unsent", "sent")


# --- Workers that die ---------------------------------------------------------------------------


def test_what_a_worker_was_sending_when_it_died_is_sent(smtp, write):
    mail = write()
    Mail.objects.update(state="sending", tries=1, job=Job.objects.get())
    deliver()
    assert (state(mail), mail.tries, mail.refusals) == ("sent", 2, 1)


def test_one_that_kills_its_workers_does_not_do_so_for_ever(smtp, write):
    mail = write()
    Mail.objects.update(state="sending", refusals=5, job=Job.objects.get())
    deliver()
    assert state(mail) == "unsent"
    assert smtp.taken() == []


def test_what_another_worker_is_sending_is_left_to_it(smtp, write):
    mail, other = write(), write("other@kvarner.example")
    running = Job.objects.create(kind="mail.deliver", state="running", worker="another", language="en")
    Mail.objects.filter(pk=mail.pk).update(state="sending", job=running)
    deliver()
    assert (state(mail), state(other)) == ("sending", "sent")


# --- Sending again ------------------------------------------------------------------------------


def test_one_that_was_given_up_is_sent_again(smtp, write):
    mail = write()
    Job.objects.all().delete()
    Mail.objects.update(state="unsent", tries=6, error="550 no", ended_at=timezone.now())
    actions.send_again(mail)
    deliver()
    assert (state(mail), mail.tries, mail.error) == ("sent", 1, "")


@pytest.mark.parametrize("again", [lambda mail: actions.send_again(mail), lambda mail: actions.send_all_again()])
def test_who_has_mended_the_server_does_not_wait_for_its_next_turn(settings, write, again):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    waiting, given_up = write(), write("other@kvarner.example")
    deliver()
    Mail.objects.filter(pk=given_up.pk).update(state="unsent", ended_at=timezone.now())
    with serving(settings.EMAIL_PORT):
        deliver()
        assert state(waiting) == "waiting"
        again(given_up)
        deliver()
    assert [state(waiting), state(given_up)] == ["sent", "sent"]
    assert not Job.objects.exists()


def test_all_that_were_given_up_are_sent_again(smtp, write):
    mails = [write(), write("other@kvarner.example", lane=Lane.SIGN_IN)]
    gone = write(is_secret=True)
    Job.objects.all().delete()
    Mail.objects.update(state="unsent", ended_at=timezone.now())
    Mail.objects.filter(pk=gone.pk).update(text="", html="")
    assert actions.send_all_again() == 2
    deliver()
    assert [state(mail) for mail in [*mails, gone]] == ["sent", "sent", "unsent"]


def test_what_a_secret_one_said_is_not_kept_and_not_sent_again(smtp, write):
    mail = write(is_secret=True)
    deliver()
    mail.refresh_from_db()
    assert (mail.state, mail.text, mail.html) == ("sent", "", "")
    with pytest.raises(Refused, match="is not kept"):
        actions.send_again(mail)


def test_one_that_is_on_its_way_is_not_sent_twice(smtp, write):
    mail = write()
    with pytest.raises(Refused, match="on its way already"):
        actions.send_again(mail)


# --- What is due --------------------------------------------------------------------------------


def test_an_e_mail_without_a_job_gets_one_when_it_is_due(smtp, write):
    mail = write()
    Job.objects.all().delete()
    actions.look_after()
    deliver()
    assert state(mail) == "sent"


def test_what_was_sent_is_kept_for_thirty_days(write):
    mail = write()
    Mail.objects.update(state="sent", ended_at=timezone.now() - timedelta(days=29))
    assert actions.look_after() == 0
    Mail.objects.filter(pk=mail.pk).update(ended_at=timezone.now() - timedelta(days=31))
    assert actions.look_after() == 1
    assert not Mail.objects.exists()


# --- Servers and clocks that are odd --------------------------------------------------------------


def test_an_answer_that_no_text_can_hold_holds_up_none_of_the_others(smtp, write):
    smtp.verdict = "554 not\0this one"
    mails = [write(), write("other@kvarner.example")]
    deliver()
    assert [state(mail) for mail in mails] == ["waiting"] * 2
    assert [mail.error for mail in mails] == ["554 not\N{REPLACEMENT CHARACTER}this one"] * 2


def test_a_link_that_signs_in_stands_in_no_log_and_no_error(smtp, write, caplog):
    smtp.verdict = "554 we do not like http://testserver/reset/1-abc/ here"
    mail = write(is_secret=True)
    deliver()
    assert state(mail) == "waiting"
    assert mail.error == "554 we do not like … here"
    assert "1-abc" not in caplog.text


def test_one_that_the_server_hangs_up_on_holds_up_none_of_the_others(smtp, write):
    smtp.refuses["nobody@kvarner.example"] = ""
    hung_up_on, other = write("nobody@kvarner.example"), write()
    deliver()
    assert (state(hung_up_on), state(other)) == ("waiting", "sent")
    for _attempt in range(8):
        its_time_comes()
        deliver()
    later = write()
    deliver()
    assert (state(hung_up_on), state(later)) == ("waiting", "sent")
    assert hung_up_on.refusals == 0


def test_a_server_that_hangs_up_on_everybody_is_left_in_peace(smtp, write):
    mails = [write(f"person-{number}@kvarner.example") for number in range(4)]
    smtp.refuses.update((mail.to, "") for mail in mails)
    deliver()
    assert smtp.connections == 2
    assert Job.objects.get().payload == {"failures": 1}
    smtp.refuses.clear()
    for _attempt in range(2):
        its_time_comes()
        deliver()
    assert [state(mail) for mail in mails] == ["sent"] * 4


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_that_differs_from_that_of_the_database_changes_no_pause(smtp, write, monkeypatch, minutes):
    smtp.refuses["ana@kvarner.example"] = "550 no such person"
    write()
    began, now = timezone.now(), timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(minutes=minutes))
    deliver()
    assert 9 < (Job.objects.get().due_at - began).total_seconds() < 15


@pytest.mark.parametrize(("lane", "is_kept"), [(Lane.SIGN_IN, False), (Lane.DEFAULT, True)])
def test_a_link_for_signing_in_that_was_refused_is_kept_for_a_day(write, lane, is_kept):
    mail = write(is_secret=True, lane=lane)
    Mail.objects.update(state="unsent", ended_at=timezone.now(), queued_at=timezone.now() - timedelta(hours=23))
    actions.look_after()
    mail.refresh_from_db()
    assert mail.has_text
    Mail.objects.update(queued_at=timezone.now() - timedelta(hours=25))
    actions.look_after()
    mail.refresh_from_db()
    assert mail.has_text == is_kept
