"""The worker: does what takes longer than a request, one task after the other, until it is told to stop."""

import logging
import threading

from django.core.management.base import BaseCommand
from django.db import Error, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from frameworks.publishing.jobs import work

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Does large imports and publications in the background, until SIGTERM; it finishes what it has begun."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what waits, then stop")

    def handle(self, *, once, **options):
        worker = Worker(
            queue_names=["default"],
            excluded_queue_names=[],
            backend_name="default",
            worker_id=get_random_string(32),
            interval=1,
            startup_delay=False,
            batch=once,
            max_tasks=None,
        )
        work.put_back()
        work.forget()
        stopped = threading.Event()
        pulse = threading.Thread(target=beat, args=(worker.worker_id, stopped), daemon=True)
        pulse.start()
        if threading.current_thread() is threading.main_thread():
            worker.configure_signals()
        try:
            worker.run()
        finally:
            stopped.set()
            pulse.join()


def beat(worker_id, stopped):
    """Show signs of life, and look after the jobs of workers that show none."""
    while not stopped.wait(work.HEARTBEAT.total_seconds()):
        try:
            work.show_life(worker_id)
            work.put_back()
            work.forget()
        except Error:
            # On SQLite a long publication keeps everybody else from writing: the next sign of life comes after it.
            logger.warning("No sign of life could be written this time.", exc_info=True)
        finally:
            connection.close()
