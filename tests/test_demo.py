"""`make demo`: its own steps, read from the Makefile and run twice, and then the server that it starts."""

import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.databases import ask_file


@pytest.fixture
def recipe(checkout):
    """The commands of the demo, without the printing and installing."""
    lines = re.search(r"^demo:\n((?:\t.*\n)+)", (checkout / "Makefile").read_text(), re.MULTILINE)[1]
    *_others, last = re.split(r"(?<!\\)\n\t", lines)
    steps = re.findall(r"((?:\w+=\S+ )?)\$\(RUN\) (manage\.py [^;&\n]+)$", lines.replace(last, ""), re.MULTILINE)
    return steps, last.lstrip("@")


@pytest.fixture
def exported(checkout):
    """The environment that the Makefile gives to those commands, but for what depends on the port."""
    found = re.findall(r"^demo: export (\w+) := (\S+)$", (checkout / "Makefile").read_text(), re.MULTILINE)
    return {name: value for name, value in found if "$" not in value}


@pytest.fixture
def database(tmp_path):
    return tmp_path / "demo.sqlite3"


@pytest.fixture
def run(checkout, exported, database):
    """Start a line of bash, on a database of its own."""
    environment = {"PATH": os.environ["PATH"], **exported, "DATABASE_URL": f"sqlite:///{database}"}

    def run(line: str) -> subprocess.Popen:
        return subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", line],
            cwd=checkout,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return run


PUBLISH_THE_DRAFT = """
from frameworks.publishing.actions import publish
from frameworks.models import Revision
publish(Revision.objects.drafts().get())
"""


ASK_FOR_AN_IMPORT = """
from pathlib import Path
from frameworks.publishing.jobs.actions import ask_for_import
ask_for_import(Path("fixtures/leader_cms.yaml").read_bytes(), "leader_cms.yaml", None)
"""


PYTHON = shlex.quote(sys.executable)


def rows(database) -> dict[str, int]:
    """How many rows each table has."""
    tables = ask_file(database, "SELECT name FROM sqlite_master WHERE type = 'table'")
    return {table: ask_file(database, f"SELECT count(*) FROM {table}")[0][0] for (table,) in tables}


def state_of_the_job(database) -> str:
    return ask_file(database, "SELECT state FROM jobs_job WHERE kind = 'frameworks.import'")[0][0]


def test_the_demo_starts_and_a_second_time_keeps_everything(recipe, run, database):
    steps, serve = recipe
    assert steps[0][1].startswith("manage.py migrate")
    assert "-m gunicorn" in serve

    def do(command: str, setting: str = "") -> str:
        with run(f"{setting}exec {PYTHON} {command}") as process:
            out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, f"{command}\n{errors}"
        return out

    def prepare(*, with_static_files=True):
        for setting, step in steps:
            if with_static_files or "collectstatic" not in step:
                do(step, setting)

    def in_shell(code: str) -> str:
        return do(f"manage.py shell --no-imports -c {shlex.quote(code)}")

    prepare()
    first = rows(database)
    assert first["frameworks_framework"] == 2
    assert first["frameworks_revision"] == 3  # the third is a draft for the admin to publish
    assert first["training_module"] >= 15
    assert first["assessments_targetprofile"] >= 3
    assert first["accounts_user"] >= 7
    in_shell(PUBLISH_THE_DRAFT)
    published = rows(database)
    assert published["frameworks_statement"] > first["frameworks_statement"]
    # Static files are compressed anew each time, which takes longer than all else and touches no data.
    prepare(with_static_files=False)
    assert rows(database) == published

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = serve.replace("\\\n\t", " ").replace("$(PORT)", str(port)).replace("$(RUN)", PYTHON).replace("$$", "$")
    with run(line) as server:
        try:
            assert "Sign in" in read(f"http://127.0.0.1:{port}/", server)
            assert "@layer" in read(f"http://127.0.0.1:{port}/static/css/app.css", server)
            with pytest.raises(urllib.error.HTTPError) as missing:
                read(f"http://127.0.0.1:{port}/help/nothing/", server)
            assert "Nothing you saved is lost" in missing.value.read().decode()
            in_shell(ASK_FOR_AN_IMPORT)
            while state_of_the_job(database) != "done":
                assert server.poll() is None
                time.sleep(0.1)
        finally:
            server.terminate()
            # It keeps these open until both the site and the worker have ended.
            server.communicate(timeout=60)


def read(address: str, server: subprocess.Popen) -> str:
    """Fetch a page, waiting for the server to come up while it is still starting."""
    while True:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            assert server.poll() is None, f"the server ended: {server.communicate()[1]}"
            time.sleep(0.1)
