"""Load target profiles from files, so that they can be kept as text beside the framework they belong to."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from assessments.actions import FaultyFiles, load_targets


class Command(BaseCommand):
    help = (
        "Load target profiles (kip-targets/1) for the frameworks in force, all files or none. Known ones (by key) "
        "are brought to what the file says; loading again changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)

    def handle(self, *, files, **options):
        try:
            contents = [(str(path), path.read_bytes()) for path in files]
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read (%(reason)s). Nothing was loaded.")
                % {"file": error.filename, "reason": error.strerror}
            ) from None
        try:
            counts = load_targets(contents)
        except FaultyFiles as refused:
            for fault in refused.faults:
                self.stderr.write(str(fault))
            raise CommandError(_("Nothing was loaded, and the target profiles are as they were.")) from None
        self.stdout.write(
            _("Target profiles: %(created)d added, %(changed)d changed, %(unchanged)d unchanged.")
            % {name: counts[name] for name in ("created", "changed", "unchanged")}
        )
