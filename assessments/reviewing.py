"""All answers of an assessment on one page, before it is submitted."""

from dataclasses import dataclass

from django.db.models import Count, FilteredRelation, Q

from frameworks import texts
from frameworks.models import Level

from .answers import Answer
from .progress import CompetenceProgress, Progress


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


def review_of(assessment, progress):
    """The Review of an assessment with its Progress, in two queries."""
    revision = assessment.form.revision
    levels = list(Level.objects.filter(scale__revision=revision.pk).order_by("value").values_list("value", "label"))
    labels = {value: (position, revision.text(label)) for position, (value, label) in enumerate(levels)}
    rows = (
        assessment.form.statements()
        .annotate(
            own=FilteredRelation("ratings", condition=Q(ratings__assessment=assessment.pk)),
            kept=Count("own__evidence"),
        )
        .order_by("position")
        .values_list(
            "pk", "competence", "code", "text", "emphasis",
            "own__level__value", "own__does_not_apply", "own__comment", "kept",
        )
    )  # fmt: skip
    answers = {competence.pk: [] for competence in progress.competences}
    addresses = {competence.pk: competence.url for competence in progress.competences}
    for pk, competence, code, text, emphasis, value, does_not_apply, comment, kept in rows:
        words = revision.text(text)
        position, label = labels.get(value, (None, ""))
        answers[competence].append(
            ReviewedAnswer(
                pk,
                code,
                texts.emphasised(words, revision.text(emphasis)),
                words,
                Answer(value, bool(does_not_apply), comment or ""),
                label,
                position,
                kept,
                f"{addresses[competence]}#q{pk}",
            )
        )
    reviewed = [ReviewedCompetence(competence, answers[competence.pk]) for competence in progress.competences]
    return Review(progress, reviewed, len(levels) - 1)
