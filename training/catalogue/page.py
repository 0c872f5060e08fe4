"""The catalogue: modules by framework and competence, and which modules serve which statements."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from frameworks.hooks import ModuleLink
from frameworks.models import Competence, Kind, LearningOutcome, Revision, Statement
from kip_site.accounts.models import User
from training.models import Assignment, Module, furthest
from training.recommendations import Candidate


@dataclass(frozen=True)
class Entry:
    """A module as the catalogue lists it."""

    title: str
    url: str
    summary: str
    language: str  # a code, for the `lang` attribute
    minutes: int
    step_count: int
    from_level: int
    to_level: int
    format: str
    closes: tuple[str, ...]  # codes of the sub-competences that it serves, or of all statements if it serves none
    state: Assignment.State | None  # of the reader's latest assignment


@dataclass(frozen=True)
class Group:
    """The modules of a competence; `code` is blank for modules that serve no revision in force."""

    code: str
    title: str
    framework: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Choice:
    """A competence to filter by; `name` stays the same from revision to revision."""

    name: str  # "kip/a"
    label: str  # "A Developing and formalising new partnerships"
    framework: str


def choices() -> list[Choice]:
    """The competences of the revisions in force, in order: a list of Choice. One query."""
    competences = (
        Competence.objects.filter(revision__status=Revision.Status.PUBLISHED)
        .select_related("revision__framework")
        .order_by("revision__framework", "position")
    )
    return [
        Choice(
            _name(competence),
            f"{competence.code} {competence.revision.text(competence.title)}",
            competence.revision.title_text,
        )
        for competence in competences
    ]


def groups(user: User, *, competence: str = "", minutes: int | None = None) -> list[Group]:
    """The listed modules as Groups: each under the first competence that it serves, or under the one filtered by.

    `competence` is the name of a Choice, `minutes` the longest time. Four queries.
    """
    modules = Module.objects.listed().prefetch_related(Prefetch("outcomes", _outcomes_in_force()))
    states = _states(user)
    found: dict[Competence | None, list[Entry]] = {}
    for module in modules:
        served = {_name(outcome.competence): outcome.competence for outcome in module.outcomes.all()}
        if (minutes and module.minutes > minutes) or (competence and competence not in served):
            continue
        place = served.get(competence) or next(iter(served.values()), None)
        found.setdefault(place, []).append(_entry(module, states.get(module.pk)))
    return [
        Group(
            code=place.code if place else "",
            title=place.revision.text(place.title) if place else "",
            framework=place.revision.title_text if place else "",
            entries=tuple(entries),
        )
        for place, entries in sorted(found.items(), key=lambda pair: _order(pair[0]))
    ]


def _states(user: User) -> dict[int, Assignment.State]:
    """{module pk: how far the user is with it}: of what is open, or else of what she completed last. One query."""
    latest: dict[int, list[Assignment]] = {}
    for assignment in Assignment.objects.of(user).latest_first():
        found = latest.setdefault(assignment.module_id, [])
        if not found or found[0].completed_at == assignment.completed_at:
            found.append(assignment)
    return {module: furthest(one.state for one in found) for module, found in latest.items()}


def _outcomes_in_force() -> QuerySet[LearningOutcome]:
    return (
        LearningOutcome.objects.filter(revision__status=Revision.Status.PUBLISHED)
        .select_related("competence__revision__framework")
        .prefetch_related(Prefetch("serves", Statement.objects.order_by()))
        .order_by("revision__framework", "position")
    )


def _order(competence: Competence | None) -> tuple[int, int, int]:
    if competence is None:
        return (1, 0, 0)
    return (0, competence.revision.framework_id, competence.position)


def _name(competence: Competence) -> str:
    return f"{competence.revision.framework.key}/{competence.key}"


def _entry(module: Module, state: Assignment.State | None) -> Entry:
    found = {statement.pk: statement for outcome in module.outcomes.all() for statement in outcome.serves.all()}
    statements = sorted(found.values(), key=lambda statement: (statement.revision_id, statement.position))
    codes = [statement.code for statement in statements if statement.kind == Kind.SUB_COMPETENCE]
    return Entry(
        title=module.title,
        url=address_of(module.key),
        summary=module.summary,
        language=module.language,
        minutes=module.minutes,
        step_count=module.step_count,
        from_level=module.from_level,
        to_level=module.to_level,
        format=module.get_format_display(),
        closes=tuple(codes or [statement.code for statement in statements]),
        state=state,
    )


# --- For the pages of frameworks and profiles ---------------------------------------------------


# Cached, because a profile has links to up to sixty modules, and all profiles link to the same few hundred.
@lru_cache(maxsize=1024)
def address_of(key: str) -> str:
    """The address of a module's page."""
    return reverse("training:module", args=[key])


def candidates(revision: Revision, serves: Mapping[int, AbstractSet[int]] | None = None) -> list[Candidate[int]]:
    """The listed modules that serve statements of a revision, as recommendations.Candidate, by position.

    A candidate's `serves` has primary keys of the revision's statements. The argument `serves` is {learning outcome pk:
    statement pks}, if the caller has it already, as profiles do. One query with it, two without.
    """
    if serves is None:
        serves = served_by_outcome(revision)
    modules: dict[str, tuple[str, int, int, int, int]] = {}
    statements: dict[str, set[int]] = {}
    rows = (
        Module.outcomes.through.objects.filter(learningoutcome__revision=revision, module__is_listed=True)
        .order_by("module__position", "module__title")
        .values_list(
            "learningoutcome", "module__key", "module__title", "module__minutes", "module__step_count",
            "module__from_level", "module__to_level",
        )
    )  # fmt: skip
    for outcome, key, title, minutes, steps, from_level, to_level in rows:
        if outcome in serves:
            modules[key] = (title, minutes, steps, from_level, to_level)
            statements.setdefault(key, set()).update(serves[outcome])
    return [Candidate(key, *said, serves=frozenset(statements[key])) for key, said in modules.items()]


def served_by_outcome(revision: Revision) -> dict[int, set[int]]:
    """{learning outcome pk: set of statement pks}, of the outcomes that serve any statement. One query."""
    found: dict[int, set[int]] = {}
    pairs = LearningOutcome.serves.through.objects.filter(learningoutcome__revision=revision)
    for outcome, statement in pairs.values_list("learningoutcome", "statement"):
        found.setdefault(outcome, set()).add(statement)
    return found


def module_links(revision: Revision) -> dict[int, tuple[ModuleLink, ...]]:
    """{statement pk: (ModuleLink, …)} for the pages of a framework (see frameworks.hooks). Two queries."""
    links: dict[int, list[ModuleLink]] = {}
    for module in candidates(revision):
        link = ModuleLink(module.title, address_of(module.key), module.minutes)
        for statement in module.serves:
            links.setdefault(statement, []).append(link)
    return {statement: tuple(found) for statement, found in links.items()}
