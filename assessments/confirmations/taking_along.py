"""Copies the confirmations of levels to an update of the assessment, at the moment when the update is submitted.

The earlier assessment always keeps its own confirmations.
"""

from assessments.continuity.confirmed import effects
from assessments.continuity.plan import plan_of
from assessments.models import Assessment, LevelConfirmation, Rating


def submitted_before(assessment: Assessment) -> Assessment | None:
    """The submitted assessment that an update continues, or None; skips drafts that were moved over in between."""
    earlier = Assessment.objects.filter(updated_by=assessment.pk).select_related("form__revision").first()
    while earlier is not None and not earlier.is_submitted:
        earlier = Assessment.objects.filter(updated_by=earlier.pk).select_related("form__revision").first()
    return earlier


def take_along(assessment: Assessment) -> None:
    """Copy the earlier confirmations to an update that is being submitted: those that go along, and those that lapse.

    One query when the assessment continues no other; three when nothing was confirmed; otherwise a fixed number.
    """
    earlier = submitted_before(assessment)
    if earlier is None:
        return
    # Locked, so that nobody confirms another level in between.
    Assessment.objects.select_for_update().filter(pk=earlier.pk).first()
    given = list(LevelConfirmation.objects.standing().filter(assessment=earlier).select_related("rating"))
    if not given:
        return
    plan = plan_of(earlier, assessment.form)
    ratings = list(
        Rating.objects.filter(assessment=assessment).order_by().values_list("statement", "pk", "level__value")
    )
    rating_of = {statement: pk for statement, pk, _level in ratings}
    found = effects(
        {each.rating.statement_id for each in given},
        plan.outcomes,
        is_rescaled=plan.is_rescaled,
        levels={statement: level for statement, _pk, level in ratings},
    )
    rows = []
    for each in given:
        effect = found[each.rating.statement_id]
        values = {"assessment": assessment, "by_id": each.by_id, "role": each.role, "at": each.at}
        values["organisation_id"] = each.organisation_id
        rows += [LevelConfirmation(rating_id=rating_of[statement], **values) for statement in effect.statements]
        if effect.lapse:
            rows.append(LevelConfirmation(rating=each.rating, lapse=effect.lapse, **values))
    LevelConfirmation.objects.bulk_create(rows)
