"""Databases of their own, for tests whose processes are killed or migrate: on the kind of database that the run is on.

On SQLite each is a file; on PostgreSQL each is a database of the server that `DATABASE_URL` names.
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

# Each foreign key, as (table, column, table that it refers to, column there).
FOREIGN_KEYS = """
SELECT conrelid::regclass::text, own.attname, confrelid::regclass::text, other.attname
FROM pg_constraint
JOIN pg_attribute own ON own.attrelid = conrelid AND own.attnum = conkey[1]
JOIN pg_attribute other ON other.attrelid = confrelid AND other.attnum = confkey[1]
WHERE contype = 'f'
"""


def ask_file(file, sql):
    """The rows that a statement answers on a file of SQLite, if it answers any; the file is closed afterwards."""
    # A connection's own `with` ends a transaction and leaves the connection open.
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:  # noqa: TID251
        return connection.execute(sql).fetchall()


class EmbeddedDatabase:
    """A file of SQLite; `name` is what Django calls it, `url` what `DATABASE_URL` does."""

    def __init__(self, folder, template=None):
        self.folder = folder
        self.name = str(folder / f"{uuid4().hex}.sqlite3")
        self.url = f"sqlite:///{quote(self.name)}"
        if template:
            # Not by a copy of the file: what was written last may still stand in the file beside it.
            template.execute(f"VACUUM INTO '{self.name}'")

    def copy(self):
        return EmbeddedDatabase(self.folder, template=self)

    def restore(self, release):
        """Hold what was kept in a folder of tests/releases/; only while it is empty."""
        Path(self.name).write_bytes(lzma.decompress((release / "demo.sqlite3.xz").read_bytes()))

    def execute(self, sql):
        """The rows that a statement answers, if it answers any."""
        return ask_file(self.name, sql)

    def check(self):
        """Fail if anything is broken."""
        assert self.execute("PRAGMA integrity_check") == [("ok",)]
        assert self.execute("PRAGMA foreign_key_check") == []

    def drop(self):
        """Nothing to do: its folder is removed with all others of the run."""


class ServedDatabase:
    """A database on a PostgreSQL server; else as EmbeddedDatabase."""

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
        """Fail if anything is broken. The server rolls back what a killed process left, so that is waited for."""
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
    """The environment of a process that works on this database."""
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
    """A function that makes a database without a table."""
    server = os.environ.get("DATABASE_URL", "sqlite:")
    if server.startswith("sqlite:"):
        return partial(EmbeddedDatabase, tmp_path_factory.mktemp("own-databases"))
    return partial(ServedDatabase, server)


@pytest.fixture(scope="session")
def _empty_database(checkout, _new_database):
    """A database with all tables and nothing in them, which those of `own_database` are copies of."""
    database = _new_database()
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=checkout, env=environment(database), check=True)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def own_database(_empty_database):
    """A new database with all tables, or a copy of another: `own_database()`, `own_database(other)`."""
    databases = []

    def own_database(template=_empty_database):
        databases.append(template.copy())
        return databases[-1]

    yield own_database
    for database in databases:
        database.drop()


@pytest.fixture
def kept_database(_new_database):
    """A new database as it was kept in a folder of tests/releases/: `kept_database(folder)`."""
    databases = []

    def kept_database(release):
        databases.append(_new_database())
        databases[-1].restore(release)
        return databases[-1]

    yield kept_database
    for database in databases:
        database.drop()
