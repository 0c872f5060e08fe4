"""One page of questions: what the form asks about one competence, with all that stands beside each statement."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frameworks.models import Kind, LearningOutcome
from training.catalogue import address_of

from .answers import Answer, SavedAnswer, answer_words
from .asked import sheet_of
from .models import Evidence, Rating
from .progress import Progress, counted, progress_words
from .scales import KindScale, ScaleLevel
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
class ServingOutcome:
    """A learning outcome that serves a statement, and the modules that lead there."""

    text: str
    level: str  # "3 On my own"
    modules: list = field(default_factory=list)  # of (title, url)


@dataclass(frozen=True)
class ShownConflict:
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
    levels: tuple[ScaleLevel, ...]
    last_level: int | None  # value of the level chosen last time
    save_address: str
    evidence: list
    outcomes: list
    conflict: ShownConflict | None = None
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

    name, code, pk = "[name]", "[code]", "[pk]"
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
                .replace("[pk]", str(question.pk))
                .replace("[code]", escape(question.code))
            )


@dataclass(frozen=True)
class Group:
    """The questions of one kind, and the scale in that kind's words."""

    kind: str
    heading: str
    scale: KindScale
    questions: list

    @property
    def legend(self):
        """What the levels mean. The page shows it twice: beside the questions, and above them on a phone."""
        return self.scale.legend


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
class RatingPage(CountsAnswers):
    """The questions of one competence."""

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


def conflict_of(pk, code, mine, current, labels):
    """The ShownConflict between the Answer of this window and the SavedAnswer of another."""
    return ShownConflict(
        pk=pk,
        code=code,
        saved_at=date_format(timezone.localtime(current.saved_at), "TIME_FORMAT") if current.saved_at else "",
        mine=answer_words(mine, labels),
        other=answer_words(current.answer, labels),
        my_comment=mine.comment,
        other_comment=current.answer.comment,
        seen=str(current.seen),
    )


def rating_page_of(assessment, code):
    """The RatingPage of the competence with this code, or None; four queries, whatever the number of statements."""
    sheet = sheet_of(assessment.form)
    saved = answers_of(assessment)
    progress = counted(assessment, {pk: each.answer for pk, each in saved.items()})
    competence = progress.find(code)
    if competence is None:
        return None
    revision = assessment.form.revision
    statements = [statement for statement in sheet.statements if statement.competence == competence.pk]
    last = last_answers(assessment.person_id, revision)
    is_known = any(statement.pk in last for statement in statements)
    evidence = evidence_of(assessment, [statement.pk for statement in statements])
    outcomes = _outcomes(revision, [statement.pk for statement in statements])
    address = reverse("assessments:save", args=[assessment.pk, 0]).removesuffix("0/")
    groups = {}
    for statement in statements:
        was = last.get(statement.pk)
        mine = saved.get(statement.pk, UNANSWERED)
        scale = sheet.scales[statement.kind]
        question = Question(
            pk=statement.pk,
            code=statement.code,
            text=statement.html,
            answer=mine.answer,
            seen=str(mine.seen),
            saved_at=mine.saved_at,
            last_time=_last_time_words(was, is_known=is_known),
            levels=scale.levels,
            last_level=was and was.level,
            save_address=f"{address}{statement.pk}/",
            evidence=evidence.get(statement.pk, []),
            outcomes=outcomes.get(statement.pk, []),
        )
        if statement.kind not in groups:
            groups[statement.kind] = Group(statement.kind, KIND_HEADINGS[statement.kind], scale, [])
        groups[statement.kind].questions.append(question)
    return RatingPage(competence, progress, [groups[kind] for kind in Kind.values if kind in groups])


UNANSWERED = SavedAnswer(Answer(), 0)


def answers_of(assessment):
    """{statement pk: SavedAnswer} of what the person answered; one query."""
    return {
        statement: SavedAnswer(Answer(value, does_not_apply, comment), version, saved_at)
        for statement, value, does_not_apply, comment, version, saved_at in Rating.objects.filter(
            # Version 0 is a rating that only evidence hangs on.
            assessment=assessment.pk,
            version__gt=0,
        )
        .order_by()
        .values_list("statement", "level__value", "does_not_apply", "comment", "version", "saved_at")
    }


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


def evidence_of(assessment, statements):
    """{statement pk: [ShownEvidence, …]} of some statements (pks); one query."""
    found = defaultdict(list)
    rows = (
        Evidence.objects.filter(rating__assessment=assessment.pk, rating__statement__in=statements)
        .order_by("pk")
        .values_list("rating__statement", "pk", "url", "name", "size")
    )
    for statement, *evidence in rows:
        found[statement].append(ShownEvidence(*evidence))
    return found


def _outcomes(revision, statements):
    """{statement pk: [ServingOutcome with its listed modules, …]}."""
    rows = (
        LearningOutcome.objects.filter(serves__in=statements)
        .order_by("position", "modules__position", "modules__title")
        .values_list(
            "serves", "pk", "text", "level__value", "level__label",
            "modules__key", "modules__title", "modules__is_listed",
        )
    )  # fmt: skip
    outcomes = defaultdict(dict)
    for statement, pk, text, value, label, module, title, is_listed in rows:
        if pk not in outcomes[statement]:
            outcomes[statement][pk] = ServingOutcome(revision.text(text), f"{value} {revision.text(label)}")
        if is_listed:
            outcomes[statement][pk].modules.append((title, address_of(module)))
    return {statement: list(found.values()) for statement, found in outcomes.items()}
