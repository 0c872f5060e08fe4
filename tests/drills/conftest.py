"""What drills have in common: a site of real processes, and lines of what was measured at the end of the run."""

import pytest

from tests.drills.site import CONTROL, Site

# A file of SQLite has no server that could be away.
collect_ignore = [] if CONTROL.exists() else ["test_database_away.py"]


@pytest.fixture
def new_site(checkout, own_database, tmp_path):
    """A site without a process yet: `new_site(mail_port=…)`. All that it begins has ended after the drill."""
    sites = []

    def new_site(mail_port=None):
        sites.append(Site(checkout, own_database(), tmp_path, mail_port))
        return sites[-1]

    try:
        yield new_site
    finally:
        for site in sites:
            site.end()
        if (log := tmp_path / "log.txt").exists():
            print(log.read_text())  # noqa: T201  shown if the drill failed


@pytest.fixture
def site(new_site):
    return new_site()


@pytest.fixture
def measured(record_property):
    """Say what a drill measured, for the end of the run."""
    return lambda words: record_property("measured", words)


def pytest_terminal_summary(terminalreporter):
    lines = [
        f"{report.nodeid.rpartition('::')[2].removeprefix('test_').replace('_', ' ')}: {words}"
        for report in terminalreporter.getreports("passed")
        for name, words in report.user_properties
        if name == "measured" and report.when == "call"
    ]
    if lines:
        terminalreporter.section("what the drills measured")
        for line in lines:
            terminalreporter.write_line(line)
