"""How many statements of an assessment are answered, by competence, and as a ring."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import ngettext

from assessments.charts.ring import ring
from assessments.models import Assessment, Form, Scope
from frameworks.models import Statement

from .answers import UNANSWERED, Answer
from .content import sheet_of


@dataclass(frozen=True)
class CompetenceProgress:
    """One competence of a form, and how many of its statements are answered (rated, or "does not apply")."""

    pk: int
    code: str
    title: str
    asked: int
    answered: int
    comments: int
    url: str  # of its rating page

    @property
    def is_done(self) -> bool:
        return self.answered == self.asked

    @property
    def is_begun(self) -> bool:
        return 0 < self.answered < self.asked

    @property
    def words(self) -> str:
        """ "3 of 5 rated, 1 comment", or "4 statements" when none is answered."""
        if self.answered:
            words = progress_words(self.answered, self.asked)
        else:
            words = ngettext("%(count)d statement", "%(count)d statements", self.asked) % {"count": self.asked}
        if self.comments:
            words += ", " + ngettext("%(count)d comment", "%(count)d comments", self.comments) % {
                "count": self.comments
            }
        return words


def progress_words(answered: int, asked: int) -> str:
    """ "3 of 5 rated"."""
    return ngettext("%(answered)d of %(asked)d rated", "%(answered)d of %(asked)d rated", asked) % {
        "answered": answered,
        "asked": asked,
    }


@dataclass(frozen=True)
class Progress:
    competences: tuple[CompetenceProgress, ...]  # in the framework's order

    @property
    def asked(self) -> int:
        return sum(competence.asked for competence in self.competences)

    @property
    def answered(self) -> int:
        return sum(competence.answered for competence in self.competences)

    @property
    def done(self) -> list[CompetenceProgress]:
        return [competence for competence in self.competences if competence.is_done]

    @property
    def next(self) -> CompetenceProgress | None:
        """The competence to continue with: the first begun one, else the first open one; None when all are done."""
        return next(
            (competence for competence in self.competences if competence.is_begun),
            next((competence for competence in self.competences if not competence.is_done), None),
        )

    def find(self, code: str) -> CompetenceProgress | None:
        """The competence with this code, or None."""
        return next((competence for competence in self.competences if competence.code == code), None)

    def after(self, competence: CompetenceProgress) -> CompetenceProgress | None:
        """The competence after this one in the framework's order, or None after the last."""
        place = self.competences.index(competence) + 1
        return self.competences[place] if place < len(self.competences) else None

    @property
    def minutes(self) -> int:
        return minutes_for(self.asked)

    @property
    def minutes_left(self) -> int:
        return minutes_for(self.asked - self.answered)

    @property
    def ring(self):
        return ring(self.competences)


def minutes_for(statements: int) -> int:
    """How long it takes to rate this number of statements: 25 seconds each, in full minutes, at least one."""
    return max(1, round(statements * 25 / 60))


def progress_of(assessment: Assessment) -> Progress:
    """The Progress of an assessment with its form and revision loaded; one query and those of a sheet."""
    rows = assessment.ratings.order_by().values_list("statement", "level__value", "does_not_apply", "comment")
    return counted(
        assessment, {pk: Answer(level, does_not_apply, comment) for pk, level, does_not_apply, comment in rows}
    )


def counted(assessment: Assessment, answers: Mapping[int, Answer]) -> Progress:
    """The Progress from {statement pk: Answer} of an assessment with its form and revision loaded."""
    sheet = sheet_of(assessment.form)
    asked: Counter[int] = Counter()  # by the pk of the competence, like the next two
    answered: Counter[int] = Counter()
    comments: Counter[int] = Counter()
    for statement in sheet.statements:
        answer = answers.get(statement.pk, UNANSWERED)
        asked[statement.competence] += 1
        answered[statement.competence] += answer.is_given
        comments[statement.competence] += bool(answer.comment)
    return Progress(
        tuple(
            CompetenceProgress(
                pk=competence.pk,
                code=competence.code,
                title=competence.title,
                asked=asked[competence.pk],
                answered=answered[competence.pk],
                comments=comments[competence.pk],
                url=reverse("assessments:rate", args=[assessment.pk, competence.code]),
            )
            for competence in sheet.competences
        )
    )


def asked_by(forms: Collection[Form]) -> dict[int, int]:
    """{form pk: how many statements it asks}, for forms with their competences loaded; one query."""
    counts = list(
        Statement.objects.distinct_texts()
        .filter(revision__in={form.revision_id for form in forms})
        .order_by()
        .values_list("revision", "kind", "competence")
        .annotate(count=Count("pk"))
    )
    asked = {}
    for form in forms:
        scope = Scope(form.kinds, {competence.pk for competence in form.competences.all()})
        asked[form.pk] = sum(
            count
            for revision, kind, competence, count in counts
            if revision == form.revision_id and scope.asks(kind, competence)
        )
    return asked
