"""Which of a person's assessments is the latest: the same on every database, whatever is not filled in yet."""

from datetime import timedelta

import pytest

from assessments.models import Assessment, Form
from tests.assessed import SUBMITTED

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LATER = SUBMITTED + HOUR


@pytest.fixture
def made(ana, kip):
    """`made((saved, submitted), …)`: assessments of Ana, each on a form of its own."""

    def made(*moments):
        return [
            Assessment.objects.create(
                person=ana,
                form=Form.objects.create(revision=kip, key=f"form-{number}", title=f"Form {number}", kinds=["skill"]),
                saved_at=saved,
                submitted_at=submitted,
            )
            for number, (saved, submitted) in enumerate(moments)
        ]

    return made


def test_a_draft_with_nothing_in_it_comes_after_those_that_have_something(made):
    unsaved, later, earlier, unsaved_too = made((None, None), (LATER, None), (SUBMITTED, None), (None, None))
    assert list(Assessment.objects.latest_first()) == [later, earlier, unsaved_too, unsaved]


def test_drafts_come_before_what_was_submitted_and_this_by_when_it_was(made):
    moments = (SUBMITTED, LATER), (LATER, SUBMITTED), (None, None), (SUBMITTED - HOUR, None), (SUBMITTED, LATER)
    later, earlier, unsaved, saved, later_too = made(*moments)
    assert list(Assessment.objects.latest_first()) == [saved, unsaved, later_too, later, earlier]
    assert list(Assessment.objects.all()) == list(Assessment.objects.latest_first())


def test_the_draft_to_continue_is_the_one_that_was_saved_last(made):
    _unsaved, saved, earlier, submitted, moved = made(
        (None, None), (LATER, None), (SUBMITTED, None), (LATER, LATER + HOUR), (LATER + HOUR, None)
    )
    Assessment.objects.filter(pk=moved.pk).update(moved_at=LATER)
    assert Assessment.objects.latest_draft() == saved
    assert Assessment.objects.exclude(pk=saved.pk).latest_draft() == earlier
    assert Assessment.objects.filter(pk=submitted.pk).latest_draft() is None
