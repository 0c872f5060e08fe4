"""A site of every kept release is migrated as a deployment migrates it, and its people see what they saw before.

A release is a folder beside this file; the README.md in the last one says how the next one is made.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import environment
from tests.releases.seen import differences

RELEASES = sorted(file.parent for file in Path(__file__).parent.glob("*/seen.json"))
assert RELEASES

# In one process, which takes longer to start than to do any of this.
LOOK = """
import sys
from django.core.management import call_command
from tests.releases import seen
call_command("migrate", "--check", stdout=sys.stderr)
call_command("makemigrations", "--check", "--dry-run", stdout=sys.stderr)
seen.show()
"""


@pytest.fixture
def manage(checkout, tmp_path):
    """Run a command of manage.py on a database, where no uploaded file is left; answers what it prints."""

    def manage(database, *command):
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=checkout,
            env=environment(database) | {"MEDIA_ROOT": str(tmp_path)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"manage.py {' '.join(command)}\n{done.stdout}{done.stderr}"
        return done.stdout

    return manage


@pytest.mark.parametrize("release", RELEASES, ids=lambda folder: folder.name)
def test_after_migrating_people_see_what_they_saw(release, kept_database, manage):
    database = kept_database(release)
    manage(database, "migrate", "--verbosity=0")
    database.check()
    found = json.loads(manage(database, "shell", "--no-imports", "--command", LOOK))
    kept = json.loads((release / "seen.json").read_text())
    (kind,) = found["codes"]
    changes = differences(kept | {"codes": {kind: kept["codes"][kind]}}, found)
    assert not changes, "\n".join(changes)
    database.check()
