"""People's submitted assessments, and their means over time, across revisions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, pairwise

from django.db.models import Avg, Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts.timeline import Point
from assessments.models import Assessment
from assessments.questionnaire.progress import asked_by
from frameworks.models import Level

from .rules import rated_words

# How many of those who see an assessment are named.
NAMED = 3


@dataclass(frozen=True)
class Entry:
    """One submitted assessment."""

    pk: int
    person: int  # primary key
    name: str  # of the person
    submitted_at: datetime
    framework: str  # key
    framework_title: str
    revision: int  # primary key
    version: str
    revised_on: date  # the day on which the revision came into force
    form: str  # key
    form_title: str
    target_title: str  # "" without a target
    levels: tuple[int, ...]  # values of the scale it was rated on, ascending
    mean: float | None  # None when nothing was rated
    rated: int
    left_out: int
    asked: int
    shown_to: tuple[str, ...] = ()  # only for the person herself; see sharing.audience.shown_beside
    confirmed: tuple[str, ...] = ()  # in words; see confirmations.loading.told_beside

    @property
    def day(self) -> date:
        return timezone.localdate(self.submitted_at)

    @property
    def words(self) -> str:
        return rated_words(self.rated, self.asked, self.left_out)

    @property
    def seen_by(self) -> str:
        """Who sees it, in the words of the person's own pages: "Marco Bellini (trainer), Ivana Kovač (manager)"."""
        if not self.shown_to:
            return _("only you")
        named, more = ", ".join(self.shown_to[:NAMED]), len(self.shown_to) - NAMED
        if more <= 0:
            return named
        return ngettext("%(names)s and %(more)d more", "%(names)s and %(more)d more", more) % {
            "names": named,
            "more": more,
        }


@dataclass(frozen=True)
class Series:
    """All assessments that one person submitted with one form of one framework, on any revision; the newest first."""

    name: str  # "kip-essential", for ids on a page
    framework_title: str
    form_title: str
    levels: tuple[int, ...]  # values of the newest entry's scale; all points are converted to it
    entries: tuple[Entry, ...]
    points: tuple[Point, ...]  # the oldest first, those with a mean
    revised: tuple[date, ...]  # days on which the framework changed between two points

    @property
    def chart(self) -> str:
        return f"trend-{self.name}"

    @property
    def change(self) -> float | None:
        """By how much the last mean is higher than the one before; None with fewer than two points."""
        return self.points[-1].mean - self.points[-2].mean if len(self.points) > 1 else None


def entries(assessments: QuerySet[Assessment], shown_by: Mapping[int, Collection[int]] | None = None) -> list[Entry]:
    """The Entry of each submitted assessment of a queryset, in its order. Four queries, however many there are.

    `shown_by` is {assessment pk: the organisations by which the reader sees it}, if she is not its person: she does not
    learn of targets of other organisations.
    """
    rows = list(
        assessments.select_related("person", "form__revision__framework", "target")
        .prefetch_related("form__competences")
        .annotate(
            mean=Avg("ratings__level__value"),
            rated=Count("ratings", filter=Q(ratings__level__isnull=False)),
            left_out=Count("ratings", filter=Q(ratings__does_not_apply=True)),
        )
    )
    asked, levels = (
        asked_by({row.form_id: row.form for row in rows}.values()),
        _levels({row.form.revision_id for row in rows}),
    )
    return [
        _entry(row, asked[row.form_id], levels[row.form.revision_id], None if shown_by is None else shown_by[row.pk])
        for row in rows
    ]


def _levels(revisions):
    """{revision pk: the values of its scale, ascending}."""
    values = defaultdict(tuple)
    levels = Level.objects.filter(scale__revision__in=revisions).order_by("value")
    for revision, value in levels.values_list("scale__revision", "value"):
        values[revision] += (value,)
    return values


def _entry(row, asked, levels, organisations):
    form, revision = row.form, row.form.revision
    return Entry(
        pk=row.pk,
        person=row.person_id,
        name=str(row.person),
        submitted_at=row.submitted_at,
        framework=revision.framework.key,
        framework_title=revision.title_text,
        revision=revision.pk,
        version=revision.version,
        revised_on=timezone.localdate(revision.published_at) if revision.published_at else revision.date,
        form=form.key,
        form_title=form.title,
        target_title=row.target.title if row.target and row.target.is_shown_in(organisations) else "",
        levels=levels,
        mean=row.mean,
        rated=row.rated,
        left_out=row.left_out,
        asked=asked,
    )


def series_of(entries: Iterable[Entry]) -> tuple[Series, ...]:
    """The entries of one person as Series, the one with the newest entry first."""

    def newest_first(entry):
        return entry.submitted_at, entry.pk

    def place(entry):
        return entry.framework, entry.form

    ordered = sorted(entries, key=newest_first, reverse=True)
    found = [_series(tuple(group)) for _place, group in groupby(sorted(ordered, key=place), key=place)]
    return tuple(sorted(found, key=lambda series: newest_first(series.entries[0]), reverse=True))


def _series(entries):
    newest = entries[0]
    drawn = [entry for entry in reversed(entries) if entry.mean is not None]
    return Series(
        name=f"{newest.framework}-{newest.form}",
        framework_title=newest.framework_title,
        form_title=newest.form_title,
        levels=newest.levels,
        entries=entries,
        points=tuple(
            Point(entry.day, on_scale(entry.mean, entry.levels, newest.levels), entry.rated, entry.asked)
            for entry in drawn
        ),
        # Somebody may submit on the old revision after the new one came into force; the mark must still be between the
        # two points.
        revised=tuple(
            min(max(after.revised_on, before.day), after.day)
            for before, after in pairwise(drawn)
            if before.revision != after.revision
        ),
    )


def on_scale(value: float, levels: Sequence[int], wanted: Sequence[int]) -> float:
    """Convert a value from the scale `levels` to the scale `wanted`, linearly; both are ascending values."""
    if levels == wanted:
        return value
    part = (value - levels[0]) / (levels[-1] - levels[0])
    return wanted[0] + part * (wanted[-1] - wanted[0])
