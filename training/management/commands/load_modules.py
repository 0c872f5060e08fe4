"""Load module files into the catalogue, so that authors can keep modules in text files, under version control."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frameworks.files.command_line import content_of, tell_faults
from kip_site.refusals import FaultyFiles
from training.files.actions import load_modules


class Command(BaseCommand):
    help = (
        "Load modules from files of the format kip-modules/1, all or none. New modules are added, known ones (by their "
        "key) brought to what the file says; steps that people have done are kept. Loading again changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *, files, **options):
        try:
            loaded = load_modules([(name, content_of(name)) for name in files])
        except FaultyFiles as refused:
            number = len(refused.faults)
            said = ngettext(
                "%(number)d fault. Nothing was loaded, and the catalogue is as it was.",
                "%(number)d faults. Nothing was loaded, and the catalogue is as it was.",
                number,
            )
            raise tell_faults(self, refused.faults, said % {"number": number}) from None
        self.stdout.write(
            _("%(created)d modules added, %(changed)d changed, %(unchanged)d unchanged.")
            % {"created": loaded.created, "changed": loaded.changed, "unchanged": loaded.unchanged}
        )
        for module, outcomes in loaded.left_alone.items():
            self.stdout.write(
                _(
                    "%(module)s: its links to %(outcomes)s stay as they are. A revision changed what they mean, so "
                    "that an admin decides about them: on the page of links to decide, or later in the administration."
                )
                % {"module": module, "outcomes": ", ".join(outcomes)}
            )
