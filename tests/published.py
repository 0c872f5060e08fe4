"""Published frameworks for the tests, imported by the same functions as on the site."""

from pathlib import Path

import pytest

from frameworks.publishing import actions

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def publish_file(content, name="framework.yaml", user=None):
    """Import and publish a framework file; returns the Revision."""
    return actions.publish(actions.import_draft(content, name, user), user)


def line_of(text, content):
    """The number, from 1, of the first line of a file that contains `text`."""
    return content[: content.index(text)].count(b"\n") + 1


def unchanged_under(version, content, replaces="2021.11"):
    """The file of the Repository of skills as a new revision that changes nothing."""
    return _changed(
        content,
        (b'version: "2021.11"', f'version: "{version}"'.encode()),
        (b"replaces: null", f'replaces: "{replaces}"'.encode()),
    )


def reworded_under(version, content, replaces="2021.11"):
    """The file of the Repository of skills as a new revision that rewords A2."""
    return _changed(
        unchanged_under(version, content, replaces),
        (
            b"text: Identifying current and future needs of the partners\n",
            b"text: Identifying current and future needs of all partners\n        reworded: true\n",
        ),
    )


def as_framework(key, content):
    """The file of the Repository of skills as another framework, with the id `key`."""
    return _changed(content, (b"  id: kip\n", f"  id: {key}\n".encode()))


def _changed(content, *replacements):
    for old, new in replacements:
        assert content.count(old) == 1, f"{content.count(old)} times: {old}"
        content = content.replace(old, new)
    return content


@pytest.fixture(scope="session")
def repository_of_skills() -> bytes:
    """The file of the Repository of skills."""
    return (FIXTURES / "repository_of_skills.yaml").read_bytes()


@pytest.fixture(scope="session")
def leader_cms() -> bytes:
    """The file of the LE.A.DE.R. framework."""
    return (FIXTURES / "leader_cms.yaml").read_bytes()


@pytest.fixture
def kip(db, repository_of_skills):
    """The Repository of skills, published: a Revision."""
    return publish_file(repository_of_skills, "repository_of_skills.yaml")


@pytest.fixture
def leader(db, leader_cms):
    """The LE.A.DE.R. framework, published: a Revision with four competences, four levels and no sub-competences."""
    return publish_file(leader_cms, "leader_cms.yaml")
