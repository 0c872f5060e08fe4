"""The competence profile of one submitted assessment: page and PDF are built from the same Profile.

`build` loads everything in a fixed number of queries into frozen dataclasses; templates get nothing else. Everyone who
may see the assessment gets the same profile, but for what belongs to one organisation: its own target profile, and what
was confirmed there. Comments and evidence are not part of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from django.db.models import Avg, Count, F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts.radial import Axis
from assessments.confirmations.loading import (
    Confirmed,
    Lapsed,
    lapsed,
    names_by_statement,
    rows_beside,
    standing,
)
from assessments.models import Assessment, Grant, Rating, RequiredLevel, TargetProfile
from assessments.questionnaire.content import LevelWords, Sheet, sheet_of
from frameworks.models import Revision
from kip_site.accounts.models import User
from training.catalogue.page import address_of, candidates
from training.models import Assignment, state_of
from training.recommendations import Need, Recommendation, by_statement

from . import history, rules
from .rules import ComparedAnswer, Score

# How many modules are offered for a gap.
OFFERED = 3
# How many of the gaps that a module closes are named; the others are only counted.
REASONS_NAMED = 3


@dataclass(frozen=True)
class CompetenceScore:
    key: str
    code: str
    title: str
    score: Score


@dataclass(frozen=True)
class PlannedModule:
    """How far the person is with a module on her plan."""

    state: str  # a value of training.models.Assignment.State
    done: int  # number of steps done

    @property
    def is_completed(self) -> bool:
        return self.state in {Assignment.State.COMPLETED, Assignment.State.CONFIRMED}

    @property
    def is_started(self) -> bool:
        return self.state == Assignment.State.STARTED


@dataclass(frozen=True)
class Offer:
    """A module that closes a gap, or a part of it."""

    key: str
    title: str
    minutes: int
    steps: int
    closes: tuple[str, ...]  # "A4 by 2"; the gap beside which it is offered comes first
    plan: PlannedModule | None = None

    @property
    def url(self) -> str:
        return address_of(self.key)

    @property
    def words(self) -> str:
        """ "82 minutes, closes A4 by 2"."""
        return _("%(minutes)d minutes, %(reason)s") % {"minutes": self.minutes, "reason": self.reason}

    @property
    def reason(self) -> str:
        """ "closes A4 by 2, A2 by 1"; if there are many, the first ones and how many more."""
        named, more = ", ".join(self.closes[:REASONS_NAMED]), len(self.closes) - REASONS_NAMED
        if more <= 0:
            return _("closes %(reasons)s") % {"reasons": named}
        return ngettext("closes %(reasons)s and %(more)d more", "closes %(reasons)s and %(more)d more", more) % {
            "reasons": named,
            "more": more,
        }


@dataclass(frozen=True)
class Line:
    """A statement with its answer."""

    code: str
    competence: str  # code
    html: str  # the text with its emphasis, safe
    lang: str  # the language of the text
    level: int | None
    label: str  # of the level; "" without one
    required: int | None
    gap: int | None
    offers: tuple[Offer, ...] = ()  # at most OFFERED
    confirmed_by: tuple[str, ...] = ()  # "Marco Bellini (trainer)"

    @property
    def confirmed_words(self) -> str:
        return _("Confirmed by %(names)s") % {"names": ", ".join(self.confirmed_by)} if self.confirmed_by else ""

    @property
    def best_offer(self) -> Offer | None:
        return self.offers[0] if self.offers else None

    @property
    def other_offers(self) -> tuple[Offer, ...]:
        return self.offers[1:]

    @property
    def gap_words(self) -> str:
        gap = self.gap or 0
        return ngettext("%(gap)d level to go", "%(gap)d levels to go", gap) % {"gap": gap}

    @property
    def words_to_herself(self) -> str:
        return _("you %(level)d, target %(required)d") % {"level": self.level, "required": self.required}

    @property
    def words_to_others(self) -> str:
        return _("level %(level)d, target %(required)d") % {"level": self.level, "required": self.required}


@dataclass(frozen=True)
class Profile:
    assessment: int  # primary key
    person: str
    submitted_at: datetime
    form: str
    framework: str
    version: str
    publisher: str
    source: str
    target: str  # "" without one
    levels: tuple[LevelWords, ...]
    competences: tuple[CompetenceScore, ...]
    total: Score
    gaps: tuple[Line, ...]
    strengths: tuple[Line, ...]
    at_target: tuple[Line, ...]  # except those that are strengths
    without_target: tuple[Line, ...]  # rated, with no required level; except those that are strengths
    unknown: tuple[Line, ...]
    left_out: tuple[Line, ...]
    confirmed: tuple[Confirmed, ...] = ()
    lapsed: tuple[Lapsed, ...] = ()
    # In the PDF only: see `with_record`.
    organisation: str = ""  # "" when there is none, or more than one
    progress: history.Series | None = None

    @property
    def scale(self) -> list[int]:
        return [level.value for level in self.levels]

    @property
    def axes(self) -> list[Axis]:
        return [Axis(each.code, each.score.mean, each.score.target) for each in self.competences]


def build(assessment: Assessment, organisations: Collection[int] | None = None) -> Profile:
    """The Profile of a submitted assessment that was fetched with `for_profile`.

    `organisations` are those by which the reader sees it (sharing.audience.organisations_showing); None: its owner.
    """
    form, revision = assessment.form, assessment.form.revision
    sheet = sheet_of(form)
    target = assessment.target
    if target is not None and not target.is_shown_in(organisations):
        target = None
    answers = _answers(assessment, sheet, target)
    confirmed = rows_beside(assessment, sheet, organisations)
    names = names_by_statement(confirmed)
    shown = _lines(sheet, answers, _offers(revision, sheet, answers), names)
    total = rules.score(answers)
    strengths = rules.strengths(answers, [level.value for level in sheet.levels])
    strong = {answer.statement for answer in strengths}
    others = [answer for answer in answers if answer.level is not None and answer.statement not in strong]

    def lines(chosen: Iterable[ComparedAnswer[int]]) -> tuple[Line, ...]:
        return tuple(shown[answer.statement] for answer in chosen)

    return Profile(
        assessment=assessment.pk,
        person=str(assessment.person),
        submitted_at=cast("datetime", assessment.submitted_at),
        form=form.title,
        framework=revision.title_text,
        version=revision.version,
        publisher=revision.publisher,
        source=revision.source,
        target=target.title if target else "",
        levels=sheet.levels,
        competences=_scores(sheet, answers),
        total=total,
        gaps=lines(rules.gaps(answers)),
        strengths=lines(strengths),
        at_target=lines(answer for answer in others if answer.gap == 0),
        without_target=lines(answer for answer in others if answer.required is None),
        unknown=lines(rules.unknown(answers)),
        left_out=lines(answer for answer in answers if answer.does_not_apply),
        confirmed=standing(confirmed, total.rated),
        lapsed=lapsed(confirmed),
    )


def _answers(assessment: Assessment, sheet: Sheet, target: TargetProfile | None) -> list[ComparedAnswer[int]]:
    """The ComparedAnswer of each statement, in the order of the form."""
    ratings = {
        statement: (level, does_not_apply)
        for statement, level, does_not_apply in Rating.objects.filter(assessment=assessment)
        .order_by()
        .values_list("statement", "level__value", "does_not_apply")
    }
    levels = RequiredLevel.objects.filter(target=target).order_by()
    required = rules.at_first_place(dict(levels.values_list("statement", "level__value")), sheet.first_place)
    answers = []
    for statement in sheet.statements:
        level, does_not_apply = ratings.get(statement.pk, (None, False))
        answers.append(
            ComparedAnswer(
                statement=statement.pk,
                competence=statement.competence,
                code=statement.code,
                level=level,
                does_not_apply=does_not_apply,
                required=required.get(statement.pk),
            )
        )
    return answers


def _offers(revision: Revision, sheet: Sheet, answers: Sequence[ComparedAnswer[int]]) -> dict[int, tuple[Offer, ...]]:
    """{statement pk: its Offers, the most helpful first}, for the statements with a gap."""
    needs = [
        Need(answer.statement, answer.code, answer.level, answer.required)
        for answer in rules.gaps(answers)
        if answer.level is not None and answer.required is not None
    ]
    ranked = by_statement(candidates(revision, sheet.serves), needs)
    # Beside each statement, a module has the same reasons in another order. Each reason is put into words once.
    said = {found.module.key: found.reasons for offered in ranked.values() for found in offered[:OFFERED]}
    words = {reason: str(reason) for reason in set().union(*said.values())}

    def offer(found: Recommendation[int], need: Need[int]) -> Offer:
        reasons = sorted(found.reasons, key=lambda reason: reason.code != need.code)
        module = found.module
        return Offer(module.key, module.title, module.minutes, module.steps, tuple(words[reason] for reason in reasons))

    return {need.statement: tuple(offer(found, need) for found in ranked[need.statement][:OFFERED]) for need in needs}


def _lines(
    sheet: Sheet,
    answers: Sequence[ComparedAnswer[int]],
    offers: Mapping[int, tuple[Offer, ...]],
    confirmed: Mapping[int, tuple[str, ...]],
) -> dict[int, Line]:
    """{statement pk: its Line}."""
    code_of = {competence.pk: competence.code for competence in sheet.competences}
    return {
        statement.pk: Line(
            code=statement.code,
            competence=code_of[statement.competence],
            html=statement.html,
            lang=statement.lang,
            level=answer.level,
            label="" if answer.level is None else sheet.labels.get(answer.level, ""),
            required=answer.required,
            gap=answer.gap,
            offers=offers.get(statement.pk, ()),
            confirmed_by=confirmed.get(statement.pk, ()),
        )
        for statement, answer in zip(sheet.statements, answers, strict=True)
    }


def _scores(sheet: Sheet, answers: Sequence[ComparedAnswer[int]]) -> tuple[CompetenceScore, ...]:
    return tuple(
        CompetenceScore(
            key=competence.key,
            code=competence.code,
            title=competence.title,
            score=rules.score(answer for answer in answers if answer.competence == competence.pk),
        )
        for competence in sheet.competences
    )


def with_record(
    profile: Profile, assessment: Assessment, organisations: Collection[int] | None = None, reader: User | None = None
) -> Profile:
    """The profile with what only the PDF shows: the organisation, and the person's progress so far.

    `organisations` are as for `build`; `reader` is whoever exports the profile, if it is not the person herself.
    """
    named = assessment.person.organisations.distinct().order_by("pk")
    if organisations is not None:
        named = named.filter(pk__in=organisations)
    found = list(named.values_list("name", flat=True)[:2])
    return replace(
        profile,
        # With several organisations none is named: readers in one must not learn that the person belongs to others.
        organisation=found[0] if len(found) == 1 else "",
        progress=_progress(assessment, organisations, reader),
    )


def _progress(assessment: Assessment, organisations: Collection[int] | None, reader: User | None) -> history.Series:
    """The Series of this assessment and the earlier ones with this form that all its readers may see as well."""
    earlier = Assessment.objects.submitted().filter(
        person=assessment.person_id,
        form__key=assessment.form.key,
        form__revision__framework=assessment.form.revision.framework_id,
        submitted_at__lte=assessment.submitted_at,
    )
    grants = Grant.objects.in_force().filter(assessment__in=earlier)
    if reader is not None and organisations is not None:
        earlier = earlier.filter(pk__in=grants.to(reader).filter(organisation__in=organisations).values("assessment"))
    else:
        # The person may hand it to any of those who see the newest one.
        readers = defaultdict(set)
        for pk, *reading in grants.order_by().values_list("assessment", "recipient", "organisation", "role"):
            readers[pk].add(tuple(reading))
        wanted = readers[assessment.pk]
        if wanted:
            earlier = earlier.filter(pk__in=[pk for pk, reading in readers.items() if wanted <= reading])
    # Without the entries, which would reveal with whom the earlier assessments are shared.
    (series,) = history.series_of(history.entries(earlier))
    return replace(series, entries=())


def with_plan(profile: Profile, person: User, reader: User, since: datetime) -> Profile:
    """The profile with how far `person` is with each module that is offered, as far as the reader may see it.

    The reader is the person herself or one of her trainers. Modules that she completed before `since` (the time of
    submission) are offered as if she had not taken them. One query.
    """
    seen = Assignment.objects.of(person)
    if reader != person:
        seen = seen.led_by(reader)
    assignments = (
        seen.exclude(completed_at__lt=since)
        .values_list("module__key", "started_at", "completed_at", "confirmed_at")
        .annotate(done=Count("steps"))
        # The last one of a module counts: what is open, and of several the one in which she is furthest.
        .order_by(
            F("completed_at").asc(nulls_last=True),
            F("confirmed_at").asc(nulls_first=True),
            F("started_at").asc(nulls_first=True),
            "done",
            "pk",
        )
    )
    plans = {module: PlannedModule(state_of(*times).value, done) for module, *times, done in assignments}
    if not plans:
        return profile

    def planned(offer: Offer) -> Offer:
        plan = plans.get(offer.key)
        return replace(offer, plan=plan) if plan else offer

    lines = (replace(line, offers=tuple(map(planned, line.offers))) for line in profile.gaps)
    return replace(profile, gaps=tuple(lines))


def own_levels(user: User, revision: Revision) -> dict[int, float]:
    """{competence pk: mean} of the user's newest submitted assessment on a revision. One query. A framework hook."""
    newest = Assessment.objects.submitted().of(user).filter(form__revision=revision).latest_first()
    ratings = Rating.objects.filter(assessment=newest.values("pk")[:1], level__isnull=False)
    return dict(ratings.order_by().values_list("statement__competence").annotate(mean=Avg("level__value")))
