"""What the pages of a module and of its materials show."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from frameworks import texts
from frameworks.models import Kind, LearningOutcome, Level, Revision, Statement
from training.models import Assignment, Module


@dataclass(frozen=True)
class ModuleStep:
    """A material in the list of steps."""

    position: int
    title: str
    summary: str
    minutes: int
    kind: str
    url: str
    is_done: bool


@dataclass(frozen=True)
class Served:
    """A statement that the module serves; `html` is its text with the source's emphasis, safe."""

    code: str
    html: str
    language: str
    url: str  # of its competence
    kind: str


@dataclass(frozen=True)
class ModulePage:
    """A module with its steps, and the reader's latest assignment of it, or None."""

    module: Module
    assignment: Assignment | None
    steps: tuple[ModuleStep, ...]
    served: tuple[Served, ...]
    from_level: str  # "0 (Not yet)"; only "0" when the module serves no revision in force
    to_level: str
    prerequisites: tuple[Module, ...]
    revision: Revision | None

    @property
    def minutes(self):
        return sum(step.minutes for step in self.steps)

    @property
    def minutes_left(self):
        return sum(step.minutes for step in self.steps if not step.is_done)

    @property
    def is_open(self):
        """Whether the reader has an open assignment of this module."""
        return self.assignment is not None and self.assignment.completed_at is None

    @property
    def state(self):
        return self.assignment.state if self.assignment else None

    @property
    def assigned_words(self) -> str:
        """Who put the module on the reader's plan; "" if it is not there."""
        if self.assignment is None:
            return ""
        if self.assignment.is_own:
            return _("You put it on your plan")
        if self.assignment.assigned_by:
            return _("Assigned by %(trainer)s") % {"trainer": self.assignment.assigned_by}
        return _("Assigned by your trainer")

    @cached_property
    def next_step(self):
        """The first step that is not done; None when all are."""
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def sub_competences(self):
        return [served for served in self.served if served.kind == Kind.SUB_COMPETENCE]

    @property
    def other_statements(self):
        return [served for served in self.served if served.kind != Kind.SUB_COMPETENCE]

    @property
    def language(self):
        return get_language_info(self.module.language)["name_local"].capitalize()


def load(module, user):
    """The ModulePage of a module for a reader, in a fixed number of queries."""
    assignment = (
        Assignment.objects.of(user)
        .filter(module=module)
        .select_related("assigned_by", "confirmed_by")
        .prefetch_related("steps")
        .latest_first()
        .first()
    )
    done = {step.material_id for step in assignment.steps.all()} if assignment else set()
    outcomes = list(
        LearningOutcome.objects.filter(modules=module, revision__status=Revision.Status.PUBLISHED)
        .select_related("revision__framework")
        .prefetch_related(Prefetch("serves", Statement.objects.select_related("competence").order_by("position")))
        .order_by("revision__framework", "position")
    )
    revision = outcomes[0].revision if outcomes else None
    from_level, to_level = _levels(module, revision)
    return ModulePage(
        module=module,
        assignment=assignment,
        steps=tuple(_step(module, material, done) for material in module.materials.all()),
        served=tuple(_served(outcomes)),
        from_level=from_level,
        to_level=to_level,
        prerequisites=tuple(module.prerequisites.listed()),
        revision=revision,
    )


def address(module):
    return reverse("training:module", args=[module.key])


def _step(module, material, done):
    return ModuleStep(
        position=material.position,
        title=material.title,
        summary=material.summary,
        minutes=material.minutes,
        kind=material.get_kind_display(),
        url=reverse("training:material", args=[module.key, material.position]),
        is_done=material.pk in done,
    )


def _served(outcomes):
    """Yield each statement that the outcomes serve once, in the order of its framework."""
    found = {statement.pk: (statement, outcome.revision) for outcome in outcomes for statement in outcome.serves.all()}
    for statement, revision in sorted(found.values(), key=lambda pair: (pair[1].framework_id, pair[0].position)):
        language = texts.language_of(statement.text, revision.source_language)
        yield Served(
            code=statement.code,
            html=texts.emphasised(
                texts.in_language(statement.text, revision.source_language, language),
                texts.in_language(statement.emphasis, revision.source_language, language),
            ),
            language=language,
            url=reverse(
                "frameworks:competence", args=[revision.framework.key, revision.version, statement.competence.key]
            ),
            kind=statement.kind,
        )


def _levels(module, revision):
    """(from_level, to_level) of a module, each with its label: "0 (Not yet)"."""
    values = (module.from_level, module.to_level)
    levels = Level.objects.filter(scale__revision=revision, value__in=values) if revision else ()
    labels = {level.value: revision.text(level.label) for level in levels}
    return tuple(f"{value} ({labels[value]})" if value in labels else str(value) for value in values)
