"""Sharing by flags becomes sharing by grants: whoever could open a profile still can, and nobody else."""

import json
import subprocess
import sys

import pytest

from tests.databases import environment
from tests.releases.test_migrating import RELEASES

# The releases of before, in which assessments had the flags; each later release has the grants already.
FLAGGED = [release for release in RELEASES if release.name <= "2026-11-28-grants"]
RELEASE = FLAGGED[-1]

# People in two organisations: those of the demo are each in one. Hugo's account is closed.
TWO_PLACES = """
INSERT INTO accounts_membership (user_id, organisation_id, role)
SELECT person.id, organisation.id, role
FROM accounts_user person
JOIN (
    SELECT 'practitioner@demo.example' AS email, 'rhone' AS slug, 'practitioner' AS role
    UNION ALL SELECT 'trainer@demo.example', 'rhone', 'trainer'
    UNION ALL SELECT 'manager@demo.example', 'rhone', 'practitioner'
    UNION ALL SELECT 'luka.peric@demo.example', 'kvarner', 'manager'
) wanted ON wanted.email = person.email
JOIN accounts_organisation organisation ON organisation.slug = wanted.slug
"""
CLOSE = "UPDATE accounts_user SET is_active = false WHERE email = 'manager@other.example'"

# The rule of before, in SQL: who holds a role with which it is shared, in an organisation of its person.
COULD_OPEN = """
SELECT DISTINCT assessment.id, reader.email
FROM assessments_assessment assessment
JOIN accounts_membership hers ON hers.user_id = assessment.person_id
JOIN accounts_membership theirs ON theirs.organisation_id = hers.organisation_id
JOIN accounts_user reader ON reader.id = theirs.user_id
WHERE assessment.submitted_at IS NOT NULL
AND reader.is_active
AND reader.id <> assessment.person_id
AND ((theirs.role = 'trainer' AND assessment.shared_with_trainers)
     OR (theirs.role = 'manager' AND assessment.shared_with_managers))
"""
CAN_OPEN = """
import json
from assessments.models import Assessment
from kip_site.accounts.models import User
print(json.dumps([
    (assessment, user.email)
    for user in User.objects.filter(is_active=True)
    for assessment in Assessment.objects.shared_with(user).values_list("pk", flat=True)
]))
"""
CONFIRMATIONS = """
SELECT DISTINCT giver.email, owner.email, organisation.slug
FROM assessments_levelconfirmation confirmation
JOIN assessments_assessment assessment ON assessment.id = confirmation.assessment_id
JOIN accounts_user owner ON owner.id = assessment.person_id
LEFT JOIN accounts_user giver ON giver.id = confirmation.by_id
LEFT JOIN accounts_organisation organisation ON organisation.id = confirmation.organisation_id
"""


@pytest.fixture
def migrated(checkout, tmp_path, kept_database):
    """Migrate a copy of a release, after the SQL statements; answers what COULD_OPEN gave before, and the database."""

    def migrated(release, *statements):
        database = kept_database(release)
        for statement in statements:
            database.execute(statement)
        before = set(map(tuple, database.execute(COULD_OPEN)))
        assert before
        _manage(checkout, tmp_path, database, "migrate", "--verbosity=0")
        return before, database

    return migrated


def _manage(checkout, folder, database, *command):
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=checkout,
        env=environment(database) | {"MEDIA_ROOT": str(folder)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def can_open(checkout, tmp_path):
    def can_open(database):
        shown = _manage(checkout, tmp_path, database, "shell", "--no-imports", "--command", CAN_OPEN)
        return set(map(tuple, json.loads(shown)))

    return can_open


@pytest.mark.parametrize("release", FLAGGED, ids=lambda folder: folder.name)
def test_exactly_those_who_could_open_a_profile_can_open_it(release, migrated, can_open):
    before, database = migrated(release)
    assert can_open(database) == before


def test_the_same_holds_for_people_in_two_organisations_and_for_closed_accounts(migrated, can_open):
    before, database = migrated(RELEASE, TWO_PLACES, CLOSE)
    assert "manager@other.example" not in {reader for _assessment, reader in before}
    assert can_open(database) == before
    rows = database.execute(
        """
        SELECT DISTINCT organisation.slug FROM assessments_grant given
        JOIN accounts_organisation organisation ON organisation.id = given.organisation_id
        JOIN accounts_user recipient ON recipient.id = given.recipient_id
        WHERE recipient.email = 'trainer@demo.example'
        """
    )
    assert sorted(rows) == [("kvarner",), ("rhone",)]


def test_a_confirmation_gets_the_organisation_that_both_share_if_it_is_one(migrated):
    _before, database = migrated(RELEASE, TWO_PLACES)
    found = set(map(tuple, database.execute(CONFIRMATIONS)))
    # Marco and Ana, and Ivana and Ana, share two now; Marco and Sara only Kvarner.
    assert found == {
        ("trainer@demo.example", "practitioner@demo.example", None),
        ("manager@demo.example", "practitioner@demo.example", None),
        ("trainer@demo.example", "sara.conti@demo.example", "kvarner"),
    }
