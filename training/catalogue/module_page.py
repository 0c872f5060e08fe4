"""What the pages of a module and of its materials show."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from frameworks import texts
from frameworks.models import Kind, LearningOutcome, Level, Revision, Statement
from kip_site.accounts.models import Organisation
from training.models import Assignment, Module, furthest

from . import presentation


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
    """A module with its steps, and how far the reader is with it.

    `assignments` are the reader's latest ones of it: all open ones, the nearest due date first, or else those that she
    completed last, together, confirmed ones first. The page shows them as one.
    """

    module: Module
    assignments: tuple[Assignment, ...]
    asked: tuple[str, ...]  # who asks for it, for each of `assignments` that a trainer gave; "" if that is not known
    told: tuple[str, ...]  # the trainers who get an e-mail when she completes it
    may_take_off: bool  # whether all of it is the reader's own affair, and open
    can_be_shown_to: tuple[Organisation, ...]  # whose trainers may be shown what she chose herself, and see nothing yet
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
    def assignment(self) -> Assignment | None:
        """The one that stands for all of `assignments`: what the reader does in it, she does in all of them."""
        return self.assignments[0] if self.assignments else None

    @property
    def own(self) -> Assignment | None:
        """The one of `assignments` that the reader chose herself."""
        return next((one for one in self.assignments if one.is_own), None)

    @property
    def is_open(self):
        """Whether the reader has an open assignment of this module."""
        return self.assignment is not None and self.assignment.completed_at is None

    @property
    def state(self):
        return furthest(one.state for one in self.assignments) if self.assignments else None

    @property
    def assigned_words(self) -> list[str]:
        """Who put the module on the reader's plan; nothing if it is not there."""
        own = [_("On your own plan")] if self.own else []
        return own + [
            _("Assigned by %(trainer)s") % {"trainer": trainer} if trainer else _("Assigned by your trainer")
            for trainer in self.asked
        ]

    @property
    def messages(self) -> list[tuple[str, str]]:
        """(heading, text) of what trainers wrote with what is open."""
        return [
            (
                _("%(trainer)s writes") % {"trainer": one.assigned_by} if one.assigned_by else _("Your trainer writes"),
                one.message,
            )
            for one in self.assignments
            if one.message and self.is_open
        ]

    @property
    def finish_words(self) -> str:
        """What happens when the reader completes the module, once all steps are done."""
        if len(self.told) == 1:
            text = _("Finish the module. %(trainer)s gets an e-mail and confirms it with you.")
            return text % {"trainer": self.told[0]}
        if self.told:
            text = _("Finish the module. %(trainers)s get an e-mail and confirm it with you.")
            return text % {"trainers": get_text_list(list(self.told), _("and"))}
        if self.own and self.own.organisation:
            text = _("Finish the module. The trainers of %(organisation)s then see that you have completed it.")
            return text % {"organisation": self.own.organisation}
        if self.may_take_off:
            return _("Finish the module. It stays on your plan, where only you see it.")
        return _("Finish the module. Your trainers then see that you have completed it.")

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
    assignments = _latest(module, user)
    done = {step.material_id for one in assignments for step in one.steps.all()}
    organisations = presentation.organisations_of(user)
    asked = [one for one in assignments if not one.is_own]
    asking = [one for one in asked if one.organisation_id in organisations]
    several = len(organisations) > 1
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
        assignments=tuple(assignments),
        asked=tuple(presentation.asked_by(one, with_organisation=several) for one in asked),
        told=_told(asking),
        may_take_off=bool(assignments) and assignments[0].completed_at is None and not asking,
        can_be_shown_to=_can_be_shown_to(assignments, user),
        steps=tuple(_step(module, material, done) for material in module.materials.all()),
        served=tuple(_served(outcomes)),
        from_level=from_level,
        to_level=to_level,
        prerequisites=tuple(module.prerequisites.listed()),
        revision=revision,
    )


def _latest(module, user) -> list[Assignment]:
    """ModulePage.assignments. Two queries."""
    found = list(
        Assignment.objects.of(user)
        .filter(module=module)
        .select_related("assigned_by", "confirmed_by", "organisation")
        .prefetch_related("steps")
        .due_first()
    )
    is_open = [one for one in found if one.completed_at is None]
    if is_open or not found:
        return is_open
    # They have the same moment if she completed them together.
    last = max(one.completed_at for one in found if one.completed_at)
    return sorted((one for one in found if one.completed_at == last), key=lambda one: one.confirmed_at is None)


def _told(asking: Sequence[Assignment]) -> tuple[str, ...]:
    """ModulePage.told. One query if a trainer asks, otherwise none."""
    pks = [one.pk for one in asking]
    found = set(Assignment.objects.with_trainer_to_tell().filter(pk__in=pks).values_list("pk", flat=True))
    return tuple(dict.fromkeys(str(one.assigned_by) for one in asking if one.pk in found))


def _can_be_shown_to(assignments: Sequence[Assignment], user) -> tuple[Organisation, ...]:
    """ModulePage.can_be_shown_to. One query if the reader chose the module herself, otherwise none.

    What a trainer has confirmed can be shown to nobody else.
    """
    if not any(one.is_own and one.confirmed_at is None for one in assignments):
        return ()
    seen_by = [one.organisation_id for one in assignments if one.organisation_id]
    return tuple(Organisation.objects.of(user).exclude(pk__in=seen_by))


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
