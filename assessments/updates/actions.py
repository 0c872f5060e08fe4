"""Everything that writes updates: drafts on a later revision that continue an assessment without changing it.

As in `rating.actions`, each function is one transaction, and the draft's row is the lock.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.continuity.plan import Plan, form_after, plan_of
from assessments.continuity.rules import Kind
from assessments.models import LONGEST_COMMENT, Assessment, Evidence, Form, FrameworkNotice, Rating, TargetProfile
from assessments.rating import actions
from assessments.sharing.actions import share_as_before
from frameworks.models import Level, Revision
from kip_site.accounts.models import User
from kip_site.refusals import Refused
from kip_site.uploads import MOST_PER_RATING


def begin_update(person: User, earlier: Assessment) -> Assessment:
    """The draft that continues a submitted assessment on the revision in force. Two windows get the same one.

    It contains the carried answers, which count, and the suggested ones, which do not count yet. If there is an open
    draft of that form, it gets the answers wherever it has none. Raises Refused when the assessment is on the revision
    in force already, or when its form is not offered any more.
    """
    form = form_after(earlier)
    if form is None:
        raise Refused(_("There is nothing to update this assessment to. It stays as it is, and nothing has changed."))
    with transaction.atomic():
        Assessment.objects.bulk_create(
            [Assessment(person=person, form=form, target=_target_after(earlier, form))], ignore_conflicts=True
        )
        draft = Assessment.objects.of(person).drafts().select_related("form__revision").get(form=form)
        # Of two windows at the same time, only the one that sets `updates` copies the answers.
        begins = Assessment.objects.drafts().filter(pk=draft.pk, updates=None)
        if begins.update(updates=earlier, saved_at=timezone.now()) == 1:
            _bring_along(draft, plan_of(earlier, form))
            draft.updates_id = earlier.pk
        decide(person, form.revision)
    return draft


def move_draft(draft: Assessment) -> Assessment:
    """Continue an open draft of a superseded revision on the revision in force, and return the new draft.

    The old draft is kept, with all its answers unchanged. Raises Submitted; and Refused as begin_update does, or when
    another assessment is open on the revision in force already.
    """
    with transaction.atomic():
        actions.touch(draft, timezone.now())
        moved = begin_update(draft.person, draft)
        if moved.updates_id != draft.pk:
            raise Refused(
                _(
                    "You have an open assessment on the new revision already. Nothing has changed. Submit that one or "
                    "discard it first, or finish this one on the revision it began with."
                )
            )
        Assessment.objects.filter(pk=draft.pk).update(moved_at=timezone.now())
    return moved


def take_over(person: User, earlier: Assessment) -> Assessment:
    """Update and submit at once, with the same sharing as before. Raises Refused if a statement must be asked first."""
    with transaction.atomic():
        draft = begin_update(person, earlier)
        if draft.updates_id != earlier.pk or plan_of(earlier, draft.form).asked:
            raise Refused(_("Something needs your answer first. Your levels are safe, and nothing is submitted yet."))
        actions.submit(draft, {})
        share_as_before(draft, earlier)
    return draft


def accept(assessment: Assessment, statement: int) -> None:
    """Accept the level that is suggested for a statement (its primary key), unless it has an answer already.

    Raises Submitted.
    """
    now = timezone.now()
    with transaction.atomic():
        actions.touch(assessment, now)
        Rating.objects.filter(
            assessment=assessment, statement=statement, level=None, does_not_apply=False, suggested_level__isnull=False
        ).update(level=F("suggested_level"), origin=Rating.Origin.CONFIRMED, version=F("version") + 1, saved_at=now)


def decide(person: User, revision: Revision) -> None:
    """Store that the person has decided what to do about a revision, so that her pages do not mention it any more."""
    FrameworkNotice.objects.bulk_create(
        [FrameworkNotice(person=person, revision=revision, seen_at=timezone.now())],
        update_conflicts=True,
        unique_fields=["person", "revision"],
        update_fields=["seen_at"],
    )


def _target_after(earlier: Assessment, form: Form) -> TargetProfile | None:
    """The same target on the later revision, or the first one offered there."""
    offered = TargetProfile.objects.offered_to(earlier.person).filter(revision=form.revision_id)
    if earlier.target_id is None and earlier.is_submitted:
        # She chose to be compared with no target.
        return None
    same = offered.filter(key=earlier.target.key).first() if earlier.target else None
    return same or offered.in_order().first()


def _bring_along(draft: Assessment, plan: Plan) -> None:
    """Write the ratings of a Plan, with comments and evidence, for statements without a rating. Five queries."""
    answered = set(Rating.objects.filter(assessment=draft).values_list("statement", flat=True))
    levels = dict(Level.objects.filter(scale__revision=draft.form.revision_id).values_list("value", "pk"))
    ratings = [
        _rating(draft, statement, plan, levels)
        for statement, outcome in plan.outcomes.items()
        if statement not in answered and (outcome.kind in {Kind.CARRIED, Kind.SUGGESTED} or plan.remarks[statement])
    ]
    Rating.objects.bulk_create(ratings)
    _share_evidence(ratings, plan)


def _rating(draft: Assessment, statement: int, plan: Plan, levels: Mapping[int, int]) -> Rating:
    outcome = plan.outcomes[statement]
    rating = Rating(assessment=draft, statement_id=statement, comment=_comment(plan.remarks[statement]))
    level = None if outcome.level is None else levels.get(outcome.level)
    if outcome.kind is Kind.CARRIED:
        rating.origin = Rating.Origin.CARRIED
        rating.level_id = level
        rating.does_not_apply = outcome.does_not_apply
    elif outcome.kind is Kind.SUGGESTED:
        rating.origin = Rating.Origin.SUGGESTED
        rating.suggested_level_id = level
    rating.source = min((plan.ratings[source] for source in outcome.sources), key=_value, default=None)
    return rating


def _value(rating: Rating) -> int:
    level = rating.level or rating.suggested_level
    return level.value if level else -1


def _comment(ratings: Iterable[Rating]) -> str:
    """The comments of several ratings joined; "" if they are too long together, so that no comment is cut off."""
    comments = "\n\n".join(dict.fromkeys(rating.comment for rating in ratings if rating.comment))
    return comments if len(comments) <= LONGEST_COMMENT else ""


def _share_evidence(ratings: Sequence[Rating], plan: Plan) -> None:
    """Give the new ratings the links and files of their sources. No file is copied (see rating.hooks.delete_file)."""
    kept: dict[int, list[Evidence]] = {}
    for evidence in Evidence.objects.filter(rating__in=[each.pk for each in plan.ratings.values()]).order_by("pk"):
        kept.setdefault(evidence.rating_id, []).append(evidence)
    Evidence.objects.bulk_create(
        Evidence(
            rating=rating,
            url=evidence.url,
            file=evidence.file.name,
            name=evidence.name,
            size=evidence.size,
            added_at=evidence.added_at,
        )
        for rating in ratings
        for evidence in [
            evidence for source in plan.remarks[rating.statement_id] for evidence in kept.get(source.pk, ())
        ][:MOST_PER_RATING]
    )
