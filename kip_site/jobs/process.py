"""The processes of `manage.py work`: one for each lane, started again if it ends without having been told to stop.

In each process, the command `db_worker` of the task library takes the tasks of the lane. It ends if the database does
not answer; the process then waits for the database and runs it again.
"""

import itertools
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Collection, Iterable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from django.core.management import call_command
from django.db import Error, connection, connections
from django.utils.crypto import get_random_string

from . import watch
from .models import Lane, Worker

logger = logging.getLogger(__name__)

# With fork, the children share the memory of the modules that the parent has loaded.
PROCESSES = multiprocessing.get_context("fork")
# Seconds between two attempts to reach the database, or between the end and the new start of a process.
PAUSES = (1, 1, 2, 5)
SIGNALS = (signal.SIGTERM, signal.SIGINT)


# --- All lanes ----------------------------------------------------------------------------------


def work(lanes: Iterable[str]) -> None:
    """Keep a process running for each lane until SIGTERM or SIGINT; each process finishes its current job."""
    stopped = threading.Event()
    for number in SIGNALS:
        signal.signal(number, lambda *_: stopped.set())
    connections.close_all()  # each process opens its own
    running = {lane: _begin(lane) for lane in lanes}
    while not stopped.is_set():
        wait([process.sentinel for process in running.values()], timeout=0.5)
        for lane, process in running.items():
            if not process.is_alive() and not stopped.is_set():
                logger.warning("The worker of lane %s ended with %s: it is begun again.", lane, process.exitcode)
                stopped.wait(PAUSES[0])
                running[lane] = _begin(lane)
    # What takes long may go on for minutes: nobody waits for a code meanwhile.
    urgent = running.pop(Lane.SIGN_IN, None)
    _end(running.values())
    _end([urgent] if urgent else [])


def _end(processes: Collection[BaseProcess]) -> None:
    """Tell them to stop, and come back once all have ended what they had begun."""
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()


def _begin(lane: str) -> BaseProcess:
    process = PROCESSES.Process(target=_work_alone, args=(lane, os.getpid()), name=f"work {lane}")
    # Held back until the child answers them in its own way: in that of its parent it would not stop.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    return process


def _work_alone(lane: str, parent: int) -> None:
    """The child process. In its own process group, it does not get Ctrl-C: the parent gets it and stops the child."""
    os.setpgrp()
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    work_in(lane, parent=parent)


# --- One lane -----------------------------------------------------------------------------------


def work_in(lane: str, *, parent: int | None = None) -> None:
    """Do the jobs of a lane until told to stop."""
    while True:
        _wait_for_database()
        try:
            take_tasks(lane, parent=parent)
        except Error as error:
            logger.warning("The worker of lane %s lost the database: %s", lane, _line(error))
            connection.close()
        else:
            return  # it was told to stop
        for number in SIGNALS:  # the handlers of the library work only within its own loop
            signal.signal(number, signal.SIG_DFL)
        time.sleep(PAUSES[0])


def take_tasks(lane: str, *, once: bool = False, parent: int | None = None) -> None:
    """Run the library's worker command for a lane, with heartbeats in a second thread. Raises django.db.Error."""
    worker = get_random_string(32)
    watch.show_life(worker, lane)
    watch.put_back()
    stopped = threading.Event()
    pulse = threading.Thread(target=_beat, args=(worker, lane, stopped, parent), daemon=True)
    pulse.start()
    try:
        call_command(
            "db_worker",
            queue_name=lane,
            worker_id=worker,
            batch=once,
            interval=1,
            reload=False,
            startup_delay=False,
            verbosity=0,  # the module `work` logs what jobs do
        )
    finally:
        stopped.set()
        pulse.join()
        _leave(worker)


def _beat(worker: str, lane: str, stopped: threading.Event, parent: int | None) -> None:
    """Store the heartbeat of this worker, and put back the jobs of workers without one."""
    last = time.monotonic()
    while not stopped.wait(1):
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)  # the parent is gone and can no longer stop it
            parent = None  # one signal is enough; heartbeats go on until the job has ended
        if time.monotonic() - last < watch.HEARTBEAT.total_seconds():
            continue
        last = time.monotonic()
        try:
            watch.show_life(worker, lane)
            watch.put_back()
        except Error as error:
            # With SQLite, nobody else can write during a long publication: the next heartbeat comes after it.
            logger.warning("No sign of life could be written this time: %s", _line(error))
        finally:
            connection.close()


def _leave(worker: str) -> None:
    try:
        watch.leave(worker)
    except Error:
        connection.close()  # the database is away; the row will count as silent after a while


def _wait_for_database() -> None:
    """Return once the database answers and has its tables."""
    for attempt in itertools.count():
        try:
            Worker.objects.exists()
        except Error as error:
            if attempt == 0:
                logger.warning("The worker waits for the database: %s", _line(error))
            connection.close()
            time.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
        else:
            if attempt:
                logger.warning("The database answers again.")
            return


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
