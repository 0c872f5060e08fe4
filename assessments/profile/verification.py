"""The verification code of an issued profile: the digest of the profile's content, and what the code tells a reader."""

import hashlib
import json
from dataclasses import dataclass, is_dataclass
from datetime import datetime

from django.utils.translation import get_language

from assessments.charts.timeline import Point
from assessments.confirmations.loading import Confirmed, Lapsed
from assessments.models import IssuedProfile
from assessments.questionnaire.content import LevelWords

from .history import Entry, Series
from .page import CompetenceScore, Line, Offer, PlannedModule, Profile
from .rules import Score

# --- The digest ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Covered:
    """Which fields of a dataclass are part of the digest."""

    always: tuple[str, ...]
    # Fields that were added after the first profiles were issued. They are left out of the digest while they are empty,
    # so that digests and codes from before stay the same.
    when_there: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # not printed, or not part of the content


# These names are part of the digest of every profile that was ever issued. Renaming or removing one, or adding one to
# `always`, would give all of them another code. A new field that is printed goes to `when_there`, any other to
# `left_out`.
COVERED = {
    Profile: Covered(
        always=(
            "assessment", "person", "submitted_at", "form", "framework", "version", "publisher", "source", "target",
            "levels", "competences", "total", "gaps", "strengths", "at_target", "without_target", "unknown", "left_out",
            "organisation", "progress",
        ),
        when_there=("confirmed", "lapsed"),
    ),
    LevelWords: Covered(always=("value", "label", "descriptor")),
    CompetenceScore: Covered(always=("key", "code", "title", "score")),
    Score: Covered(always=("mean", "target", "rated", "left_out", "asked")),
    Line: Covered(
        always=("code", "competence", "html", "lang", "level", "label", "required", "gap", "offers"),
        when_there=("confirmed_by",),
    ),
    Offer: Covered(always=("key", "title", "minutes", "steps", "closes", "plan")),
    PlannedModule: Covered(always=("state", "done")),
    Confirmed: Covered(always=("who", "on", "codes", "levels")),
    Lapsed: Covered(always=("who", "on", "codes", "version", "reason")),
    Series: Covered(always=("name", "framework_title", "form_title", "levels", "entries", "points", "revised")),
    # In the PDF a Series has no entries, only points.
    Entry: Covered(
        always=(
            "pk", "person", "name", "submitted_at", "framework", "framework_title", "revision", "version", "revised_on",
            "form", "form_title", "target_title", "levels", "mean", "rated", "left_out", "asked",
        ),
        when_there=("confirmed", "shown_to"),
    ),
    Point: Covered(always=("day", "mean", "rated", "asked")),
}  # fmt: skip


def digest_of(profile):
    """The SHA-256 of the content of a Profile and of the current language: 64 hexadecimal digits."""
    content = json.dumps([get_language(), _said(profile)], default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _said(value):
    if isinstance(value, (tuple, list)):
        return [_said(each) for each in value]
    if not is_dataclass(value):
        return value
    covered = COVERED[type(value)]
    said = {name: _said(getattr(value, name)) for name in covered.always}
    return said | {name: _said(found) for name in covered.when_there if (found := getattr(value, name))}


# --- The code -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Issued:
    """Everything that a code tells to anyone who has it."""

    code: str
    person: str
    form: str
    framework: str
    version: str
    submitted_at: datetime
    issued_at: datetime


def tidy(entered):
    """The code in its printed form, "K7QF-2M9D-XE4T", however it was typed; not checked, so it may be of any length."""
    letters = "".join(letter for letter in entered.upper() if letter.isalnum())
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def issued_with(entered):
    """The Issued profile with this code, or None; one query."""
    found = (
        IssuedProfile.objects.select_related("assessment__person", "assessment__form__revision")
        .filter(code=tidy(entered))
        .first()
    )
    if found is None:
        return None
    assessment, revision = found.assessment, found.assessment.form.revision
    return Issued(
        code=found.code,
        person=str(assessment.person),
        form=assessment.form.title,
        framework=revision.title_text,
        version=revision.version,
        submitted_at=assessment.submitted_at,
        issued_at=found.issued_at,
    )
