"""One page of questions: what the form asks about one competence, with all that stands beside each statement."""

import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.db.models import FilteredRelation, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frameworks import texts
from frameworks.models import Kind, LearningOutcome, Level

from .answers import Answer, SavedAnswer
from .models import Evidence, Rating
from .progress import Progress, progress_words
from .uploads import MOST_PER_RATING

KIND_HEADINGS = {
    Kind.SUB_COMPETENCE: gettext_lazy("Sub-competences"),
    Kind.KNOWLEDGE: gettext_lazy("Knowledge"),
    Kind.SKILL: gettext_lazy("Skills"),
    Kind.PREDISPOSITION: gettext_lazy("Predispositions"),
}
# What is asked of each kind, above the questions.
KIND_PROMPTS = {
    Kind.SUB_COMPETENCE: gettext_lazy("How do you work today?"),
    Kind.KNOWLEDGE: gettext_lazy("How well do you know this today?"),
    Kind.SKILL: gettext_lazy("How do you use this today?"),
    Kind.PREDISPOSITION: gettext_lazy("How much of this do you show today?"),
}


@dataclass(frozen=True)
class ScaleLevel:
    """One level of the scale, in the words for one kind of statement."""

    key: str
    value: int
    label: str
    descriptor: str
    face: str  # number and dots of a tile, safe HTML
    words: str  # label and descriptor of a tile, safe HTML


@dataclass(frozen=True)
class Tile:
    level: ScaleLevel
    is_chosen: bool
    is_last: bool  # the answer of the last time


@dataclass(frozen=True)
class Outcome:
    """A learning outcome that serves a statement, and the modules that lead there."""

    text: str
    level: str  # "3 On my own"
    modules: list = field(default_factory=list)  # of (title, url)


@dataclass(frozen=True)
class Conflict:
    """Two windows, two answers: what the notice shows."""

    pk: int
    code: str
    saved_at: str
    mine: str  # "3 On my own"
    other: str
    my_comment: str
    other_comment: str
    seen: str  # of the other answer; sent back with "keep mine"

    @property
    def differs_in_comment(self):
        return self.my_comment != self.other_comment


@dataclass
class Question:
    """One statement, as the page asks it."""

    pk: int
    code: str
    text: str  # safe HTML with the source's emphasis
    answer: Answer  # as shown
    seen: str  # which saved answer the page showed
    saved_at: object  # aware datetime, or None
    last_time: str  # "Last time: 2, April 2026", or ""
    tiles: list
    evidence: list
    outcomes: list
    conflict: Conflict | None = None
    error: str = ""  # of the answer
    evidence_form: object = None  # a bound form with errors

    def show(self, answer, seen, error=""):
        """Show another answer than the saved one: what the person typed and could not save."""
        self.answer, self.seen, self.error = answer, seen, error
        self.tiles = [replace(tile, is_chosen=tile.level.value == answer.level) for tile in self.tiles]

    @property
    def name(self):
        """Prefix of the question's fields."""
        return f"q{self.pk}"

    @property
    def saved(self):
        return saved_words(self.saved_at)

    @property
    def has_more(self):
        """Whether the comment stands open."""
        return bool(self.answer.comment or self.evidence or self.evidence_form or self.error)

    @property
    def link_error(self):
        return self._evidence_error("link")

    @property
    def file_error(self):
        return self._evidence_error("file")

    def _evidence_error(self, name):
        errors = self.evidence_form.errors.get(name) if self.evidence_form else None
        return errors[0] if errors else ""

    @property
    def can_take_evidence(self):
        return len(self.evidence) < MOST_PER_RATING


@dataclass(frozen=True)
class Group:
    """The questions of one kind, and the scale in that kind's words."""

    kind: str
    heading: str
    levels: list
    questions: list


