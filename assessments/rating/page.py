"""The page of questions about one competence: its statements with scale, saved answer, evidence and modules."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache

from django.forms.utils import flatatt
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessments.continuity.plan import LastAnswer, last_answers
from assessments.models import Assessment, Evidence, Rating
from assessments.questionnaire.answers import NEVER_SAVED, Answer, SavedAnswer, answer_words
from assessments.questionnaire.content import sheet_of
from assessments.questionnaire.progress import CompetenceProgress, Progress, counted, progress_words
from assessments.questionnaire.scales import KindScale, ScaleLevel
from frameworks.models import Kind, LearningOutcome, Revision
from kip_site.uploads import MOST_PER_RATING
from training.catalogue.page import address_of

from .forms import EvidenceForm

KIND_HEADINGS: dict[str, Promise] = {
    Kind.SUB_COMPETENCE: gettext_lazy("Sub-competences"),
    Kind.KNOWLEDGE: gettext_lazy("Knowledge"),
    Kind.SKILL: gettext_lazy("Skills"),
    Kind.PREDISPOSITION: gettext_lazy("Predispositions"),
}
# The question above the statements of each kind.
KIND_PROMPTS: dict[str, Promise] = {
    Kind.SUB_COMPETENCE: gettext_lazy("How do you work today?"),
    Kind.KNOWLEDGE: gettext_lazy("How well do you know this today?"),
    Kind.SKILL: gettext_lazy("How do you use this today?"),
    Kind.PREDISPOSITION: gettext_lazy("How much of this do you show today?"),
}


TILE = '<label{}><span class="level-number"><input type="radio" name="{}-choice" value="{}"{}>{}</span>{}</label>'
PLAIN_TILE = flatatt({"class": "level"})


@dataclass(frozen=True)
class ServingOutcome:
    """A learning outcome that serves a statement, and the modules that lead to it."""

    text: str
    level: str  # "3 On my own"
    modules: list[tuple[str, str]] = field(default_factory=list)  # (title, url)

    @property
    def leads_to(self) -> str:
        return _("Leads to %(level)s.") % {"level": self.level}


@dataclass(frozen=True)
class ShownConflict:
    """The notice that another window has saved another answer; the person chooses one of the two."""

    pk: int
    code: str
    saved_at: str
    mine: str  # "3 On my own"
    other: str  # what the other window saved
    my_comment: str
    other_comment: str
    seen: str  # answers.Seen of the other answer, as text; the button "keep mine" sends it

    @property
    def differs_in_comment(self) -> bool:
        return self.my_comment != self.other_comment


@dataclass
class Question:
    """One statement, as the page asks it."""

    pk: int
    code: str
    text: str  # safe HTML with the source's emphasis
    answer: Answer  # the one that is shown
    seen: str  # answers.Seen of the saved answer, as text
    saved_at: datetime | None  # aware
    last_time: str  # "Last time: 2, April 2026", or ""
    levels: tuple[ScaleLevel, ...]
    last_level: int | None  # value of the level chosen last time
    save_address: str
    evidence: "list[ShownEvidence]"
    outcomes: list[ServingOutcome]
    conflict: ShownConflict | None = None
    error: str = ""  # of the answer
    evidence_form: EvidenceForm | None = None  # bound, with errors
    link_error: str = ""
    file_error: str = ""

    def show(self, answer: Answer, seen: str, error: str = "") -> None:
        """Show, instead of the saved answer, what the person entered and could not be saved."""
        self.answer, self.seen, self.error = answer, seen, error

    def show_refused(self, form: EvidenceForm) -> None:
        """Show a link or a file that could not be added; `form` is bound and has its errors."""
        self.evidence_form = form
        self.link_error, self.file_error = (str(next(iter(form.errors.get(name, ())), "")) for name in ("link", "file"))

    @property
    def tiles(self) -> SafeString:
        """The levels as radio buttons in tiles.

        Built here in one call: a template takes four times as long, and a page has up to a hundred tiles.
        """
        last = PLAIN_TILE
        if self.last_level is not None:
            last = flatatt({"class": "level level-last", "data-last": _("last time")})
        parts: list[str | int] = []
        for level in self.levels:
            attributes = last if level.value == self.last_level else PLAIN_TILE
            checked = " checked" if level.value == self.answer.level else ""
            parts += (attributes, self.name, level.value, checked, level.face, level.words)
        return format_html(TILE * len(self.levels), *parts)

    @cached_property
    def name(self) -> SafeString:
        """Prefix of the question's fields. Marked safe, because escaping it some thirty times in templates is slow."""
        return format_html("q{}", self.pk)

    @property
    def saved(self) -> str:
        return saved_words(self.saved_at)

    @property
    def take_back_label(self) -> str:
        return _("the rating of %(code)s") % {"code": self.code}

    @property
    def comment_label(self) -> str:
        return _("Comment on %(code)s") % {"code": self.code}

    @property
    def add_label(self) -> str:
        return _("to %(code)s") % {"code": self.code}

    @property
    def has_more(self) -> bool:
        """Whether the part with comment and evidence is shown open."""
        return bool(self.answer.comment or self.evidence or self.evidence_form or self.error)

    @property
    def can_take_evidence(self) -> bool:
        return len(self.evidence) < MOST_PER_RATING


