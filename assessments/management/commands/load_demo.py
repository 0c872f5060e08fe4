"""Fill a site with two invented organisations and their people, so that anybody can try each role.

Refuses outside DEBUG: the accounts share a password that is public.
"""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from assessments import demo


class Command(BaseCommand):
    help = "Add two demo organisations and their people. Running it again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument(
            "--people", type=int, default=0, metavar="N", help="add N invented practitioners, with assessments"
        )

        parser.add_argument(
            "--content",
            action="store_true",
            help="where no framework is: first load the frameworks, modules and target profiles that come with the "
            "platform, and a draft of a next revision",
        )

    def handle(self, *args, people, content, **options):
        if not settings.DEBUG:
            raise CommandError(
                "Nothing was loaded: the demo accounts share a public password, so they need DEBUG=1 "
                "on a machine that only you can reach."
            )
        if people < 0:
            raise CommandError("Nothing was loaded: --people takes 0 or more.")
        if content and demo.load_content():
            self.stdout.write("Two frameworks, their modules and target profiles, and a draft added.")
        added = demo.load(demo.FILE.read_bytes(), people)
        self.stdout.write(
            ", ".join(
                (
                    ngettext("%d person", "%d people", added["people"]) % added["people"],
                    ngettext("%d assessment", "%d assessments", added["assessments"]) % added["assessments"],
                    ngettext("%d assignment", "%d assignments", added["assignments"]) % added["assignments"],
                )
            )
            + " added to the demo."
        )
