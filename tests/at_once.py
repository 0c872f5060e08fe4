"""Runs functions at the same moment, each in its own thread and with its own database connection."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def on_own_connection(act):
    """The result of `act`; closes the database connection of this thread, because nothing else would close it."""
    try:
        return act()
    finally:
        connection.close()


def at_once(*acts, refused=()):
    """The results of the functions `acts`, in order, which all start together.

    If one raises an exception of the classes `refused`, its result is the exception.
    """
    start = threading.Barrier(len(acts))

    def run(act):
        try:
            start.wait()
            return on_own_connection(act)
        except refused as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))
