"""The processes of the worker: one for each lane, and how they end."""

import os
import signal
import threading
import time

import pytest

from kip_site.jobs import process
from kip_site.jobs.models import Lane


@pytest.fixture
def handlers():
    """The handlers of signals are afterwards as they were."""
    before = {number: signal.getsignal(number) for number in process.SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_codes_go_on_until_what_takes_long_has_ended(handlers, monkeypatch, tmp_path):
    def works(lane, parent):
        def stop(*_arguments):
            (tmp_path / f"{lane} told").touch()
            time.sleep(0.5 if lane == Lane.DEFAULT else 0)
            (tmp_path / f"{lane} ended").touch()
            os._exit(0)

        signal.signal(signal.SIGTERM, stop)
        (tmp_path / f"{lane} begun").touch()
        time.sleep(60)

    def tell_to_stop():
        while len(list(tmp_path.glob("* begun"))) < 2:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    def moment(name):
        return (tmp_path / name).stat().st_mtime_ns

    monkeypatch.setattr(process, "work_in", works)
    threading.Thread(target=tell_to_stop).start()
    process.work(list(Lane.values))
    assert moment("default ended") <= moment("sign-in told")
