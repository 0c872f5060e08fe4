"""How far an assessment has come: competence by competence, and as a ring."""

from collections import Counter
from dataclasses import dataclass
from math import asin, cos, pi, sin
from urllib.parse import quote

from django.db.models import Count
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frameworks.models import Statement

from .answers import Answer
from .asked import sheet_of

UNANSWERED = Answer()


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
    def is_done(self):
        return self.answered == self.asked

    @property
    def is_begun(self):
        return 0 < self.answered < self.asked

    @property
    def words(self):
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


def progress_words(answered, asked):
    """ "3 of 5 rated"."""
    return ngettext("%(answered)d of %(asked)d rated", "%(answered)d of %(asked)d rated", asked) % {
        "answered": answered,
        "asked": asked,
    }


@dataclass(frozen=True)
class Progress:
    competences: tuple[CompetenceProgress, ...]  # in the framework's order

    @property
    def asked(self):
        return sum(competence.asked for competence in self.competences)

    @property
    def answered(self):
        return sum(competence.answered for competence in self.competences)

    @property
    def done(self):
        return [competence for competence in self.competences if competence.is_done]

    @property
    def next(self):
        """The competence to go on with: one that is begun, else the first open one; None when all are done."""
        return next(
            (competence for competence in self.competences if competence.is_begun),
            next((competence for competence in self.competences if not competence.is_done), None),
        )

    def find(self, code):
        """The competence with this code, or None."""
        return next((competence for competence in self.competences if competence.code == code), None)

    def after(self, competence):
        """The competence after this one in the framework's order, or None after the last."""
        place = self.competences.index(competence) + 1
        return self.competences[place] if place < len(self.competences) else None

    @property
    def minutes(self):
        return minutes_for(self.asked)

    @property
    def minutes_left(self):
        return minutes_for(self.asked - self.answered)

    @property
    def ring(self):
        return ring(self.competences)


def minutes_for(statements):
    """How long it takes to rate so many: 25 seconds each, in full minutes, at least one."""
    return max(1, round(statements * 25 / 60))


def progress_of(assessment):
    """The Progress of an assessment with its form and revision loaded; one query and those of a sheet."""
    rows = assessment.ratings.order_by().values_list("statement", "level__value", "does_not_apply", "comment")
    return counted(assessment, {statement: Answer(*answer) for statement, *answer in rows})


def counted(assessment, answers):
    """The Progress from {statement pk: Answer} of an assessment with its form and revision loaded."""
    sheet = sheet_of(assessment.form)
    asked, answered, comments = Counter(), Counter(), Counter()
    for statement in sheet.statements:
        answer = answers.get(statement.pk, UNANSWERED)
        asked[statement.competence] += 1
        answered[statement.competence] += answer.is_given
        comments[statement.competence] += bool(answer.comment)
    address = reverse("assessments:rate", args=[assessment.pk, "-"]).removesuffix("-/")
    return Progress(
        tuple(
            CompetenceProgress(
                pk=competence.pk,
                code=competence.code,
                title=competence.title,
                asked=asked[competence.pk],
                answered=answered[competence.pk],
                comments=comments[competence.pk],
                url=f"{address}{quote(competence.code)}/",
            )
            for competence in sheet.competences
        )
    )


def asked_by(forms):
    """{form pk: how many statements it asks}, for forms with their competences loaded; one query."""
    counts = (
        Statement.objects.distinct_texts()
        .filter(revision__in={form.revision_id for form in forms})
        .order_by()
        .values_list("revision", "kind", "competence")
        .annotate(count=Count("pk"))
    )
    asked = dict.fromkeys((form.pk for form in forms), 0)
    for revision, kind, competence, count in counts:
        for form in forms:
            chosen = {chosen.pk for chosen in form.competences.all()}
            if form.revision_id == revision and kind in form.kinds and (not chosen or competence in chosen):
                asked[form.pk] += count
    return asked


# --- Ring ---------------------------------------------------------------------------------------

SIZE, OUTER, INNER, HALF_GAP = 200, 94, 58, 4.2
PLUM, DEEP, OPEN = "#6a2260", "#2c1431", "#8a6a4a"


def ring(competences):
    """The competences as segments of a ring, clockwise from the top: filled when done, dashed when begun. Safe SVG."""
    done = [competence.code for competence in competences if competence.is_done]
    begun = [competence.code for competence in competences if competence.is_begun]
    title = ngettext(
        "%(done)d of %(count)d competence done", "%(done)d of %(count)d competences done", len(competences)
    ) % {"done": len(done), "count": len(competences)}
    description = " ".join(
        sentence
        for sentence in (
            done and _("Done: %(codes)s.") % {"codes": ", ".join(done)},
            begun and _("In progress: %(codes)s.") % {"codes": ", ".join(begun)},
        )
        if sentence
    )
    below = _("of %(count)d done") % {"count": len(competences)}
    segments = "".join(_segment(competence, index, len(competences)) for index, competence in enumerate(competences))
    return mark_safe(  # noqa: S308 - codes and words are escaped where they go in
        f'<svg viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}" role="img" font-family="Source Sans 3, '
        f'sans-serif" aria-labelledby="ring-t ring-d"><title id="ring-t">{escape(title)}</title>'
        f'<desc id="ring-d">{escape(description)}</desc>{segments}'
        f'<text x="100" y="106" text-anchor="middle" font-size="46" font-weight="700" fill="{DEEP}">{len(done)}</text>'
        f'<text x="100" y="128" text-anchor="middle" font-size="16" fill="{DEEP}">{escape(below)}</text></svg>'
    )


def _segment(competence, index, count):
    paint = f'fill="none" stroke="{OPEN}" stroke-width="2"'
    letter = DEEP
    if competence.is_done:
        paint, letter = f'fill="{PLUM}" stroke="{PLUM}" stroke-width="2"', "#fff"
    elif competence.is_begun:
        paint = f'fill="#fff" stroke="{PLUM}" stroke-width="2" stroke-dasharray="5 4"'
    if count == 1:
        return f'<circle cx="100" cy="100" r="{OUTER}" {paint}/><circle cx="100" cy="100" r="{INNER}" fill="#fff"/>'
    start, end = 2 * pi * index / count, 2 * pi * (index + 1) / count
    outer, inner = asin(HALF_GAP / OUTER), asin(HALF_GAP / INNER)
    large = int(end - start > pi)
    path = (
        f"M{_at(start + outer, OUTER)}A{OUTER} {OUTER} 0 {large} 1 {_at(end - outer, OUTER)}"
        f"L{_at(end - inner, INNER)}A{INNER} {INNER} 0 {large} 0 {_at(start + inner, INNER)}Z"
    )
    x, y = _at((start + end) / 2, (OUTER + INNER) / 2).split()
    # A code as long as a word has no room here; the strip and the list name it.
    code = escape(competence.code) if len(competence.code) <= 3 and count <= 16 else ""
    text = (
        f'<text x="{x}" y="{float(y) + 6:.1f}" text-anchor="middle" font-size="18" font-weight="700" fill="{letter}">'
    )
    return f'<path d="{path}" {paint}/>' + (f"{text}{code}</text>" if code else "")


def _at(angle, radius):
    return f"{100 + radius * sin(angle):.2f} {100 - radius * cos(angle):.2f}"
