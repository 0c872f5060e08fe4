"""Jobs that stop in the middle until they are told to go on. Both say where they are by files in a folder."""

import os
import time
from pathlib import Path

from django.apps import AppConfig
from django.db import transaction

FOUND, SIT = "drills.found", "drills.sit"
# Should nobody tell it to go on, no process stays for ever.
SECONDS_IN_THE_MIDDLE = 120


class DrillsConfig(AppConfig):
    name = "tests.drills"
    label = "drills"

    def ready(self):
        from kip_site.jobs import kinds

        for name, work in ((FOUND, found), (SIT, sit)):
            kinds.register(kinds.Kind(name, work, heading=str, done_heading=str, failed_heading=str))


def found(job):
    """Found an organisation that is named like the job; the middle is in the middle of the transaction."""
    from kip_site.accounts.models import Organisation
    from kip_site.jobs.progress import finish

    with transaction.atomic():
        Organisation.objects.create(slug=f"job-{job.pk}-{job.attempts}", name=job.name)
        middle(job)
        finish(job)


def sit(job):
    """Take long, and keep nobody from the database meanwhile."""
    middle(job)


def middle(job):
    folder = Path(job.payload["folder"])
    # Renamed, so that whoever finds the file finds the number in it.
    new = folder / f"{os.getpid()}.new"
    new.write_text(str(os.getpid()))
    new.rename(folder / "in-the-middle")
    end = time.monotonic() + SECONDS_IN_THE_MIDDLE
    while not (folder / "go-on").exists():
        if time.monotonic() > end:
            raise TimeoutError("Nobody told the job to go on.")
        time.sleep(0.02)
