"""One page of questions: what the form asks about one competence, with all that stands beside each statement."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

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
from .charts import dots
from .models import Evidence, Rating
from .progress import Progress, counted, progress_words
from .updating import last_answers
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
    levels: list  # of ScaleLevel
    last_level: int | None  # value of the level chosen last time
    save_address: str
    evidence: list
    outcomes: list
    conflict: Conflict | None = None
    error: str = ""  # of the answer
    evidence_form: object = None  # a bound form with errors
    empty_comment: str = ""

    def show(self, answer, seen, error=""):
        """Show another answer than the saved one: what the person typed and could not save."""
        self.answer, self.seen, self.error = answer, seen, error

    @property
    def tiles(self):
        """The levels as radio buttons in tiles. Put together here and not in the template, which takes far longer."""
        last = f' level-last" data-last="{escape(_("last time"))}'
        return mark_safe(  # noqa: S308 - `face` and `words` were escaped when they were made
            "".join(
                f'<label class="level{last if level.value == self.last_level else ""}"><span class="level-number">'
                f'<input type="radio" name="{self.name}-choice" value="{level.value}"'
                f"{' checked' if level.value == self.answer.level else ''}>{level.face}</span>{level.words}</label>"
                for level in self.levels
            )
        )

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


class Blank:
    """Stands for any question without comment and evidence. Its part of the page is rendered once, not twenty times."""

    name, code, save_address = "[name]", "[code]", "[address]"
    answer = Answer()
    evidence = ()
    error = link_error = file_error = ""
    evidence_form = None
    can_take_evidence = True


def give_empty_comments(questions, rendered):
    """Put what was rendered for Blank into each question that has no comment of its own to show."""
    for question in questions:
        if not question.has_more:
            question.empty_comment = mark_safe(  # noqa: S308 - rendered, and escaped here
                rendered.replace("[name]", question.name)
                .replace("[code]", escape(question.code))
                .replace("[address]", question.save_address)
            )


@dataclass(frozen=True)
class Group:
    """The questions of one kind, and the scale in that kind's words."""

    kind: str
    heading: str
    levels: list
    questions: list

    @cached_property
    def key(self):
        """What the levels mean, as a list. The page shows it twice: beside the questions, and above them on a phone."""
        entries = [
            f'<li class="key">{dots(position, len(self.levels) - 1, is_decoration=True)}<p><strong>{level.value} '
            f'{escape(level.label)}</strong><br><span class="soft">{escape(level.descriptor)}</span></p></li>'
            for position, level in enumerate(self.levels)
        ]
        return mark_safe(f'<ul class="stack">{"".join(entries)}</ul>')  # noqa: S308 - escaped where it goes in


class CountsAnswers:
    """What a page of questions says of its answers; the page has `questions`, a list."""

    @property
    def last_saved(self):
        """When anything on the page was saved last, in words."""
        moments = [question.saved_at for question in self.questions if question.saved_at]
        return saved_words(max(moments)) if moments else ""

    @property
    def answered_words(self):
        return progress_words(sum(question.answer.is_given for question in self.questions), len(self.questions))

    @property
    def all_answered_words(self):
        """The words for each number of answers, for the script: it counts, but knows no grammar."""
        return json.dumps([progress_words(count, len(self.questions)) for count in range(len(self.questions) + 1)])


@dataclass(frozen=True)
class Sheet(CountsAnswers):
    """The page."""

    competence: object  # CompetenceProgress
    progress: Progress
    groups: list

    @cached_property
    def questions(self):
        return [question for group in self.groups for question in group.questions]

    @property
    def prompt(self):
        return KIND_PROMPTS[self.groups[0].kind] if len(self.groups) == 1 else _("Where do you stand today?")

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


