"""Loads which levels of a profile were confirmed and which confirmations have lapsed, and puts that into words."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.continuity.confirmed import continued_by, effects
from assessments.continuity.plan import Plan, plan_of
from assessments.models import Assessment, Form, LevelConfirmation
from assessments.questionnaire.content import Sheet
from assessments.sharing.audience import WITH_ROLE
from frameworks.models import Statement

from .taking_along import submitted_before

Lapse = LevelConfirmation.Lapse


def who(name: str, role: str) -> str:
    """ "Marco Bellini (trainer)"; `name` is "" for somebody whose account is deleted."""
    return str(WITH_ROLE[role]) % {"name": name or _("somebody who has left")}


@dataclass(frozen=True)
class Confirmed:
    """What one person confirmed on one day."""

    who: str  # "Marco Bellini (trainer)"
    on: date
    codes: tuple[str, ...]  # of the statements
    levels: int  # how many levels the profile has in all

    @property
    def words(self) -> str:
        return ngettext(
            "%(count)d of %(levels)d levels confirmed by %(who)s, %(date)s",
            "%(count)d of %(levels)d levels confirmed by %(who)s, %(date)s",
            len(self.codes),
        ) % {"count": len(self.codes), "levels": self.levels, "who": self.who, "date": date_format(self.on)}


@dataclass(frozen=True)
class Lapsed:
    """What one person confirmed on one day and does not count any more."""

    who: str
    on: date
    codes: tuple[str, ...]  # of the statements, in the revision `version`
    version: str  # of the revision whose levels were confirmed
    reason: str  # a value of LevelConfirmation.Lapse

    @property
    def words(self) -> str:
        return {
            Lapse.MEANING: ngettext(
                "%(count)d confirmation by %(who)s of %(date)s lapsed when the framework changed: it was for what "
                "revision %(version)s means by %(codes)s.",
                "%(count)d confirmations by %(who)s of %(date)s lapsed when the framework changed: they were for what "
                "revision %(version)s means by %(codes)s.",
                len(self.codes),
            ),
            Lapse.SCALE: ngettext(
                "%(count)d confirmation by %(who)s of %(date)s lapsed when the framework changed: it was for a level "
                "on the scale of revision %(version)s (%(codes)s).",
                "%(count)d confirmations by %(who)s of %(date)s lapsed when the framework changed: they were for "
                "levels on the scale of revision %(version)s (%(codes)s).",
                len(self.codes),
            ),
            Lapse.LEVEL: ngettext(
                "%(count)d confirmation by %(who)s of %(date)s was for another level than the one chosen now: "
                "%(codes)s.",
                "%(count)d confirmations by %(who)s of %(date)s were for other levels than the ones chosen now: "
                "%(codes)s.",
                len(self.codes),
            ),
        }[Lapse(self.reason)] % {
            "count": len(self.codes),
            "who": self.who,
            "date": date_format(self.on),
            "version": self.version,
            "codes": ", ".join(self.codes),
        }


@dataclass(frozen=True)
class Row:
    """One confirmation as it is loaded."""

    assessment: int
    rating: int
    statement: int
    code: str
    version: str
    by: int | None
    name: str
    role: str
    on: date
    lapse: str

    @property
    def who(self) -> str:
        return who(self.name, self.role)


class KnownStatement(NamedTuple):
    """What a Row needs to know of its statement."""

    position: int
    code: str
    version: str  # of its revision


def rows_of(confirmations: QuerySet[LevelConfirmation], known: dict[int, KnownStatement] | None = None) -> list[Row]:
    """The Row of each confirmation: the oldest first, those of the same moment in the order of the framework.

    `known` is {statement pk: KnownStatement} of statements that are loaded already. One query, and one more when a
    confirmation is of another statement.
    """
    rows = confirmations.order_by().values_list(
        "assessment", "rating", "rating__statement", "by", "by__name", "by__email", "role", "at", "lapse",
        named=True,
    )  # fmt: skip
    known = known or {}
    statements = known | _statements({row.rating__statement for row in rows} - known.keys())

    def place(row):
        return row.at, row.by or 0, statements[row.rating__statement].position

    return [_row(row, statements[row.rating__statement]) for row in sorted(rows, key=place)]


def _row(row, statement):
    return Row(
        assessment=row.assessment,
        rating=row.rating,
        statement=row.rating__statement,
        code=statement.code,
        version=statement.version,
        by=row.by,
        name=row.by__name or row.by__email or "",
        role=row.role,
        on=timezone.localdate(row.at),
        lapse=row.lapse,
    )


def rows_beside(assessment: Assessment, sheet: Sheet, organisations: Collection[int] | None) -> list[Row]:
    """The rows of a profile, lapsed ones included; `sheet` is of its form. One query, or two when some have lapsed.

    `organisations` are those by which the reader sees the profile, None for its owner, who sees all.
    """
    version = assessment.form.revision.version
    known = {
        statement.pk: KnownStatement(position, statement.code, version)
        for position, statement in enumerate(sheet.statements)
    }
    return rows_of(LevelConfirmation.objects.filter(assessment=assessment).given_in(organisations), known)


def _statements(pks: Collection[int]) -> dict[int, KnownStatement]:
    if not pks:
        return {}
    rows = Statement.objects.filter(pk__in=pks).order_by()
    found = rows.values_list("pk", "position", "code", "revision__version")
    return {pk: KnownStatement(position, code, version) for pk, position, code, version in found}


def standing(rows: Iterable[Row], levels: int) -> tuple[Confirmed, ...]:
    """What each person confirmed on each day and has not lapsed; `levels` is how many levels the profile has."""
    groups = _grouped(rows, lambda row: not row.lapse)
    return tuple(
        Confirmed(found[0].who, found[0].on, tuple(row.code for row in found), levels) for found in groups.values()
    )


def lapsed(rows: Iterable[Row]) -> tuple[Lapsed, ...]:
    """What has lapsed, grouped by who confirmed it, the day, the revision and the reason."""
    groups = _grouped(rows, lambda row: row.lapse)
    return tuple(
        Lapsed(found[0].who, found[0].on, tuple(row.code for row in found), found[0].version, found[0].lapse)
        for found in groups.values()
    )


def names_by_statement(rows: Iterable[Row]) -> dict[int, tuple[str, ...]]:
    """{statement pk: ("Marco Bellini (trainer)", …)} of the confirmations that have not lapsed."""
    names: dict[int, dict[str, bool]] = defaultdict(dict)  # in the order of the rows, each name once
    for row in rows:
        if not row.lapse:
            names[row.statement][row.who] = True
    return {statement: tuple(found) for statement, found in names.items()}


def _grouped(rows, wanted):
    groups = defaultdict(list)
    for row in rows:
        if wanted(row):
            groups[row.by, row.role, row.on, row.version, row.lapse].append(row)
    return groups


# --- For lists of assessments -------------------------------------------------------------------


def told_beside(entries):
    """The entries (history.Entry), each with what was confirmed of its assessment, in words. Two queries at most."""
    found = defaultdict(list)
    for row in rows_of(LevelConfirmation.objects.standing().filter(assessment__in=[entry.pk for entry in entries])):
        found[row.assessment].append(row)
    return [
        replace(entry, confirmed=tuple(each.words for each in standing(found[entry.pk], entry.rated)))
        for entry in entries
    ]


@dataclass(frozen=True, slots=True)
class Mine:
    """How many levels of a profile the user herself has confirmed."""

    standing: int = 0  # confirmations that count
    lapsed: int = 0  # confirmations that lapsed, which she has not seen yet


def given_beside(entries, user):
    """[(history.Entry, Mine), …] of what the user confirmed; one query."""
    rows = (
        LevelConfirmation.objects.given_by(user)
        .shown_to(user)
        .filter(assessment__in=[entry.pk for entry in entries])
        .order_by()
        .values_list("assessment")
        .annotate(
            standing=Count("pk", filter=Q(lapse="")),
            lapsed=Count("pk", filter=Q(lapse__in=(Lapse.MEANING, Lapse.SCALE), seen_at=None)),
        )
    )
    found = {assessment: Mine(*counts) for assessment, *counts in rows}
    return [(entry, found.get(entry.pk, Mine())) for entry in entries]


# --- Before an update is submitted --------------------------------------------------------------


@dataclass(frozen=True)
class Prospect:
    """What will happen to confirmations if an assessment is updated and no carried level is changed."""

    kept: int
    lapsed: tuple[Lapsed, ...]
    by_statement: dict[int, list[Row]]  # {statement pk of the later revision: the confirmations that lapse}

    @property
    def kept_words(self) -> str:
        return ngettext(
            "%(count)d confirmation of a level goes along, as long as you leave that level as it is.",
            "%(count)d confirmations of levels go along, as long as you leave those levels as they are.",
            self.kept,
        ) % {"count": self.kept}


NO_PROSPECT = Prospect(0, (), {})


def prospect_of(earlier: Assessment, form: Form, plan: Plan) -> Prospect:
    """The Prospect of an assessment, or of a draft that updates one, on a form of a later revision.

    `plan` is the Plan from `earlier` to `form`. One query when nothing was confirmed, otherwise two; for a draft also
    the queries of `submitted_before` and of another Plan.
    """
    submitted = earlier if earlier.is_submitted else submitted_before(earlier)
    if submitted is None:
        return NO_PROSPECT
    rows = rows_of(LevelConfirmation.objects.standing().filter(assessment=submitted))
    if not rows:
        return NO_PROSPECT
    if submitted is not earlier:
        plan = plan_of(submitted, form)
    found = effects({row.statement for row in rows}, plan.outcomes, is_rescaled=plan.is_rescaled)
    lapsing = [replace(row, lapse=effect.lapse) for row in rows if (effect := found[row.statement]).lapse]
    by_statement = defaultdict(list)
    for row in lapsing:
        for statement in continued_by(row.statement, plan.outcomes):
            by_statement[statement].append(row)
    return Prospect(len(rows) - len(lapsing), lapsed(lapsing), dict(by_statement))
