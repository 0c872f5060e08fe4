"""What came along when somebody's assessment was taken to a later revision."""

from assessments.models import Rating
from assessments.updates import actions


def brought(person, earlier):
    """The update of an assessment: its ratings by the id of their statement."""
    draft = actions.begin_update(person, earlier)
    return {rating.statement.key: rating for rating in draft.ratings.select_related("statement", "level", "source")}


def told(rating):
    """(origin, level that counts, level that is suggested)"""
    return (
        rating.origin,
        rating.level and rating.level.value,
        rating.suggested_level and rating.suggested_level.value,
    )


def every_rating():
    return list(
        Rating.objects.order_by("pk").values_list(
            "assessment", "statement", "level", "does_not_apply", "comment", "version", "saved_at"
        )
    )
