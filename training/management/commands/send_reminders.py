"""Remind people of modules that are due soon. Run it once a day, by cron or a timer:

0 7 * * *  cd …/kip && .venv/bin/python manage.py send_reminders
"""

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import ngettext

from training.assignments import actions
from training.models import Assignment


class Command(BaseCommand):
    help = (
        "Send an e-mail to everybody who has an open module that is due in the coming days. Meant to be run once a "
        "day; each assignment is reminded of once, however often it runs."
    )

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int, default=3, help="how many days before the due date (default: 3)")
        parser.add_argument("--dry-run", action="store_true", help="name the reminders, send none")

    def handle(self, *, days, dry_run, **options):
        today = timezone.localdate()
        if dry_run:
            for assignment in Assignment.objects.to_remind_of(today, days).select_related("person", "module"):
                self.stdout.write(f"{assignment.person.email}: {assignment.module.title}, {assignment.due:%Y-%m-%d}")
            return
        sent = actions.remind(days, today)
        self.stdout.write(ngettext("%(number)d reminder sent.", "%(number)d reminders sent.", sent) % {"number": sent})
