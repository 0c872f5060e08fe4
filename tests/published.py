"""Published frameworks for the tests, through the import that everybody uses."""

from pathlib import Path

import pytest

from frameworks import actions

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def publish_file(content, name="framework.yaml", user=None):
    """The published Revision of a framework file."""
    return actions.publish(actions.import_draft(content, name, user), user)


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