@dataclass(frozen=True)
class Sheet:
    """The page."""

    competence: object  # CompetenceProgress
    progress: Progress
    groups: list

    @cached_property
    def questions(self):
        return [question for group in self.groups for question in group.questions]

    @property
    def last_saved(self):
        """When anything on the page was saved last, in words."""
        moments = [question.saved_at for question in self.questions if question.saved_at]
        return saved_words(max(moments)) if moments else ""

    @property
    def prompt(self):
        return KIND_PROMPTS[self.groups[0].kind] if len(self.groups) == 1 else _("Where do you stand today?")

    @property
    def steps(self):
        """How many dots show a level: one less than there are levels."""
        return len(self.groups[0].levels) - 1

    @property
    def answered_words(self):
        return progress_words(sum(question.answer.is_given for question in self.questions), len(self.questions))

    @property
    def all_answered_words(self):
        """The words for each number of answers, for the script: it counts, but knows no grammar."""
        return json.dumps([progress_words(count, len(self.questions)) for count in range(len(self.questions) + 1)])

    @property
    def next(self):
        """The competence after this one, or None after the last."""
        return self.progress.after(self.competence)


def saved_words(moment):
    """ "Saved 14:02", with the date when it was not today."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    time = date_format(local, "TIME_FORMAT")
    if local.date() == timezone.localdate():
        return _("Saved %(time)s") % {"time": time}
    return _("Saved %(date)s, %(time)s") % {"date": date_format(local, "MONTH_DAY_FORMAT"), "time": time}


def answer_words(answer, labels):
    """ "3 On my own", "Does not apply" or "No answer"; `labels` is {value: label}."""
    if answer.does_not_apply:
        return _("Does not apply")
    if answer.level is None:
        return _("No answer")
    return f"{answer.level} {labels.get(answer.level, '')}".strip()


def conflict_of(pk, code, mine, current, labels):
    """The Conflict between the Answer of this window and the SavedAnswer of another."""
    return Conflict(
        pk=pk,
        code=code,
        saved_at=date_format(timezone.localtime(current.saved_at), "TIME_FORMAT") if current.saved_at else "",
        mine=answer_words(mine, labels),
        other=answer_words(current.answer, labels),
        my_comment=mine.comment,
        other_comment=current.answer.comment,
        seen=str(current.seen),
    )


def sheet_of(assessment, progress, competence):
    """The Sheet of one CompetenceProgress, in six queries whatever the number of statements."""
    revision = assessment.form.revision
    rows = _statements(assessment, competence)
    scales = _scales(revision, {row[2] for row in rows})
    last = _last_times(assessment, [row[6] for row in rows])
    evidence = _evidence(assessment, competence)
    outcomes = _outcomes(revision, [row[0] for row in rows])
    groups = {}
    for pk, code, kind, text, emphasis, _position, key, *own in rows:
        saved = _saved(own)
        levels = scales[kind]
        was = last.get(key)
        question = Question(
            pk=pk,
            code=code,
            text=_statement_html(revision, text, emphasis),
            answer=saved.answer,
            seen=str(saved.seen),
            saved_at=saved.saved_at,
            last_time=_last_time_words(was, is_known=bool(last)),
            tiles=[
                Tile(level, level.value == saved.answer.level, bool(was) and level.key == was[1]) for level in levels
            ],
            evidence=evidence.get(pk, []),
            outcomes=outcomes.get(pk, []),
        )
        if kind not in groups:
            groups[kind] = Group(kind, KIND_HEADINGS[kind], levels, [])
        groups[kind].questions.append(question)
    return Sheet(competence, progress, [groups[kind] for kind in Kind.values if kind in groups])


def _statements(assessment, competence):
    """Query 1: the statements, each with the person's own rating or Nones."""
    return list(
        assessment.form.statements()
        .filter(competence=competence.pk)
        .annotate(own=FilteredRelation("ratings", condition=Q(ratings__assessment=assessment.pk)))
        .order_by("position")
        .values_list(
            "pk", "code", "kind", "text", "emphasis", "position", "key",
            "own__version", "own__level__value", "own__does_not_apply", "own__comment", "own__saved_at",
        )
    )  # fmt: skip


def _saved(own):
    version, value, does_not_apply, comment, saved_at = own
    # Version 0 is a rating that only evidence hangs on.
    if not version:
        return SavedAnswer(Answer(), 0)
    return SavedAnswer(Answer(value, does_not_apply, comment), version, saved_at)


def _statement_html(revision, text, emphasis):
    words = texts.in_language(text, revision.source_language)
    return texts.emphasised(words, texts.in_language(emphasis, revision.source_language))


