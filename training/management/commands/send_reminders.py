"""The old name for the part "reminders" of `manage.py run_due`; the next release removes it."""

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import ngettext

from training.assignments import actions
from training.models import Assignment


class Command(BaseCommand):
    help = (
        "Use `run_due reminders` instead; this name goes with the next release. Queue an e-mail to everybody who has "
        "an open module that is due in the coming days; each assignment is reminded of once, however often it runs."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--days",
            type=int,
            default=actions.REMINDED_BEFORE,
            help=f"how many days before the due date (default: {actions.REMINDED_BEFORE})",
        )
        parser.add_argument("--dry-run", action="store_true", help="name the reminders, send none")

    def handle(self, *, days, dry_run, **options):
        today = timezone.localdate()
        if dry_run:
            for assignment in Assignment.objects.to_remind_of(today, days).select_related("person", "module"):
                self.stdout.write(f"{assignment.person.email}: {assignment.module.title}, {assignment.due:%Y-%m-%d}")
            return
        sent = actions.remind(days, today)
        self.stdout.write(
            ngettext("%(number)d reminder is on its way.", "%(number)d reminders are on their way.", sent)
            % {"number": sent}
        )
