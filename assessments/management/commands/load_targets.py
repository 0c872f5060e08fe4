"""Load target profiles from files, so that they can be kept as text files beside the framework file."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from assessments.targets.actions import load_targets
from frameworks.files.command_line import content_of, tell_faults
from kip_site.refusals import FaultyFiles


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
            said = _("Nothing was loaded, and the target profiles are as they were.")
            raise tell_faults(self, refused.faults, said) from None
        self.stdout.write(
            _("Target profiles: %(created)d added, %(changed)d changed, %(unchanged)d unchanged.")
            % {name: counts[name] for name in ("created", "changed", "unchanged")}
        )
