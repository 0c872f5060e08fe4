"""The page of an update: only the statements that are new or have changed their meaning, with their earlier wording."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from math import ceil
from typing import NamedTuple

from django.urls import reverse

from assessments.confirmations.loading import Row as ConfirmationRow
from assessments.continuity.plan import Plan
from assessments.continuity.rules import Kind
from assessments.models import Assessment, Rating
from assessments.questionnaire.answers import NEVER_SAVED, Answer, SavedAnswer, answer_words
from assessments.questionnaire.content import AskedStatement, Sheet, sheet_of
from assessments.questionnaire.scales import KindScale, ScaleLevel
from assessments.rating.page import KIND_HEADINGS, CountsAnswers, Group, Question, answers_of, evidence_of
from frameworks.comparison.diff import Piece, word_by_word
from frameworks.models import Revision, Statement

# How many questions one page has.
AT_ONCE = 20


@dataclass(frozen=True)
class Before:
    """A statement as the person rated it."""

    code: str
    version: str
    pieces: tuple[Piece, ...]  # its text, with the diff to the new text if the new statement has only this one source
    rated: str  # "3 On my own"
    when: datetime | None  # time of submission; None for a draft


@dataclass
class Asked:
    """One question of the update."""

    question: Question
    kind: Kind
    befores: list[Before]
    suggested: ScaleLevel | None  # the old level, on the current scale
    lapsed: Sequence[ConfirmationRow] = ()  # the confirmations that lapse

    @property
    def is_new(self) -> bool:
        return self.kind is Kind.NEW

    @property
    def is_asked_again(self) -> bool:
        return self.kind is Kind.ASKED_AGAIN


@dataclass(frozen=True)
class Reworded:
    """A carried statement, with the wording that it had when the person rated it."""

    code: str
    before: Before
    now: str  # the answer that counts: "3 On my own"


@dataclass(frozen=True)
class Part:
    """The questions of one competence."""

    code: str
    title: str
    asked: list[Asked] = field(default_factory=list)


@dataclass(frozen=True)
class UpdatePage(CountsAnswers):
    parts: list[Part]
    scales: list[Group]  # the scale for each kind that is asked, without questions
    reworded: list[Reworded]
    total: int  # of all pages
    answered_total: int
    number: int  # of this page, from 1
    pages: int

    @cached_property
    def asked(self) -> list[Asked]:
        return [asked for part in self.parts for asked in part.asked]

    @property
    def questions(self) -> list[Question]:
        return [asked.question for asked in self.asked]

    @property
    def is_last(self) -> bool:
        return self.number == self.pages


def pages_of(plan: Plan) -> int:
    """How many pages the questions of a Plan need, at least one."""
    return max(1, ceil(len(plan.asked) / AT_ONCE))


def update_page_of(
    assessment: Assessment, plan: Plan, number: int, lapsed: Mapping[int, Sequence[ConfirmationRow]]
) -> UpdatePage:
    """The UpdatePage of an update with its form, revision and `updates` loaded, and its Plan.

    `number` is the page to show, from 1. `lapsed` is {statement pk: the confirmations that lapse}.
    """
    revision = assessment.form.revision
    sheet = sheet_of(assessment.form)
    saved = answers_of(assessment)
    rows = {
        statement.pk: _Row(statement, saved.get(statement.pk, NEVER_SAVED), sheet.scales[statement.kind])
        for statement in sheet.statements
    }
    asked = [rows[pk] for pk in plan.asked]
    pages = pages_of(plan)
    number = min(max(1, number), pages)
    shown = asked[(number - 1) * AT_ONCE : number * AT_ONCE]
    reworded = [rows[pk] for pk in plan.reworded] if number == 1 else []
    past = _Past(assessment.updates.submitted_at if assessment.updates else None, plan, revision, [*shown, *reworded])
    kinds = {row.statement.kind for row in shown}
    return UpdatePage(
        parts=_parts(assessment, sheet, shown, past, lapsed),
        scales=[
            Group(kind, str(KIND_HEADINGS[kind]), sheet.scales[kind], []) for kind in KIND_HEADINGS if kind in kinds
        ],
        reworded=[
            Reworded(row.statement.code, before, answer_words(row.saved.answer, sheet.labels))
            for row in reworded
            for before in past.befores(row)
        ],
        total=len(asked),
        answered_total=sum(row.saved.answer.is_given for row in asked),
        number=number,
        pages=pages,
    )


class _Row(NamedTuple):
    """A statement of the form, and the person's own answer to it."""

    statement: AskedStatement
    saved: SavedAnswer
    scale: KindScale


def _parts(
    assessment: Assessment,
    sheet: Sheet,
    rows: Iterable[_Row],
    past: "_Past",
    lapsed: Mapping[int, Sequence[ConfirmationRow]],
) -> list[Part]:
    """The questions by competence; two queries."""
    # Carried and suggested answers were not saved in this update, so the page does not say when they were saved.
    untouched = set(
        assessment.ratings.filter(origin__in=(Rating.Origin.CARRIED, Rating.Origin.SUGGESTED))
        .order_by()
        .values_list("statement", flat=True)
    )
    evidence = evidence_of(assessment, [row.statement.pk for row in rows])
    competences = {competence.pk: competence for competence in sheet.competences}
    parts: dict[int, Part] = {}
    for row in rows:
        statement = row.statement
        outcome = past.plan.outcomes[statement.pk]
        suggested = next((level for level in row.scale.levels if level.value == outcome.level), None)
        question = Question(
            pk=statement.pk,
            code=statement.code,
            text=statement.html,
            answer=row.saved.answer,
            seen=str(row.saved.seen),
            saved_at=None if statement.pk in untouched else row.saved.saved_at,
            last_time="",
            levels=row.scale.levels,
            last_level=outcome.level,
            save_address=reverse("assessments:save", args=[assessment.pk, statement.pk]),
            evidence=evidence.get(statement.pk, []),
            outcomes=[],
        )
        competence = competences[statement.competence]
        part = parts.setdefault(competence.pk, Part(competence.code, competence.title))
        part.asked.append(Asked(question, outcome.kind, past.befores(row), suggested, lapsed.get(statement.pk, ())))
    return list(parts.values())


class _Past:
    """The earlier statements that the statements of `rows` continue; one query."""

    def __init__(self, when: datetime | None, plan: Plan, revision: Revision, rows: Iterable[_Row]) -> None:
        self.when, self.plan, self.revision = when, plan, revision
        sources = {source for row in rows for source in plan.outcomes[row.statement.pk].sources}
        self.statements = {
            statement.pk: statement
            for statement in Statement.objects.filter(pk__in=sources).select_related("revision").order_by()
        }

    def befores(self, row: _Row) -> list[Before]:
        sources = self.plan.outcomes[row.statement.pk].sources
        return [self._before(source, row.statement.text if len(sources) == 1 else None) for source in sources]

    def _before(self, source: int, new_text: Mapping[str, str] | None) -> Before:
        statement, rating = self.statements[source], self.plan.ratings[source]
        old = statement.revision.text(statement.text)
        level = rating.level or rating.suggested_level
        labels = {level.value: statement.revision.text(level.label)} if level else {}
        answer = Answer(level.value if level else None, rating.does_not_apply)
        return Before(
            code=statement.code,
            version=statement.revision.version,
            pieces=(Piece("", old),) if new_text is None else word_by_word(old, self.revision.text(new_text)),
            rated=answer_words(answer, labels),
            when=self.when,
        )