def sheet_of(assessment, code):
    """The Sheet of the competence with this code, or None; eight queries, whatever the number of statements."""
    rows = rows_of(assessment)
    progress = counted(assessment, [(row.competence, row.saved.answer) for row in rows])
    competence = progress.find(code)
    if competence is None:
        return None
    revision = assessment.form.revision
    rows = [row for row in rows if row.competence == competence.pk]
    scales = scales_of(revision, {row.kind for row in rows})
    last = last_answers(assessment.person_id, revision)
    is_known = any(row.pk in last for row in rows)
    evidence = _evidence(assessment, competence)
    outcomes = _outcomes(revision, [row.pk for row in rows])
    address = reverse("assessments:save", args=[assessment.pk, 0]).removesuffix("0/")
    groups = {}
    for row in rows:
        was = last.get(row.pk)
        question = Question(
            pk=row.pk,
            code=row.code,
            text=statement_html(revision, row.text, row.emphasis),
            answer=row.saved.answer,
            seen=str(row.saved.seen),
            saved_at=row.saved.saved_at,
            last_time=_last_time_words(was, is_known=is_known),
            levels=scales[row.kind],
            last_level=was and was.level,
            save_address=f"{address}{row.pk}/",
            evidence=evidence.get(row.pk, []),
            outcomes=outcomes.get(row.pk, []),
        )
        if row.kind not in groups:
            groups[row.kind] = Group(row.kind, KIND_HEADINGS[row.kind], scales[row.kind], [])
        groups[row.kind].questions.append(question)
    return Sheet(competence, progress, [groups[kind] for kind in Kind.values if kind in groups])


class _Row(NamedTuple):
    """A statement of the form, and the person's own answer to it."""

    pk: int
    competence: int
    code: str
    kind: str
    key: str
    text: dict
    emphasis: dict
    saved: SavedAnswer


UNANSWERED = SavedAnswer(Answer(), 0)


def rows_of(assessment):
    """Queries 1 and 2: every statement of the form as a _Row, because the strip counts them all.

    Two queries, because Django takes longer to write one that joins them than the database to answer both.
    """
    answers = {
        statement: SavedAnswer(Answer(value, does_not_apply, comment), version, saved_at)
        for statement, value, does_not_apply, comment, version, saved_at in Rating.objects.filter(
            # Version 0 is a rating that only evidence hangs on.
            assessment=assessment.pk,
            version__gt=0,
        )
        .order_by()
        .values_list("statement", "level__value", "does_not_apply", "comment", "version", "saved_at")
    }
    rows = (
        assessment.form.statements()
        .order_by("position")
        .values_list("pk", "competence", "code", "kind", "key", "text", "emphasis")
    )
    return [_Row(*row, answers.get(row[0], UNANSWERED)) for row in rows]


def statement_html(revision, text, emphasis):
    words = texts.in_language(text, revision.source_language)
    return texts.emphasised(words, texts.in_language(emphasis, revision.source_language))


def scales_of(revision, kinds):
    """Query 4: {kind: [ScaleLevel, …]}, ascending."""
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


def _last_time_words(was, *, is_known):
    if was is None:
        return _("Not rated last time") if is_known else ""
    month = date_format(timezone.localtime(was.when), "YEAR_MONTH_FORMAT")
    if was.does_not_apply:
        return _("Last time: does not apply, %(month)s") % {"month": month}
    if was.is_suggested:
        return _("Last time, when this meant something else: %(level)s, %(month)s") % {
            "level": was.level,
            "month": month,
        }
    return _("Last time: %(level)s, %(month)s") % {"level": was.level, "month": month}


@dataclass(frozen=True)
class ShownEvidence:
    pk: int
    url: str  # of a link; empty for a file
    name: str
    size: int  # of a file, in bytes


def _evidence(assessment, competence):
    """Query 6: {statement pk: [ShownEvidence, …]}."""
    found = defaultdict(list)
    rows = (
        Evidence.objects.filter(rating__assessment=assessment.pk, rating__statement__competence=competence.pk)
        .order_by("pk")
        .values_list("rating__statement", "pk", "url", "name", "size")
    )
    for statement, *evidence in rows:
        found[statement].append(ShownEvidence(*evidence))
    return found


def _outcomes(revision, statements):
    """Query 7: {statement pk: [Outcome with its listed modules, …]}."""
    rows = (
        LearningOutcome.objects.filter(serves__in=statements)
        .order_by("position", "modules__position", "modules__title")
        .values_list(
            "serves", "pk", "text", "level__value", "level__label",
            "modules__key", "modules__title", "modules__is_listed",
        )
    )  # fmt: skip
    outcomes = defaultdict(dict)
    address = reverse("training:module", args=["-"]).removesuffix("-/")
    for statement, pk, text, value, label, module, title, is_listed in rows:
        if pk not in outcomes[statement]:
            outcomes[statement][pk] = Outcome(revision.text(text), f"{value} {revision.text(label)}")
        if is_listed:
            outcomes[statement][pk].modules.append((title, f"{address}{module}/"))
    return {statement: list(found.values()) for statement, found in outcomes.items()}


def labels_of(revision):
    """{value: label} of the revision's scale."""
    rows = Level.objects.filter(scale__revision=revision.pk).values_list("value", "label")
    return {value: revision.text(label) for value, label in rows}
