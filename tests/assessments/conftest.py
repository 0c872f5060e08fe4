"""Ana's open assessment for tests of rating; a revision published after she submitted, and her update to it."""

import pytest

from assessments.rating import actions
from assessments.updates import actions as update_actions
from tests.revised import Author


class Draft:
    """An open assessment, with its statements by code: `draft["A1"]`."""

    def __init__(self, assessment):
        self.assessment = assessment
        self.pk = assessment.pk
        self.statements = {statement.code: statement for statement in assessment.form.statements()}

    def __getitem__(self, code):
        return self.statements[code]

    def answer(self, code):
        """(level value, does not apply, comment, version) of the rating in the database, or None."""
        return (
            self.assessment.ratings.filter(statement=self[code])
            .values_list("level__value", "does_not_apply", "comment", "version")
            .first()
        )


@pytest.fixture
def draft(ana, essential):
    """Ana's open assessment on the 24 sub-competences, without ratings."""
    return Draft(actions.begin(ana, essential))


@pytest.fixture
def signed_in(client):
    """Signs a person in and returns the test client: `signed_in(ana)`."""

    def signed_in(person):
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def author(kip, repository_of_skills):
    """Writes the next revision of the Repository of skills."""
    return Author(repository_of_skills)


@pytest.fixture
def revised(author, anas):
    """Revision 2026.1, published after Ana submitted: two to accept, one new, one reworded, one retired."""
    return (
        author.succeed("identify-needs", "foresee-needs", "Foreseeing current and future needs of the partners")
        .merge(["evaluation-tools", "report-evaluations"], "evaluate", "Evaluating and reporting")
        .add("evaluation", "sub_competences", "learn", "E3", "Learning from evaluations")
        .reword("identify-partners", "Finding new partners who fit the territory and the service’s plan")
        .retire("represent-partnership")
        .publish("2026.1")
    )


@pytest.fixture
def update(ana, anas, revised):
    return update_actions.begin_update(ana, anas)
