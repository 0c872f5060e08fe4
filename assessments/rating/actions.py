"""Everything that writes assessments. Each function is one transaction; a refused call changes nothing.

Every write to a draft first updates the assessment's row, if it is still a draft (`touch`). This one SQL statement is
the guard: nothing is written to a submitted assessment. It is also the lock: two windows of one person wait for each
other there, on SQLite and on PostgreSQL, so that what is read after it stays true until the transaction ends.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import BigIntegerField, Case, FilteredRelation, OuterRef, Q, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.confirmations.taking_along import take_along
from assessments.models import Assessment, Evidence, Form, Rating, Submitted, TargetProfile
from assessments.questionnaire.answers import NEVER_SAVED, Answer, SavedAnswer
from assessments.sharing import actions as sharing
from frameworks.models import Level, Statement
from kip_site.accounts.models import User
from kip_site.refusals import Refused
from kip_site.uploads import MOST_PER_RATING


class Conflict(Exception):
    """Another window has saved another answer since this one was shown; `current` is that SavedAnswer."""

    def __init__(self, current: SavedAnswer) -> None:
        super().__init__("A newer answer exists.")
        self.current = current


class NotAsked(LookupError):
    """The form of the assessment does not ask this statement."""


def begin(person: User, form: Form, target: TargetProfile | None = None) -> Assessment:
    """The person's draft of this form: the open one, or else a new one. Two windows get the same draft.

    `target` is used for a new draft only; by default it is the first target offered for the form's revision.
    Raises Refused, if there is no draft yet, when the form is not offered (closed, or its revision superseded) or the
    target is not offered for it.
    """
    draft = Assessment.objects.of(person).drafts().filter(form=form).first()
    if draft is not None:
        return draft
    if not Form.objects.offered().filter(pk=form.pk).exists():
        raise Refused(_("This form can no longer be begun. Nothing has changed. Choose another form."))
    offered = TargetProfile.objects.offered_to(person).filter(revision=form.revision_id)
    if target is None:
        target = offered.in_order().first()
    elif not offered.filter(pk=target.pk).exists():
        raise Refused(_("This target profile is not offered for this form. Nothing has changed. Choose another one."))
    # Of two windows at the same time, the unique constraint lets one create the draft; both then find it.
    Assessment.objects.bulk_create([Assessment(person=person, form=form, target=target)], ignore_conflicts=True)
    return Assessment.objects.of(person).drafts().get(form=form)


def touch(assessment: Assessment, moment: datetime) -> None:
    """Lock the draft and store when it was saved. Raises Submitted when it is submitted or moved over."""
    if Assessment.objects.drafts().filter(pk=assessment.pk).update(saved_at=moment) != 1:
        raise Submitted


def save_rating(assessment: Assessment, statement: Statement | int, answer: Answer, seen_version: int) -> SavedAnswer:
    """Save an Answer to a statement (or its primary key) and return the SavedAnswer.

    `seen_version` is the version of the rating that the person saw, 0 for none. Saving the same answer again is no
    conflict and writes nothing. Raises Conflict, NotAsked, Submitted, or Refused for a level that is not on the scale.
    """
    statement_pk = _pk(statement)
    now = timezone.now()
    with transaction.atomic():
        touch(assessment, now)
        current = _current(assessment, statement_pk, answer.level)
        if answer.level is not None and current.level is None:
            raise Refused(_("This level is not on the scale of the form. Nothing has changed."))
        if current.rating is not None and answer == current.saved.answer:
            return current.saved
        if seen_version != current.saved.version:
            raise Conflict(current.saved)
        values: dict[str, Any] = {
            "level_id": current.level,
            "does_not_apply": answer.does_not_apply,
            "comment": answer.comment,
            "version": seen_version + 1,
            "saved_at": now,
        }
        if not answer.is_same_choice(current.saved.answer):
            # Choosing the suggested level accepts it; any other choice is the person's own.
            suggested = When(suggested_level=current.level, then=Value(Rating.Origin.CONFIRMED))
            own = Value(Rating.Origin.OWN)
            is_own = current.level is None or current.rating is None
            values["origin"] = own if is_own else Case(suggested, default=own)
        if current.rating is None:
            Rating.objects.create(assessment=assessment, statement_id=statement_pk, **values)
        elif Rating.objects.filter(pk=current.rating, version=seen_version).update(**values) != 1:
            raise Conflict(_current(assessment, statement_pk, answer.level).saved)
    return SavedAnswer(answer, seen_version + 1, now)


def _pk(statement: Statement | int) -> int:
    return statement if isinstance(statement, int) else statement.pk


class _Current(NamedTuple):
    """What the database has about one statement of a draft."""

    level: int | None  # primary key of the level with the wanted value; None if the scale has no such level
    rating: int | None  # primary key
    saved: SavedAnswer


def _current(assessment: Assessment, statement_pk: int, level_value: int | None = None) -> _Current:
    """The _Current of a statement, with the level that has this value, in one query. Raises NotAsked."""
    level: Value | Subquery = Value(None, output_field=BigIntegerField())
    if level_value is not None:
        level = Subquery(
            Level.objects.filter(scale__revision=OuterRef("revision"), value=level_value).order_by().values("pk")[:1]
        )
    rows = (
        assessment.form.statements()
        .filter(pk=statement_pk)
        .annotate(own=FilteredRelation("ratings", condition=Q(ratings__assessment=assessment.pk)), wanted=level)
        .order_by()
        .values_list(
            "wanted", "own__pk", "own__version", "own__level__value", "own__does_not_apply", "own__comment",
            "own__saved_at",
        )
    )  # fmt: skip
    for wanted, rating_pk, version, value, does_not_apply, comment, saved_at in rows:
        if not version:
            return _Current(wanted, rating_pk, NEVER_SAVED)
        saved = SavedAnswer(Answer(value, does_not_apply, comment), version, saved_at)
        return _Current(wanted, rating_pk, saved)
    raise NotAsked(statement_pk)


def _rating(assessment: Assessment, statement_pk: int) -> Rating:
    """The rating that evidence is added to; if there is none, a new, unanswered one of version 0. In a transaction."""
    found = _current(assessment, statement_pk).rating
    if found is not None:
        return Rating.objects.get(pk=found)
    # A window that has seen no answer sends version 0; with the same version here its first answer is no conflict.
    return Rating.objects.create(assessment=assessment, statement_id=statement_pk, version=0)


def _add(assessment: Assessment, statement_pk: int, evidence: Evidence) -> Evidence:
    with transaction.atomic():
        touch(assessment, timezone.now())
        rating = _rating(assessment, statement_pk)
        if rating.evidence.count() >= MOST_PER_RATING:
            raise Refused(
                _("There are %(count)d links and files here already, which is the most. Remove one first.")
                % {"count": MOST_PER_RATING}
            )
        evidence.rating = rating
        evidence.save()
    return evidence


def add_link(assessment: Assessment, statement: Statement | int, url: str, name: str = "") -> Evidence:
    """Add a link (checked by forms.EvidenceForm). Raises NotAsked, Submitted, or Refused at MOST_PER_RATING."""
    return _add(assessment, _pk(statement), Evidence(url=url, name=(name or url)[:200]))


def add_file(assessment: Assessment, statement: Statement | int, file: "UploadedFile[bytes]") -> Evidence:
    """Add an uploaded file (checked by forms.EvidenceForm). Raises as add_link, and then stores no file."""
    name = file.name or ""
    evidence = Evidence(name=name[-200:], size=file.size or 0)
    evidence.file.save(name, file, save=False)
    try:
        return _add(assessment, _pk(statement), evidence)
    except Exception:
        # Without a row that names it, the file could never be found again.
        evidence.file.delete(save=False)
        raise


def remove_evidence(evidence: Evidence) -> None:
    """Remove a link or a file from a draft; hooks.delete_file removes it from the disk. Raises Submitted."""
    with transaction.atomic():
        touch(evidence.rating.assessment, timezone.now())
        evidence.delete()


def submit(assessment: Assessment, audience: sharing.Audience) -> None:
    """Submit the draft and share its profile as chosen (see `sharing.actions.share`).

    Raises Submitted when it is submitted already (its sharing is not changed), and Refused when nothing is answered.
    """
    with transaction.atomic():
        touch(assessment, timezone.now())
        if not Rating.objects.answered().filter(assessment=assessment).exists():
            raise Refused(_("Nothing is answered yet, so there is nothing to submit. Rate a statement first."))
        Assessment.objects.filter(pk=assessment.pk).update(submitted_at=timezone.now())
        if audience:
            sharing.share(assessment, audience)
        take_along(assessment)


def discard(assessment: Assessment) -> None:
    """Delete a draft with its ratings and evidence; a draft that was moved over to it reopens. Raises Submitted."""
    with transaction.atomic():
        touch(assessment, timezone.now())
        Assessment.objects.moved().filter(updated_by=assessment.pk).update(moved_at=None)
        assessment.delete()
