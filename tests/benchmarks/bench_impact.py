"""Prints the time and the memory for previewing and publishing a revision when a thousand people have rated.

Each of them has three assessments: two of the full form and one of the essential one; about 270,000 ratings in all.
"""

import resource
import time
from datetime import UTC, datetime, timedelta

import pytest

from assessments.models import Assessment, Form, Rating
from frameworks.models import Level
from frameworks.publishing import actions
from frameworks.publishing.preview import preview_of
from kip_site.accounts.models import User
from tests.published import FIXTURES

PEOPLE = 1000


def memory():
    """The highest memory use of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.fixture
def thousand_people(kip):
    levels = list(Level.objects.filter(scale__revision=kip))
    forms = [Form.objects.get(revision=kip, key=key) for key in ("full", "essential", "full")]
    asked = {form: list(form.statements()) for form in forms}
    people = User.objects.bulk_create(
        User(email=f"person{number}@kvarner.example", name=f"Person {number}") for number in range(PEOPLE)
    )
    start = datetime(2026, 1, 31, 12, tzinfo=UTC)
    for number, form in enumerate(forms):
        assessments = Assessment.objects.bulk_create(
            Assessment(person=person, form=form, submitted_at=start + timedelta(days=number)) for person in people
        )
        for first in range(0, PEOPLE, 100):
            Rating.objects.bulk_create(
                Rating(assessment=assessment, statement=statement, level=levels[(place + assessment.pk) % len(levels)])
                for assessment in assessments[first : first + 100]
                for place, statement in enumerate(asked[form])
            )


def test_previewing_and_publishing_for_a_thousand_people(thousand_people):
    content = (FIXTURES / "repository_of_skills_draft.yaml").read_bytes()
    number, before = Rating.objects.count(), memory()
    start = time.perf_counter()
    shown = preview_of(actions.examine(content, "draft.yaml"))
    previewed = time.perf_counter()
    actions.publish(actions.import_draft(content, "draft.yaml"))
    published = time.perf_counter()
    print(f"\n{PEOPLE:,} people, {number:,} ratings: {', '.join(' '.join(total) for total in shown.totals)}")
    print(f"preview with impact  {previewed - start:6.2f} s  (at most 3)")
    print(f"import and publish   {published - previewed:6.2f} s  (at most 10)")
    print(f"memory               {memory():6.0f} MB, {memory() - before:.0f} MB more than before (at most 300)")
    assert Rating.objects.count() == number
