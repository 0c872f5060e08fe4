"""What the pages about published frameworks show, loaded as dataclasses, so that templates make no queries.

Texts are safe HTML in the language of the page (see `texts.marked`). Each function makes a fixed number of queries.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from django.urls import reverse
from django.utils.html import format_html_join

from frameworks import hooks
from frameworks.models import Competence, Kind, LearningOutcome, Level, Revision, Statement
from frameworks.texts import in_language, marked

from . import names

if TYPE_CHECKING:
    from kip_site.accounts.models import User
# A scale with a higher value is shown with numbers instead of dots: nobody counts twelve dots.
MOST_DOTS = 10


@dataclass(frozen=True, slots=True)
class LevelEntry:
    value: int
    dots: int  # how many of the scale's dots are filled
    label: str
    descriptors: tuple[tuple[str, str], ...]  # (kind, text)


@dataclass(frozen=True, slots=True)
class CompetenceEntry:
    """A competence in the overview of its framework."""

    code: str
    title: str
    url: str
    counts: str  # "5 sub-competences, 6 knowledge, …"
    level: float | None  # the reader's own, if she has rated herself
    modules: int


@dataclass(frozen=True, slots=True)
class FrameworkEntry:
    """A framework in the list of all."""

    title: str
    url: str
    summary: str
    publisher: str
    version: str
    date: date
    competences: tuple[tuple[str, str], ...]  # (code, title)
    counts: str


@dataclass(frozen=True, slots=True)
class FrameworkPage:
    revision: Revision
    title: str
    summary: str
    notes: str
    competences: tuple[CompetenceEntry, ...]
    levels: tuple[LevelEntry, ...]
    scale_origin: str
    top_level: int | None  # the scale's highest value; None if it is too high to be drawn as dots
    dots: int  # how many dots, filled or not, are drawn beside each level of the scale
    has_own_levels: bool


@dataclass(frozen=True, slots=True)
class StatementEntry:
    code: str
    text: str
    modules: tuple[hooks.ModuleLink, ...]
    # (code, URL or blank) of the other statements with the same text
    repeated: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomeEntry:
    code: str
    text: str
    level: str
    serves: str  # codes


@dataclass(frozen=True, slots=True)
class ModuleEntry:
    title: str
    url: str
    minutes: int
    serves: str  # codes of the statements, "A1, A2"


@dataclass(frozen=True, slots=True)
class CompetenceLink:
    code: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class CompetencePage:
    revision: Revision
    code: str
    title: str
    plain_title: str
    doing: tuple[StatementEntry, ...]  # sub-competences
    clusters: tuple[tuple[str, tuple[StatementEntry, ...]], ...]  # (heading, statements) of the other kinds
    outcomes: tuple[OutcomeEntry, ...]
    outcomes_origin: str
    modules: tuple[ModuleEntry, ...]
    level: float | None
    top_level: int | None
    neighbours: dict[Literal["previous", "next"], CompetenceLink]  # without those that do not exist


def competence_url(revision: Revision, key: str) -> str:
    return reverse("frameworks:competence", args=[revision.framework.key, revision.version, key])


# --- All frameworks -----------------------------------------------------------------------------


def current_frameworks() -> tuple[FrameworkEntry, ...]:
    """A FrameworkEntry for each framework in force, in three queries."""
    revisions = list(Revision.objects.current().select_related("framework").order_by("framework"))
    competences: dict[int, list[Competence]] = defaultdict(list)
    for competence in Competence.objects.filter(revision__in=revisions):
        competences[competence.revision_id].append(competence)
    sizes: dict[int, Counter[str]] = defaultdict(Counter)
    for revision, kind in Statement.objects.filter(revision__in=revisions).values_list("revision", "kind"):
        sizes[revision][kind] += 1
    return tuple(
        FrameworkEntry(
            title=marked(revision.title, revision.source_language),
            url=reverse("frameworks:framework", args=[revision.framework.key]),
            summary=marked(revision.summary, revision.source_language),
            publisher=revision.publisher,
            version=revision.version,
            date=revision.date,
            competences=tuple(
                (competence.code, marked(competence.title, revision.source_language))
                for competence in competences[revision.pk]
            ),
            counts=names.counted({kind: sizes[revision.pk][kind] for kind in Kind}),
        )
        for revision in revisions
    )


# --- One framework ------------------------------------------------------------------------------


def framework_page(revision: Revision, user: "User") -> FrameworkPage:
    """The FrameworkPage of a published revision (with `framework` and `scale` loaded) for a reader.

    Three queries, and those of the hooks.
    """
    source = revision.source_language
    modules = hooks.modules(revision)
    own_levels = hooks.own_levels(user, revision)
    sizes: dict[int, Counter[str]] = defaultdict(Counter)
    urls: dict[int, set[str]] = defaultdict(set)
    for statement, competence, kind in revision.statements.values_list("pk", "competence", "kind"):
        sizes[competence][kind] += 1
        urls[competence].update(module.url for module in modules.get(statement, ()))
    levels = _levels(revision)
    return FrameworkPage(
        revision=revision,
        title=marked(revision.title, source),
        summary=marked(revision.summary, source),
        notes=marked(revision.notes, source),
        competences=tuple(
            CompetenceEntry(
                code=competence.code,
                title=marked(competence.title, source),
                url=competence_url(revision, competence.key),
                counts=names.counted({kind: sizes[competence.pk][kind] for kind in Kind}),
                level=own_levels.get(competence.pk),
                modules=len(urls[competence.pk]),
            )
            for competence in revision.competences.all()
        ),
        levels=_level_entries(
            levels, sorted({kind for size in sizes.values() for kind in size}, key=Kind.values.index), source
        ),
        scale_origin=marked(revision.scale.origin, source),
        top_level=_top_level(levels),
        dots=_top_level(levels) or len(levels) - 1,
        has_own_levels=bool(own_levels),
    )


def _levels(revision: Revision) -> list[Level]:
    return list(Level.objects.filter(scale__revision=revision))


def _top_level(levels: Sequence[Level]) -> int | None:
    top = max((level.value for level in levels), default=0)
    return top if top <= MOST_DOTS else None


def _level_entries(levels: Sequence[Level], used_kinds: Sequence[str], source: str) -> tuple[LevelEntry, ...]:
    top = _top_level(levels)
    return tuple(
        LevelEntry(
            value=level.value,
            # If the values are too high for dots, the dots show the position of the level in the scale.
            dots=level.value if top is not None else place,
            label=marked(level.label, source),
            descriptors=tuple(
                (str(names.HEADINGS[kind]), marked(level.descriptors[kind], source))
                for kind in used_kinds
                if level.descriptors.get(kind)
            ),
        )
        for place, level in enumerate(levels)
    )


# --- One competence -----------------------------------------------------------------------------


def competence_page(revision: Revision, key: str, user: "User") -> CompetencePage | None:
    """The CompetencePage of the competence with the id `key`, or None if the revision has no such competence.

    Six queries, and those of the hooks.
    """
    siblings = list(revision.competences.all())
    place = next((number for number, competence in enumerate(siblings) if competence.key == key), None)
    if place is None:
        return None
    competence, source = siblings[place], revision.source_language
    modules = hooks.modules(revision)
    statements = list(competence.statements.select_related("same_as__competence"))
    repeated = _repetitions(revision, competence, statements)
    entries: dict[str, list[StatementEntry]] = defaultdict(list)
    for statement in statements:
        entries[statement.kind].append(
            StatementEntry(
                statement.code,
                marked(statement.text, source, statement.emphasis),
                tuple(modules.get(statement.pk, ())),
                repeated[statement.pk],
            )
        )
    places: tuple[tuple[Literal["previous", "next"], int], ...] = (("previous", place - 1), ("next", place + 1))
    outcomes = LearningOutcome.objects.filter(competence=competence).select_related("level").prefetch_related("serves")
    return CompetencePage(
        revision=revision,
        code=competence.code,
        title=marked(competence.title, source),
        plain_title=in_language(competence.title, source),
        doing=tuple(entries[Kind.SUB_COMPETENCE]),
        clusters=tuple(
            (str(names.HEADINGS[kind]), tuple(entries[kind]))
            for kind in Kind
            if kind != Kind.SUB_COMPETENCE and entries[kind]
        ),
        outcomes=tuple(
            OutcomeEntry(
                outcome.code,
                marked(outcome.text, source),
                marked(outcome.level.label, source),
                # Codes have hyphens, after which a line could break.
                format_html_join(
                    ", ", '<span class="number">{}</span>', ((statement.code,) for statement in outcome.serves.all())
                ),
            )
            for outcome in outcomes
        ),
        outcomes_origin=marked(competence.outcomes_origin, source),
        modules=_module_entries(statements, modules),
        level=hooks.own_levels(user, revision).get(competence.pk),
        top_level=_top_level(_levels(revision)),
        neighbours={
            name: CompetenceLink(
                siblings[other].code,
                marked(siblings[other].title, source),
                competence_url(revision, siblings[other].key),
            )
            for name, other in places
            if 0 <= other < len(siblings)
        },
    )


def _repetitions(
    revision: Revision, competence: Competence, statements: Sequence[Statement]
) -> dict[int, tuple[tuple[str, str], ...]]:
    """{pk of a statement: ((code, URL), …)} of the other statements with its text; URL blank if on the same page."""
    firsts = {statement.same_as_id or statement.pk for statement in statements}
    others: dict[int | None, list[Statement]] = defaultdict(list)
    for other in Statement.objects.filter(same_as__in=firsts).select_related("competence"):
        others[other.same_as_id].append(other)
    found = {}
    for statement in statements:
        first = statement.same_as or statement
        found[statement.pk] = tuple(
            (
                other.code,
                competence_url(revision, other.competence.key) if other.competence_id != competence.pk else "",
            )
            for other in (first, *others[first.pk])
            if other.pk != statement.pk
        )
    return found


def _module_entries(
    statements: Sequence[Statement], modules: Mapping[int, Sequence[hooks.ModuleLink]]
) -> tuple[ModuleEntry, ...]:
    """The modules that help with any of the statements, in the order in which they are first needed."""
    serves: dict[str, list[Statement]] = defaultdict(list)
    links: dict[str, hooks.ModuleLink] = {}
    for statement in statements:
        for module in modules.get(statement.pk, ()):
            links.setdefault(module.url, module)
            serves[module.url].append(statement)
    entries = []
    for url, module in links.items():
        doing = [statement for statement in serves[url] if statement.kind == Kind.SUB_COMPETENCE]
        codes = ", ".join(statement.code for statement in doing or serves[url])
        entries.append(ModuleEntry(module.title, url, module.minutes, codes))
    return tuple(entries)
