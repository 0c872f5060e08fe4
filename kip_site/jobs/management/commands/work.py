"""The worker: does background jobs and sends e-mails until it is told to stop."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kip_site.jobs import process
from kip_site.jobs.models import Lane


class Command(BaseCommand):
    help = (
        "Does the jobs that wait in the background, until SIGTERM; it finishes what it has begun. While the database "
        "is away, it waits. Several may run at the same time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what waits, then stop")
        parser.add_argument("--lane", choices=Lane.values, help="only the jobs of this lane (default: all lanes)")

    def handle(self, *, once: bool, lane: Lane | None, **options: Any) -> None:
        lanes = [lane] if lane else list(Lane.values)
        if not once:
            process.work(lanes)
            return
        for each in lanes:
            process.take_tasks(each, once=True)
