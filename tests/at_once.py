"""People who do something at the same moment, each in a thread and on a database connection of their own."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def on_own_connection(act):
    """What the act gives; the connection that this thread had for it is closed, since nothing else would close it."""
    try:
        return act()
    finally:
        connection.close()


def at_once(*acts, refused=()):
    """What each act gives when all begin together, in their order; an exception of `refused` is what it gives too."""
    start = threading.Barrier(len(acts))

    def run(act):
        try:
            start.wait()
            return on_own_connection(act)
        except refused as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))