@dataclass(frozen=True)
class Group:
    """The questions of one kind, and the scale with the descriptors for that kind."""

    kind: str
    heading: str
    scale: KindScale
    questions: list[Question]

    @property
    def legend(self) -> str:
        """What the levels mean. The page shows it twice: beside the questions, and above them on a phone."""
        return self.scale.legend


def words_of_questions() -> dict[str, str]:
    """{name: text} of the texts that all questions have in common, translated once for the whole page."""
    return {
        "add_comment": _("Add a comment"),
        "add_evidence": _("Add a link or a file"),
        "add_it": _("Add it"),
        "choice": _("Does not apply"),
        "comment": _("Your comment"),
        "comment_hint": _("Only you and the people you share with can read this. Name no clients."),
        "does_not_apply": _("Does not apply to your work."),
        "file": _("File"),
        "file_hint": _("PDF, picture, text or office document, up to 5 MB"),
        "link": _("Link"),
        "not_rated": _("Not rated yet. Choose a number to see its words."),
        "remove": _("Remove"),
        "take_back": _("Take back"),
        "training": _("What training leads to"),
    }


class CountsAnswers:
    """Mixin for a page of questions: how many are answered, and when it was saved last."""

    @property
    def questions(self) -> list[Question]:
        """Every question of the page, in order."""
        raise NotImplementedError

    @property
    def last_saved(self) -> str:
        """When an answer on the page was saved last, in words; "" if there is none."""
        moments = [question.saved_at for question in self.questions if question.saved_at]
        return saved_words(max(moments)) if moments else ""

    @property
    def answered_words(self) -> str:
        return progress_words(sum(question.answer.is_given for question in self.questions), len(self.questions))

    @property
    def all_answered_words(self) -> str:
        """`answered_words` for every possible number of answers, as a JSON list: the script cannot translate."""
        return _all_answered_words(len(self.questions), get_language())


@lru_cache(maxsize=256)
def _all_answered_words(asked: int, language: str) -> str:
    return json.dumps([progress_words(count, asked) for count in range(asked + 1)])


@dataclass(frozen=True)
class RatingPage(CountsAnswers):
    """The questions of one competence."""

    competence: CompetenceProgress
    progress: Progress
    groups: list[Group]

    @cached_property
    def questions(self) -> list[Question]:
        return [question for group in self.groups for question in group.questions]

    @property
    def prompt(self) -> str:
        return str(KIND_PROMPTS[self.groups[0].kind]) if len(self.groups) == 1 else _("Where do you stand today?")

    @property
    def next(self) -> CompetenceProgress | None:
        """The competence after this one, or None after the last."""
        return self.progress.after(self.competence)


