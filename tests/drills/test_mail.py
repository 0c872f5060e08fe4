"""Mail servers that are away, and workers that are killed while they send: nobody waits for it, and nothing is lost."""

import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from kip_site.jobs.models import Lane
from tests.drills.jobs import SIT
from tests.drills.site import PATIENCE, Stopwatch, until, usual_most
from tests.mail.servers import free_port, serving

RESET = "/accounts/password/reset/"
PEOPLE = [f"person-{number}@kvarner.example" for number in range(16)]
OTHERS = [f"other-{number}@kvarner.example" for number in range(200)]
MAKE_PEOPLE = f"""
from allauth.account.models import EmailAddress
from kip_site.accounts.models import User
for email in {PEOPLE}:
    person = User.objects.create_user(email, name="Ana")
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
"""
WRITE = """
from django.db import transaction
from kip_site.accounts.models import Organisation, User
from kip_site.mail.actions import send
person, kvarner = User(name="Ana", email="ana@kvarner.example"), Organisation(name="Kvarner")
context = {{"person": person, "organisation": kvarner, "removed_by": person, "address": "/"}}
with transaction.atomic():
    for to in {addresses}:
        send("accounts/organisation/email/removed", to, context)
"""


def states(site):
    """{state: how many e-mails}"""
    return dict(site.database.execute("SELECT state, count(*) FROM mail_mail GROUP BY state"))


def attempts(site):
    """How often the e-mail that was tried most often was tried."""
    return site.one("SELECT max(tries) FROM mail_mail")[0]


def reset_all(site):
    """Everybody of PEOPLE asks for a new password at once; gives the answers, and those of /healthz meanwhile."""
    begin = threading.Barrier(len(PEOPLE) + 1)
    over = threading.Event()

    def reset(email):
        begin.wait(PATIENCE)
        return site.post(RESET, {"email": email})

    def look():
        begin.wait(PATIENCE)
        looks = [site.get("/healthz")]
        while not over.wait(0.1):
            looks.append(site.get("/healthz"))
        return looks

    with ThreadPoolExecutor(len(PEOPLE) + 1) as threads:
        looks = threads.submit(look)
        try:
            answers = list(threads.map(reset, PEOPLE))
        finally:
            over.set()
        return answers, looks.result()


@contextmanager
def away(how):
    """The port of a mail server that is away, and a function that brings it back and gives it."""
    with ExitStack() as stack:
        if how == "nobody listens":
            port = free_port()
            yield port, lambda: stack.enter_context(serving(port))
            return
        server = stack.enter_context(serving())
        server.is_silent = how == "silent"
        server.greeting = "554 go away" if how == "greets with 554" else "220 ready"

        def back():
            server.greeting, server.is_silent = "220 ready", False
            return server

        yield server.port, back


# {how it is away: for how many attempts}. The pauses between them grow; who is silent takes long at each one anyway.
AWAY = {"nobody listens": 3, "greets with 554": 2, "silent": 1}


@pytest.mark.parametrize("how", AWAY)
def test_people_set_new_passwords_while_the_mail_server_is_away(new_site, measured, how):
    with away(how) as (port, back):
        site = new_site(mail_port=port)
        site.shell(MAKE_PEOPLE)
        site.work()
        site.serve()
        until(lambda: site.lanes_at_work() == set(Lane.values), what="both lanes")
        # What each process does once, at its first pages, is not asked about here.
        for _time in range(8):
            assert site.get(RESET).status == 200
        answers, looks = reset_all(site)
        assert {answer.status for answer in answers} == {302}
        assert sum(states(site).values()) == len(PEOPLE)

        def is_tried():
            looks.append(site.get("/healthz"))
            return attempts(site) >= AWAY[how]

        until(is_tried, what="attempts", pause=0.2)
        slowest, slowest_look = (max(answer.seconds for answer in each) for each in (answers, looks))
        assert slowest < 5
        assert {look.status for look in looks} == {200}
        assert usual_most(look.seconds for look in looks) < 1
        assert "sent" not in states(site)
        server = back()
        watch = Stopwatch()
        until(lambda: states(site) == {"sent": len(PEOPLE)}, 30, "all e-mails")
        measured(
            f"slowest of {len(PEOPLE)} answers {slowest:.1f} s, of {len(looks)} of /healthz {slowest_look:.2f} s;"
            f" all sent {watch} after the server was back"
        )
        assert sorted(server.taken()) == sorted(PEOPLE)


def test_a_new_password_is_not_held_up_by_what_takes_long(new_site, measured):
    with serving() as server:
        server.slow = dict.fromkeys(OTHERS, 0.5)
        site = new_site(mail_port=server.port)
        site.shell(MAKE_PEOPLE)
        site.work()
        site.serve()
        job = site.ask(SIT)
        site.shell(WRITE.format(addresses=OTHERS))
        site.pid_in_the_middle()

        def seconds(email):
            """How long one waits for the e-mail."""
            watch = Stopwatch()
            assert site.post(RESET, {"email": email}).status == 302
            until(lambda: email in server.taken(), 5, f"the e-mail to {email}")
            return watch.seconds

        beside_job = [seconds(email) for email in PEOPLE[:4]]
        assert not set(OTHERS) & set(server.taken())
        site.go_on()
        until(lambda: set(OTHERS) & set(server.taken()), what="the other e-mails")
        assert site.job(job) == ("done", 1)
        beside_mail = [seconds(email) for email in PEOPLE[4:8]]
        assert states(site)["waiting"] > 100
        measured(
            f"it came within {max(beside_job):.1f} s beside a long job, and within {max(beside_mail):.1f} s while"
            f" {len(OTHERS)} others went out slowly"
        )


def test_a_worker_killed_while_it_sends(new_site, measured):
    kills = 5
    addresses = OTHERS[:50]
    chance = random.Random(5)
    with serving() as server:
        server.slow = dict.fromkeys(addresses, 0.05)
        site = new_site(mail_port=server.port)
        site.shell(WRITE.format(addresses=addresses))
        worker = site.work("--lane", Lane.DEFAULT)
        watch = Stopwatch()
        for _kill in range(kills):
            before = len(server.messages)
            until(lambda before=before: len(server.messages) > before + 4, what="e-mails")
            # The first moment is after the server took one and before the worker knows; others are as it happens.
            time.sleep(chance.choice((0, 0, 0.05, 0.08)))
            [victim] = site.children(worker)
            os.kill(victim, signal.SIGKILL)
            until(lambda victim=victim: victim not in site.alive(), what="the end of a killed process")
            assert "sending" in states(site) or "waiting" in states(site)
            site.a_minute_passes()
        until(lambda: states(site) == {"sent": len(addresses)}, 60, "all e-mails")
        times = Counter(server.taken())
    assert set(times) == set(addresses)
    twice = sum(times.values()) - len(addresses)
    assert twice <= kills
    measured(f"{kills} kills: all of {len(addresses)} sent within {watch}, {twice} of them twice")
