"""Addresses of earlier releases become those of today; two accounts are never merged."""

import subprocess
import sys

import pytest

from tests.databases import environment
from tests.releases.test_migrating import RELEASES

ANA, LUKA = "practitioner@demo.example", "luka.peric@demo.example"
ODD = f"practitioner@de{chr(0x200B)}mo.example"


@pytest.mark.parametrize(
    ("whose", "after"), [(ANA, "practitioner@demo.example"), (LUKA, ODD)], ids=["nobody else's", "that of another"]
)
@pytest.mark.parametrize("release", RELEASES, ids=lambda folder: folder.name)
def test_invisible_characters_go_unless_the_address_is_anothers(
    release, whose, after, checkout, tmp_path, kept_database
):
    database = kept_database(release)
    [(pk,)] = database.execute(f"SELECT id FROM accounts_user WHERE email = '{whose}'")
    for table, key in [("accounts_user", "id"), ("account_emailaddress", "user_id")]:
        database.execute(f"UPDATE {table} SET email = '{ODD}' WHERE {key} = {pk}")
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=checkout,
        env=environment(database) | {"MEDIA_ROOT": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    for table, key in [("accounts_user", "id"), ("account_emailaddress", "user_id")]:
        assert list(map(tuple, database.execute(f"SELECT email FROM {table} WHERE {key} = {pk}"))) == [(after,)]
