"""A site of real processes: `manage.py work`, and gunicorn as `make demo` starts it, on a database of their own."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from tests.databases import environment
from tests.drills.jobs import FOUND
from tests.mail.servers import free_port

# The program that stops and starts the server of tests/on_postgresql.sh, if the drills run on that.
ADDRESS = urlsplit(os.environ.get("DATABASE_URL", ""))
CONTROL = Path(parse_qs(ADDRESS.query).get("host", ["/nowhere"])[0]) / "control"

# For what has to happen and whose seconds are not what a drill is about.
PATIENCE = 30
ASK = """
from kip_site.jobs.actions import ask
print(ask({kind!r}, name={name!r}, payload={{"folder": {folder!r}}}).pk)
"""
# The same in a cookie and in a form: Django asks no more.
CSRF = "d" * 32


def usual_most(seconds):
    """The slowest but one of some answers: a single one may meet a busy moment of the machine."""
    return sorted(seconds)[-2]


def until(happens, seconds=PATIENCE, what="it to happen", pause=0.02):
    """What `happens()` gives as soon as that is true; fails when it is not within these seconds."""
    end = time.monotonic() + seconds
    while True:
        if given := happens():
            return given
        assert time.monotonic() < end, f"waited {seconds} s in vain for {what}"
        time.sleep(pause)


class Stopwatch:
    def __init__(self):
        self.began = time.monotonic()

    @property
    def seconds(self):
        return time.monotonic() - self.began

    def __str__(self):
        return f"{self.seconds:.1f} s"


class Site:
    def __init__(self, checkout, database, folder, mail_port=None):
        self.checkout, self.database, self.folder = checkout, database, folder
        self.port = free_port()
        self.mark = f"KIP_DRILL={uuid4().hex}"  # in the environment of each process of this site, and of no other
        self.begun = []
        self.environment = {
            **environment(database),
            "DJANGO_SETTINGS_MODULE": "tests.drills.settings",
            "DEBUG": "0",
            "HTTPS": "0",
            "SECRET_KEY": "for-the-drills-only-and-known-to-everyone",
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}" if mail_port else "dummymail://",
            "MEDIA_ROOT": str(folder / "media"),
            **dict([self.mark.split("=")]),
        }

    # --- Processes --------------------------------------------------------------------------------

    def begin(self, *command):
        """A process in a group of its own. It writes to a file: a pipe would stay open in children of a killed one."""
        with (self.folder / "log.txt").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=self.checkout,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.begun.append(process)
        return process

    def work(self, *arguments):
        return self.begin("manage.py", "work", *arguments)

    def serve(self):
        """gunicorn, once it answers."""
        bind = ["--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--threads", "4"]
        options = ["--no-control-socket", "--forwarder-headers=", "--log-level", "warning"]
        web = self.begin("-m", "gunicorn", "kip_site.wsgi", *bind, *options)
        until(self.is_answering, what="gunicorn")
        return web

    def is_answering(self):
        with suppress(OSError):
            return self.get("/healthz").status == 200

    def shell(self, program):
        """What a program prints, as JSON."""
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", program]
        run = subprocess.run(
            command, cwd=self.checkout, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout or "null")

    def alive(self):
        """The pids of all processes of this site."""
        found = set()
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has just ended, or is somebody else's
                if self.mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found.add(int(folder.name))
        return found

    def children(self, process):
        """Their pids."""
        return {int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()}

    def end(self):
        """End whatever is left, children of what was killed too."""
        until(self._is_killed, what="the end of all processes")
        for process in self.begun:
            process.wait(PATIENCE)

    def _is_killed(self):
        left = self.alive()
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not left

    # --- Jobs -------------------------------------------------------------------------------------

    def ask(self, kind=FOUND, name="Kvarner"):
        """The key of a new job that stops in the middle."""
        for name_of_file in ("in-the-middle", "go-on"):
            (self.folder / name_of_file).unlink(missing_ok=True)
        return self.shell(ASK.format(kind=kind, name=name, folder=str(self.folder)))

    def pid_in_the_middle(self):
        """That of the process that is in the middle of a job, once one is."""
        file = self.folder / "in-the-middle"
        until(file.exists, what="a worker in the middle of a job")
        pid = int(file.read_text())
        file.unlink()
        return pid

    def go_on(self):
        (self.folder / "go-on").touch()

    def job(self, pk):
        """(state, attempts)"""
        return self.one(f"SELECT state, attempts FROM jobs_job WHERE id = {pk}")

    def founded(self):
        return self.one("SELECT count(*) FROM accounts_organisation")[0]

    def a_minute_passes(self):
        self.database.execute("UPDATE jobs_job SET heartbeat_at = '2026-01-01 00:00:00' WHERE state = 'running'")

    def lanes_at_work(self):
        return {lane for (lane,) in self.database.execute("SELECT lane FROM jobs_worker")}

    def one(self, sql):
        """The only row of an answer."""
        [row] = self.database.execute(sql)
        return row

    # --- HTTP -------------------------------------------------------------------------------------

    def get(self, path):
        return Answer(self.port, "GET", path)

    def post(self, path, fields, session=""):
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"csrftoken={CSRF}" + (f"; sessionid={session}" if session else ""),
        }
        return Answer(self.port, "POST", path, urlencode({"csrfmiddlewaretoken": CSRF, **fields}), headers)


class Answer:
    """What the site says to one request, and how many seconds it took. Raises OSError when nobody answers."""

    def __init__(self, port, method, path, body=None, headers=None):
        watch = Stopwatch()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            self.status, self.text = answer.status, answer.read().decode()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()
        self.seconds = watch.seconds
