"""Due dates: near ones are warm, late ones say so."""

from datetime import date

import pytest

from training.catalogue.due import Tag, tag

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (None, None),
        (date(2026, 11, 1), Tag("Late: was due 1 November", "tag-late")),
        (date(2026, 11, 20), Tag("Due yesterday", "tag-late")),
        (date(2026, 11, 21), Tag("Due today", "tag-due")),
        (date(2026, 11, 22), Tag("Due tomorrow", "tag-due")),
        (date(2026, 12, 4), Tag("Due 4 December", "tag-due")),
        (date(2026, 12, 11), Tag("Due 11 December", "")),
        (date(2027, 1, 8), Tag("Due 8 January 2027", "")),
    ],
    ids=str,
)
def test_a_due_date_says_how_near_it_is(due, expected):
    assert tag(due, TODAY) == expected
