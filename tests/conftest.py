"""Configuration of the tests: the real settings with an environment for tests, strict about errors and templates."""

import os
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache

# Must come before the first use of the settings, which then read the environment.
os.environ.update(
    DJANGO_SETTINGS_MODULE="kip_site.settings",
    # Playwright runs an event loop in the test's thread, in which Django would otherwise refuse database queries.
    DJANGO_ALLOW_ASYNC_UNSAFE="true",
    SECRET_KEY="for-the-tests-only-and-known-to-everyone",
    DEBUG="0",
    HTTPS="0",
    ALLOWED_HOSTS="localhost,127.0.0.1",
    EMAIL_URL="memorymail://",
    SITE_URL="http://testserver",
    SIGN_UP_OPEN="1",
    LOG_LEVEL="INFO",
)
for name in ("CSRF_TRUSTED_ORIGINS", "OIDC_CLIENT_ID", "OIDC_SERVER_URL", "TRUSTED_PROXY_COUNT"):
    os.environ.pop(name, None)

# Static files are served from static/: a manifest would need collectstatic first, which tests/test_house.py tests.
settings.STORAGES = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
settings.WHITENOISE_AUTOREFRESH = True
settings.WHITENOISE_USE_FINDERS = True

# The real hasher with the lowest costs: a test run hashes hundreds of passwords, none of which protects anything.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1

# No test depends on timing: on a busy machine, one example may take long.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

# The plugins below import models before pytest-django sets up Django.
django.setup()

pytest_plugins = [
    "tests.strictness",
    "tests.browser",
    "tests.databases",
    "tests.outbox",
    "tests.worker",
    "tests.personas",
    "tests.published",
    "tests.assessed",
    "tests.scene",
]

DATABASE_FIXTURES = {"db", "transactional_db", "own_database", "kept_database"}

# The slowest tests run first, so that in a parallel run no process is still busy with one when the others are done.
LONGEST = ("test_demo.py", "test_main_job.py", "test_worker_killed.py", "test_publication_killed.py")


def pytest_collection_modifyitems(items):
    """Marks tests by what they need: `browser` if they use Chromium, `database` if they only use the database."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker("browser")
        elif item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(item.fixturenames):
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """Keeps SQLite's database in a file, as on a real site, so that each thread has its own connection."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        # Test data need not survive a power cut.
        database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"


@pytest.fixture(autouse=True)
def own_media_folder(settings, tmp_path):
    """Keeps the uploads of each test in its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def forgotten_sign_in_attempts(request):
    """Deletes the counts of sign-in attempts before each test; other tests' transactions never end."""
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
        cache.clear()


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder with manage.py."""
    return Path(__file__).resolve().parent.parent
