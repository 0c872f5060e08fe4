"""Writes a competence profile as PDF without the web: for scripts, and to check that a machine can make PDFs.

It writes the newest assessment that the person has submitted, exactly as the person would download it.
"""

import os
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.formats import date_format

from assessments.models import Assessment
from assessments.profile import pdf
from kip_site.accounts.models import User


class Command(BaseCommand):
    help = "Write the competence profile of a person's newest submitted assessment as PDF."

    def add_arguments(self, parser):
        parser.add_argument("email", help="the e-mail that the person signs in with")
        parser.add_argument("--output", required=True, type=Path, metavar="FILE.pdf", help="the file to write")

    def handle(self, *, email, output, **options):
        assessment = self.newest(email)
        try:
            content, _name = pdf.issue(assessment)
        except pdf.PdfUnavailable as reason:
            raise CommandError(str(reason)) from reason
        try:
            write(output, content)
        except OSError as error:
            raise CommandError(
                f"{output} was not written: {error.strerror}. Name a file in a folder that is there."
            ) from error
        day = date_format(timezone.localdate(assessment.submitted_at))
        self.stdout.write(f"{output}: the profile of {assessment.person}, assessed on {day}.")

    @staticmethod
    def newest(email):
        person = User.objects.filter(email=email).first()
        if person is None:
            raise CommandError(f"Nobody signs in with {email}. Nothing was written.")
        submitted = Assessment.objects.of(person).submitted().for_profile()
        assessment = submitted.latest_first().first()
        if assessment is None:
            raise CommandError(f"{person} has not submitted an assessment yet. Nothing was written.")
        return assessment


def write(output, content):
    """Write the whole file or nothing: an existing file is replaced only once the new one is complete."""
    with tempfile.NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", delete=False) as file:
        unfinished = Path(file.name)
        try:
            file.write(content)
            file.flush()
            # Only its owner may read a temporary file; this one is for those for whom new files are (umask).
            unfinished.chmod(0o666 & ~_umask())
            unfinished.replace(output)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise


def _umask():
    """The umask of the process, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
