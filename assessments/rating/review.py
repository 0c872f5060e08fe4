"""All answers of an assessment on one page, before it is submitted."""

from dataclasses import dataclass

from django.db.models import Count

from assessments.models import Rating
from assessments.questionnaire.answers import UNANSWERED, Answer
from assessments.questionnaire.content import sheet_of
from assessments.questionnaire.progress import CompetenceProgress, Progress, counted


@dataclass(frozen=True)
class ReviewedAnswer:
    pk: int
    code: str
    text: str  # safe HTML
    plain_text: str
    answer: Answer
    label: str  # of the level
    position: int | None  # of the level on the scale, from 0, for the dots
    evidence: int
    address: str  # of the question on its page


@dataclass(frozen=True)
class ReviewedCompetence:
    competence: CompetenceProgress
    answers: list[ReviewedAnswer]


@dataclass(frozen=True)
class Review:
    progress: Progress
    competences: list[ReviewedCompetence]
    dots: int  # as many as the scale has steps

    @property
    def answers(self):
        return [answer for competence in self.competences for answer in competence.answers]

    @property
    def unanswered(self):
        return [answer for answer in self.answers if not answer.answer.is_given]

    @property
    def rated(self):
        return sum(answer.answer.level is not None for answer in self.answers)

    @property
    def left_out(self):
        return sum(answer.answer.does_not_apply for answer in self.answers)

    @property
    def comments(self):
        return sum(bool(answer.answer.comment) for answer in self.answers)


def review_of(assessment):
    """The Review of an assessment with its form and revision loaded. One query, and those of a sheet."""
    sheet, revision = sheet_of(assessment.form), assessment.form.revision
    rows = (
        Rating.objects.filter(assessment=assessment)
        .order_by()
        .values_list("statement", "level__value", "does_not_apply", "comment")
        .annotate(kept=Count("evidence"))
    )
    found = {statement: (Answer(*answer), kept) for statement, *answer, kept in rows}
    progress = counted(assessment, {statement: answer for statement, (answer, _kept) in found.items()})
    places = {level.value: (position, level.label) for position, level in enumerate(sheet.levels)}
    addresses = {competence.pk: competence.url for competence in progress.competences}
    answers = {competence.pk: [] for competence in progress.competences}
    for statement in sheet.statements:
        answer, kept = found.get(statement.pk, (UNANSWERED, 0))
        position, label = places.get(answer.level, (None, ""))
        answers[statement.competence].append(
            ReviewedAnswer(
                statement.pk,
                statement.code,
                statement.html,
                revision.text(statement.text),
                answer,
                label,
                position,
                kept,
                f"{addresses[statement.competence]}#q{statement.pk}",
            )
        )
    reviewed = [ReviewedCompetence(competence, answers[competence.pk]) for competence in progress.competences]
    return Review(progress, reviewed, len(sheet.levels) - 1)
