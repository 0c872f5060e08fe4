"""Separate databases, for tests that kill or migrate processes; of the same kind as the database of the test run.

With SQLite each is a file; with PostgreSQL each is a database on the server of `DATABASE_URL`.
"""

import lzma
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit
from uuid import uuid4

import psycopg
import pytest

# All foreign keys, as (table, column, referenced table, referenced column).
FOREIGN_KEYS = """
SELECT conrelid::regclass::text, own.attname, confrelid::regclass::text, other.attname
FROM pg_constraint
JOIN pg_attribute own ON own.attrelid = conrelid AND own.attnum = conkey[1]
JOIN pg_attribute other ON other.attrelid = confrelid AND other.attnum = confkey[1]
WHERE contype = 'f'
"""


def ask_file(file, sql):
    """The rows that an SQL statement returns from an SQLite file (maybe none); the file is closed afterwards."""
    # `with connection` would only end the transaction and leave the connection open.
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:  # noqa: TID251
        return connection.execute(sql).fetchall()


class EmbeddedDatabase:
    """An SQLite file; `name` is its name in Django's settings, `url` its value for `DATABASE_URL`."""

    def __init__(self, folder, template=None):
        self.folder = folder
        self.name = str(folder / f"{uuid4().hex}.sqlite3")
        self.url = f"sqlite:///{quote(self.name)}"
        if template:
            # The file is not simply copied, because the latest changes may still be in its WAL file.
            template.execute(f"VACUUM INTO '{self.name}'")

    def copy(self):
        return EmbeddedDatabase(self.folder, template=self)

    def restore(self, release):
        """Load the database that is kept in a folder of tests/releases/; this one must be empty."""
        Path(self.name).write_bytes(lzma.decompress((release / "demo.sqlite3.xz").read_bytes()))

    def execute(self, sql):
        """The rows that an SQL statement returns; maybe none."""
        return ask_file(self.name, sql)

    def check(self):
        """Fail if the database is damaged or a foreign key is broken."""
        assert self.execute("PRAGMA integrity_check") == [("ok",)]
        assert self.execute("PRAGMA foreign_key_check") == []

    def drop(self):
        """Does nothing: the folder is removed with all others of the test run."""


class ServedDatabase:
    """A database on a PostgreSQL server, with the same methods as EmbeddedDatabase."""

    def __init__(self, server, template=None):
        self.server = server
        self.name = f"own_{uuid4().hex}"
        self.url = urlsplit(server)._replace(path=f"/{self.name}").geturl()
        if template:
            template.wait_until_nobody_is_connected()
        origin = f"TEMPLATE {template.name}" if template else ""
        self._ask_server(f"CREATE DATABASE {self.name} {origin}")

    def copy(self):
        return ServedDatabase(self.server, template=self)

    def restore(self, release):
        self.execute(lzma.decompress((release / "demo.sql.xz").read_bytes()))

    def execute(self, sql):
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def check(self):
        """Fail if a foreign key is broken. Waits first until the server has rolled back what a killed process left."""
        self.wait_until_nobody_is_connected()
        lost = [
            f"(SELECT '{table}', {column}::text FROM {table} EXCEPT SELECT '{table}', {key}::text FROM {other})"
            for table, column, other, key in self.execute(FOREIGN_KEYS)
        ]
        assert [row for row in self.execute(" UNION ALL ".join(lost)) if row[1]] == []

    def wait_until_nobody_is_connected(self):
        for _attempt in range(6000):
            if self._ask_server(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{self.name}'") == [(0,)]:
                return
            time.sleep(0.01)
        raise AssertionError(f"Somebody is still connected to {self.name}.")

    def drop(self):
        self._ask_server(f"DROP DATABASE {self.name} WITH (FORCE)")

    def _ask_server(self, sql):
        with psycopg.connect(self.server, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []


def environment(database):
    """The environment variables of a process that uses this database."""
    return {
        "PATH": os.environ["PATH"],
        "DEBUG": "1",
        "LOG_LEVEL": "WARNING",
        "EMAIL_URL": "dummymail://",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": database.url,
    }


@pytest.fixture(scope="session")
def _new_database(tmp_path_factory):
    """A function that creates a database without tables."""
    server = os.environ.get("DATABASE_URL", "sqlite:")
    if server.startswith("sqlite:"):
        return partial(EmbeddedDatabase, tmp_path_factory.mktemp("own-databases"))
    return partial(ServedDatabase, server)


@pytest.fixture(scope="session")
def _empty_database(checkout, _new_database):
    """A migrated database, of which the databases of `own_database` are copies."""
    database = _new_database()
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=checkout, env=environment(database), check=True)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def own_database(_empty_database):
    """A function that creates a migrated database, or a copy of another: `own_database()`, `own_database(other)`."""
    databases = []

    def own_database(template=_empty_database):
        databases.append(template.copy())
        return databases[-1]

    yield own_database
    for database in databases:
        database.drop()


@pytest.fixture
def kept_database(_new_database):
    """A function that creates a database from a folder of tests/releases/: `kept_database(folder)`."""
    databases = []

    def kept_database(release):
        databases.append(_new_database())
        databases[-1].restore(release)
        return databases[-1]

    yield kept_database
    for database in databases:
        database.drop()
