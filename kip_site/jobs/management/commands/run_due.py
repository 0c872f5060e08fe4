"""Runs all scheduled work: reminders, notices, deleting old data. To be run by a timer once an hour."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kip_site.jobs import due


class Command(BaseCommand):
    help = (
        "Do what is due: reminders, notices of new revisions, forgetting what was kept long enough. Run it as often as "
        "you like, also twice at once: what was done is not done again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        names = [part.name for part in due.parts()]
        parser.add_argument("part", nargs="*", help=f"only these of the parts: {', '.join(names)}")

    def handle(self, *, part: list[str], **options: Any) -> None:
        known = {each.name: each for each in due.parts()}
        if unknown := sorted(set(part) - set(known)):
            raise CommandError(f"There is no part {', '.join(unknown)}. Choose from {', '.join(known)}.")
        failed = []
        for done in due.run([known[name] for name in part] if part else due.parts()):
            if done.is_elsewhere:
                self.stdout.write(f"{done.part.name}: another process is at it")
            elif done.error:
                failed.append(done.part.name)
                self.stderr.write(f"{done.part.name}: {done.error}")
            else:
                self.stdout.write(f"{done.part.name}: {done.number}")
        if failed:
            raise CommandError(f"Not done: {', '.join(failed)}. The log says why. Run it again: it goes on there.")
