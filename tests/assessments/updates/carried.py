"""The ratings that were carried over to a later revision."""

from assessments.models import Rating
from assessments.updates import actions


def brought(person, earlier):
    """Begin the update of an assessment; returns {id of a statement: rating}."""
    draft = actions.begin_update(person, earlier)
    return {rating.statement.key: rating for rating in draft.ratings.select_related("statement", "level", "source")}


def told(rating):
    """(origin, value of the level that counts or None, value of the suggested level or None)"""
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
