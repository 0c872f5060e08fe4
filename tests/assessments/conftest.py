"""Ana's draft, and what every test of rating needs of it."""

import pytest

from assessments import actions


class Draft:
    """A draft with its statements by code: `draft["A1"]`."""

    def __init__(self, assessment):
        self.assessment = assessment
        self.pk = assessment.pk
        self.statements = {statement.code: statement for statement in assessment.form.statements()}

    def __getitem__(self, code):
        return self.statements[code]

    def answer(self, code):
        """(level value, does not apply, comment, version) as the database holds it, or None."""
        return (
            self.assessment.ratings.filter(statement=self[code])
            .values_list("level__value", "does_not_apply", "comment", "version")
            .first()
        )


@pytest.fixture
def draft(ana, essential):
    """Ana's open assessment on the 24 sub-competences, nothing rated yet."""
    return Draft(actions.begin(ana, essential))


@pytest.fixture
def signed_in(client):
    """`signed_in(ana)` is her browser."""

    def signed_in(person):
        client.force_login(person)
        return client

    return signed_in
