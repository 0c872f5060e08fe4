"""Verification codes as people type them."""

from dataclasses import dataclass
from datetime import datetime

from .models import IssuedProfile


@dataclass(frozen=True)
class Issued:
    """All that a code tells, to anyone who has it."""

    code: str
    person: str
    form: str
    framework: str
    version: str
    submitted_at: datetime
    issued_at: datetime


def tidy(entered):
    """The code as it is printed, "K7QF-2M9D-XE4T", however it was typed; longer or shorter text stays what it is."""
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
