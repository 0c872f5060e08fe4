"""The old name for the part "revision-notices" of `manage.py run_due`; the next release removes it."""

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from assessments.publication import notices


class Command(BaseCommand):
    help = (
        "Use `run_due revision-notices` instead; this name goes with the next release. Queue an e-mail about each "
        "revision in force to everybody who has ratings on an earlier one; once each, however often this runs."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="name the people, send nothing")

    def handle(self, *, dry_run, **options):
        if dry_run:
            for revision in notices.revisions_to_tell_of():
                for person in notices.untold(revision):
                    self.stdout.write(f"{person.email}: {revision}")
            return
        number = notices.tell_all()
        self.stdout.write(
            ngettext("%(number)d e-mail is on its way.", "%(number)d e-mails are on their way.", number)
            % {"number": number}
        )
