"""Tell everybody who has ratings on an earlier revision that their framework has changed, once each.

Small numbers are told right after a revision is published. Run this after publishing for many people, or once a day:

0 6 * * *  cd …/kip && .venv/bin/python manage.py send_revision_notices
"""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from assessments.publication import notices


class Command(BaseCommand):
    help = (
        "Send an e-mail about each revision in force to everybody who has ratings on an earlier one. Each person gets "
        "one e-mail a revision, however often this runs; stopped in the middle, it goes on where it was."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="name the people, send nothing")

    def handle(self, *, dry_run, **options):
        sent = failed = 0
        for revision in notices.revisions_to_tell_of():
            if dry_run:
                for person in notices.untold(revision):
                    self.stdout.write(f"{person.email}: {revision}")
                continue
            sent_now, failed_now = notices.tell(revision)
            sent, failed = sent + sent_now, failed + failed_now
        if dry_run:
            return
        self.stdout.write(ngettext("%(number)d e-mail sent.", "%(number)d e-mails sent.", sent) % {"number": sent})
        if failed:
            raise CommandError(
                ngettext(
                    "%(number)d e-mail was not taken by the mail server. Run this again; it sends what is missing.",
                    "%(number)d e-mails were not taken by the mail server. Run this again; it sends what is missing.",
                    failed,
                )
                % {"number": failed}
            )
