"""Load target profiles from files, so that they can be kept as text beside the framework they belong to."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from assessments.actions import FaultyFiles, load_targets
from frameworks.named_files import content_of


class Command(BaseCommand):
    help = (
        "Load target profiles (kip-targets/1) for the frameworks in force, all files or none. Known ones (by key) "
        "are brought to what the file says; loading again changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *, files, **options):
        try:
            counts = load_targets([(name, content_of(name)) for name in files])
        except FaultyFiles as refused:
            for fault in refused.faults:
                self.stderr.write(str(fault))
            raise CommandError(_("Nothing was loaded, and the target profiles are as they were.")) from None
        self.stdout.write(
            _("Target profiles: %(created)d added, %(changed)d changed, %(unchanged)d unchanged.")
            % {name: counts[name] for name in ("created", "changed", "unchanged")}
        )