def _scales(revision, kinds):
    """Query 2: {kind: [ScaleLevel, …]}, ascending."""
    rows = list(
        Level.objects.filter(scale__revision=revision.pk)
        .order_by("value")
        .values_list("key", "value", "label", "descriptors")
    )
    scales = {}
    for kind in kinds:
        scales[kind] = [
            _scale_level(
                key, value, revision.text(label), revision.text(descriptors.get(kind)), position, len(rows) - 1
            )
            for position, (key, value, label, descriptors) in enumerate(rows)
        ]
    return scales


def _scale_level(key, value, label, descriptor, position, dots):
    circles = "".join(
        f'<circle cx="{4 + 8.6 * dot:.1f}" cy="3.5" r="3" fill="currentColor" stroke="currentColor"/>'
        if dot < position
        else f'<circle cx="{4 + 8.6 * dot:.1f}" cy="3.5" r="2.5" fill="none" stroke="currentColor"/>'
        for dot in range(dots)
    )
    width = max(8, 8.6 * dots - 0.4)
    face = f'{value}<svg viewBox="0 0 {width:.1f} 7" width="{width:.0f}" height="7" aria-hidden="true">{circles}</svg>'
    more = f"<span>. {escape(descriptor)}</span>" if descriptor else ""
    words = f'<span class="level-words"><b>{escape(label)}</b>{more}</span>'
    return ScaleLevel(key, value, label, descriptor, mark_safe(face), mark_safe(words))  # noqa: S308 - escaped above


def _last_times(assessment, keys):
    """Query 3: {statement key: (value, level key, does not apply, when)} of the newest submitted answer to each.

    Statements are met by their permanent key, so that an answer of an earlier revision counts too.
    """
    rows = (
        Rating.objects.answered()
        .filter(
            assessment__person=assessment.person_id,
            assessment__submitted_at__isnull=False,
            statement__revision__framework=assessment.form.revision.framework_id,
            statement__key__in=keys,
        )
        .order_by("assessment__submitted_at")
        .values_list(
            "statement__key", "level__value", "level__key", "does_not_apply", "assessment__submitted_at",
        )
    )  # fmt: skip
    return {key: rest for key, *rest in rows}


def _last_time_words(was, *, is_known):
    if was is None:
        return _("Not rated last time") if is_known else ""
    value, _key, does_not_apply, when = was
    month = date_format(timezone.localtime(when), "YEAR_MONTH_FORMAT")
    if does_not_apply:
        return _("Last time: does not apply, %(month)s") % {"month": month}
    return _("Last time: %(level)s, %(month)s") % {"level": value, "month": month}


def _evidence(assessment, competence):
    """Query 4: {statement pk: [Evidence, …]}."""
    found = defaultdict(list)
    rows = Evidence.objects.filter(
        rating__assessment=assessment.pk, rating__statement__competence=competence.pk
    ).select_related("rating")
    for evidence in rows:
        found[evidence.rating.statement_id].append(evidence)
    return found


def _outcomes(revision, statements):
    """Query 5: {statement pk: [Outcome with its listed modules, …]}."""
    rows = (
        LearningOutcome.objects.filter(serves__in=statements)
        .annotate(listed=FilteredRelation("modules", condition=Q(modules__is_listed=True)))
        .order_by("position", "listed__position", "listed__title")
        .values_list("serves", "pk", "text", "level__value", "level__label", "listed__key", "listed__title")
    )
    outcomes = defaultdict(dict)
    address = reverse("training:module", args=["-"]).removesuffix("-/")
    for statement, pk, text, value, label, module, title in rows:
        if pk not in outcomes[statement]:
            outcomes[statement][pk] = Outcome(revision.text(text), f"{value} {revision.text(label)}")
        if module:
            outcomes[statement][pk].modules.append((title, f"{address}{module}/"))
    return {statement: list(found.values()) for statement, found in outcomes.items()}


def labels_of(revision):
    """{value: label} of the revision's scale."""
    rows = Level.objects.filter(scale__revision=revision.pk).values_list("value", "label")
    return {value: revision.text(label) for value, label in rows}