def saved_words(moment: datetime | None) -> str:
    """ "Saved 14:02", with the date if it was not today; "" for None."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    time = date_format(local, "TIME_FORMAT")
    if local.date() == timezone.localdate():
        return _("Saved %(time)s") % {"time": time}
    return _("Saved %(date)s, %(time)s") % {"date": date_format(local, "MONTH_DAY_FORMAT"), "time": time}


def conflict_of(pk: int, code: str, mine: Answer, current: SavedAnswer, labels: Mapping[int, str]) -> ShownConflict:
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


def rating_page_of(assessment: Assessment, code: str) -> RatingPage | None:
    """The RatingPage of the competence with this code, or None. Four queries, whatever the number of statements."""
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
    groups: dict[str, Group] = {}
    for statement in statements:
        was = last.get(statement.pk)
        mine = saved.get(statement.pk, NEVER_SAVED)
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
            last_level=was.level if was else None,
            save_address=reverse("assessments:save", args=[assessment.pk, statement.pk]),
            evidence=evidence.get(statement.pk, []),
            outcomes=outcomes.get(statement.pk, []),
        )
        if statement.kind not in groups:
            groups[statement.kind] = Group(statement.kind, str(KIND_HEADINGS[statement.kind]), scale, [])
        groups[statement.kind].questions.append(question)
    return RatingPage(competence, progress, [groups[kind] for kind in Kind.values if kind in groups])


def answers_of(assessment: Assessment) -> dict[int, SavedAnswer]:
    """{statement pk: SavedAnswer} of what the person answered; one query."""
    return {
        statement: SavedAnswer(Answer(value, does_not_apply, comment), version, saved_at)
        for statement, value, does_not_apply, comment, version, saved_at in Rating.objects.filter(
            # A rating of version 0 has only evidence; it was never answered.
            assessment=assessment.pk,
            version__gt=0,
        )
        .order_by()
        .values_list("statement", "level__value", "does_not_apply", "comment", "version", "saved_at")
    }


def _last_time_words(was: LastAnswer | None, *, is_known: bool) -> str:
    if was is None:
        return _("Not rated last time") if is_known else ""
    month = _month(timezone.localdate(was.when).replace(day=1), get_language())
    if was.does_not_apply:
        return _("Last time: does not apply, %(month)s") % {"month": month}
    if was.is_suggested:
        return _("Last time, when this meant something else: %(level)s, %(month)s") % {
            "level": was.level,
            "month": month,
        }
    return _("Last time: %(level)s, %(month)s") % {"level": was.level, "month": month}


# Most answers of a page are from the same few months, so the names of months are cached.
@lru_cache(maxsize=256)
def _month(day: date, language: str) -> str:
    return date_format(day, "YEAR_MONTH_FORMAT")


@dataclass(frozen=True)
class ShownEvidence:
    pk: int
    url: str  # of a link; empty for a file
    name: str
    size: int  # of a file, in bytes


def evidence_of(assessment: Assessment, statements: Collection[int]) -> dict[int, list[ShownEvidence]]:
    """{statement pk: [ShownEvidence, …]} of some statements (pks); one query."""
    found: dict[int, list[ShownEvidence]] = defaultdict(list)
    rows = (
        Evidence.objects.filter(rating__assessment=assessment.pk, rating__statement__in=statements)
        .order_by("pk")
        .values_list("rating__statement", "pk", "url", "name", "size")
    )
    for statement, pk, url, name, size in rows:
        found[statement].append(ShownEvidence(pk, url, name, size))
    return found


def _outcomes(revision: Revision, statements: Collection[int]) -> dict[int, list[ServingOutcome]]:
    """{statement pk: [ServingOutcome with its listed modules, …]}."""
    rows = (
        LearningOutcome.objects.filter(serves__in=statements)
        .order_by("position", "modules__position", "modules__title")
        .values_list(
            "serves", "pk", "text", "level__value", "level__label",
            "modules__key", "modules__title", "modules__is_listed",
        )
    )  # fmt: skip
    outcomes: dict[int, dict[int, ServingOutcome]] = defaultdict(dict)  # by the pks of statement and outcome
    for statement, pk, text, value, label, module, title, is_listed in rows:
        if pk not in outcomes[statement]:
            outcomes[statement][pk] = ServingOutcome(revision.text(text), f"{value} {revision.text(label)}")
        if is_listed:
            outcomes[statement][pk].modules.append((title, address_of(module)))
    return {statement: list(found.values()) for statement, found in outcomes.items()}
