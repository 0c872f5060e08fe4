"""What a revision of the framework means for a person's assessments: loads what `rules` computes it from.

Each function makes a fixed number of queries, whatever the number of statements and of people.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import cast

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Assessment, Evidence, Form, FrameworkNotice, Rating
from assessments.questionnaire.progress import minutes_for
from frameworks.models import LevelSuccession, Revision, Succession
from kip_site.accounts.models import User

from .rules import Kind, Link, Outcome, Step, answered, archived, carry, carry_through


@dataclass(frozen=True)
class Plan:
    """What happens to the answers of an assessment on a form of a later revision."""

    outcomes: Mapping[int, Outcome[int]]  # by the pk of each statement that the form asks, in its order
    ratings: Mapping[int, Rating]  # of the earlier assessment, by statement pk; with level and suggested level loaded
    remarks: Mapping[int, list[Rating]]  # {statement pk of the form: the ratings whose comments and evidence it gets}
    archived: tuple[int, ...]  # pks of the statements that were answered and are no longer in the framework
    is_rescaled: bool  # the later revision has another scale

    def of_kind(self, *kinds: Kind) -> list[int]:
        """The statements with one of these kinds of outcome, in the order of the form."""
        return [statement for statement, outcome in self.outcomes.items() if outcome.kind in kinds]

    @cached_property
    def asked(self) -> list[int]:
        """The statements that an update asks: those to accept, and new ones."""
        return [statement for statement, outcome in self.outcomes.items() if outcome.needs_asking]

    @cached_property
    def reworded(self) -> list[int]:
        """The carried statements whose new wording the person has not read yet."""
        return [statement for statement in self.of_kind(Kind.CARRIED) if self.outcomes[statement].is_reworded]

    @property
    def carried_count(self) -> int:
        return len(self.of_kind(Kind.CARRIED))

    @property
    def accept_count(self) -> int:
        return len(self.of_kind(Kind.SUGGESTED, Kind.ASKED_AGAIN))

    @property
    def open_count(self) -> int:
        return len(self.of_kind(Kind.OPEN))

    @property
    def new_count(self) -> int:
        return len(self.of_kind(Kind.NEW))

    @property
    def minutes(self) -> int:
        return minutes_for(len(self.asked))


def plan_of(earlier: Assessment, form: Form) -> Plan:
    """The Plan of an assessment on `form`, which belongs to the same revision or to a later one. Eight queries."""
    ratings = {
        rating.statement_id: rating
        for rating in Rating.objects.filter(assessment=earlier)
        .select_related("level", "suggested_level")
        .annotate(has_evidence=Exists(Evidence.objects.filter(rating=OuterRef("pk"))))
        .order_by()
    }
    before = {statement: answered(statement) for statement in _asked_by(earlier.form)}
    before |= {statement: _start(rating) for statement, rating in ratings.items()}
    # Comments and evidence follow their statement, whatever happens to the answer, and also when there is no answer.
    remarked = {
        statement: answered(statement, does_not_apply=True)
        for statement, rating in ratings.items()
        if rating.comment or rating.has_evidence
    }
    steps = steps_between(earlier.form.revision_id, form.revision_id)
    after, remarks = carry_through(before, steps), carry_through(remarked, steps)
    asked = _asked_by(form)
    return Plan(
        outcomes={statement: after[statement] for statement in asked},
        ratings=ratings,
        remarks={statement: [ratings[source] for source in remarks[statement].sources] for statement in asked},
        archived=archived(before, after),
        is_rescaled=any(step.is_rescaled for step in steps),
    )


def _start(rating: Rating) -> Outcome[int]:
    """The Outcome of a rating on its own revision; a level that is only suggested stays a suggestion."""
    if rating.origin == Rating.Origin.SUGGESTED and rating.suggested_level:
        return Outcome(Kind.SUGGESTED, rating.suggested_level.value, sources=(rating.statement_id,))
    level = rating.level.value if rating.level else None
    return answered(rating.statement_id, level, does_not_apply=rating.does_not_apply)


def _asked_by(form: Form) -> list[int]:
    return list(form.statements().values_list("pk", flat=True))


def steps_between(older: int, newer: int) -> list[Step[int]]:
    """The Steps that lead from one revision (its primary key) to a later one of its framework. Three queries."""
    if older == newer:
        return []
    replaces = _replaced(newer)
    chain = [newer]
    while replaces.get(chain[-1]) != older:
        chain.append(replaces[chain[-1]])
    links: dict[int, list[Link[int]]] = defaultdict(list)
    levels: dict[int, dict[int, int]] = defaultdict(dict)
    rescaled: set[int] = set()
    rows = Succession.objects.filter(revision__in=chain).with_rated_source().order_by("pk")
    fields = ("revision", "statement", "rated_source", "ratings", "changes")
    for revision, statement, source, ratings, changes in rows.values_list(*fields):
        links[revision].append(
            Link(statement, source, ratings == Succession.Ratings.CARRIED, is_reworded="reworded" in changes)
        )
    for revision, source, level, old_scale, scale in LevelSuccession.objects.filter(revision__in=chain).values_list(
        "revision", "source__value", "level__value", "source__scale__key", "level__scale__key"
    ):
        levels[revision][source] = level
        if old_scale != scale:
            rescaled.add(revision)
    return [Step(tuple(links[revision]), levels[revision], revision in rescaled) for revision in reversed(chain)]


# --- A change that a person has to decide on ----------------------------------------------------


@dataclass(frozen=True)
class FrameworkChange:
    """A revision is in force on which a person's latest assessment can be continued."""

    earlier: Assessment  # submitted, or a draft begun on the revision before
    form: Form  # of the revision in force
    update: int | None  # primary key of the update, if she has begun one
    plan: Plan

    @property
    def version(self) -> str:
        return self.form.revision.version

    @property
    def old_version(self) -> str:
        return self.earlier.form.revision.version

    @property
    def words(self) -> str:
        """How many ratings are carried or to accept, and how many statements are new, in sentences."""
        carried, to_accept, new = self.plan.carried_count, self.plan.accept_count, self.plan.new_count
        return " ".join(
            (
                _("%(title)s is now revision %(version)s.")
                % {"title": self.form.revision.title_text, "version": self.version},
                ngettext(
                    "%(number)d of your ratings is carried over,",
                    "%(number)d of your ratings are carried over,",
                    carried,
                )
                % {"number": carried},
                ngettext("%(number)d is to be confirmed,", "%(number)d are to be confirmed,", to_accept)
                % {"number": to_accept},
                ngettext("%(number)d statement is new.", "%(number)d statements are new.", new) % {"number": new},
                _("Nothing you did is lost."),
            )
        )


def form_after(assessment: Assessment) -> Form | None:
    """The form of the revision in force that continues the form of an assessment, or None. One query."""
    return (
        Form.objects.offered()
        .select_related("revision__framework")
        .filter(key=assessment.form.key, revision__framework=assessment.form.revision.framework_id)
        .exclude(pk=assessment.form_id)
        .first()
    )


def change_for(user: User) -> FrameworkChange | None:
    """The FrameworkChange that the user has not decided on yet, or None; of several, that of the newest assessment.

    One query when there is none; otherwise eleven.
    """
    forms = Form.objects.offered().filter(
        key=OuterRef("form__key"), revision__framework=OuterRef("form__revision__framework")
    )
    own = Assessment.objects.of(user).filter(form=OuterRef("next_form"))
    decided = FrameworkNotice.objects.filter(person=user, revision__forms=OuterRef("next_form"), seen_at__isnull=False)
    earlier = (
        Assessment.objects.of(user)
        .filter(form__revision__status=Revision.Status.SUPERSEDED, moved_at=None)
        .annotate(next_form=Subquery(forms.values("pk")[:1]), is_begun=Exists(own.drafts()))
        .filter(~Exists(own.submitted().filter(submitted_at__gt=OuterRef("submitted_at"))), next_form__isnull=False)
        # An update that is begun is shown until it is finished; a change that she set aside is not shown.
        .filter(Q(is_begun=True) | ~Exists(decided))
        # Nor is a change shown whose form already has a draft that updates another assessment: a form has one draft.
        .filter(~Exists(own.drafts().filter(updates__isnull=False).exclude(updates=OuterRef("pk"))))
        .select_related("form__revision")
        # Open drafts come first: she is in the middle of them.
        .latest_first()
        .first()
    )
    return change_of(earlier) if earlier is not None else None


def change_of(earlier: Assessment) -> FrameworkChange | None:
    """The FrameworkChange of an assessment, or None when it is on the revision in force. Ten queries."""
    form = form_after(earlier)
    if form is None:
        return None
    # A person has one draft of a form, so any open update there counts as the update of a submitted assessment.
    follows = Q(updates__isnull=False) if earlier.is_submitted else Q(updates=earlier)
    begun = Assessment.objects.filter(follows, person=earlier.person_id, form=form).drafts().order_by()
    return FrameworkChange(earlier, form, begun.values_list("pk", flat=True).first(), plan_of(earlier, form))


# --- What was answered last time ----------------------------------------------------------------

Outcomes = dict[int, Outcome[int]]  # by the pk of the statement
Answers = dict[int, Outcomes]  # by the pk of the revision that was answered


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """A person's latest answer to a statement, or to the statements that it continues."""

    level: int | None  # on the scale of the statement's revision
    does_not_apply: bool
    when: datetime  # aware; of the submission
    is_suggested: bool = False  # the statement meant something else then


def last_answers(person: int, revision: Revision) -> dict[int, LastAnswer]:
    """{statement pk: LastAnswer} of a revision, from what the person (pk) submitted on it and on earlier revisions.

    One query when she has answered on this revision only; otherwise four.
    """
    rows = (
        Rating.objects.answered()
        .filter(
            assessment__person=person,
            assessment__submitted_at__isnull=False,
            statement__revision__framework=revision.framework_id,
        )
        .order_by("assessment__submitted_at", "assessment_id")
        .values_list("statement__revision", "statement", "level__value", "does_not_apply", "assessment__submitted_at")
    )
    times: dict[int, datetime] = {}
    by_revision: Answers = defaultdict(dict)
    for its_revision, statement, level, does_not_apply, when in rows:
        times[statement] = cast("datetime", when)  # the query leaves out what is not submitted
        by_revision[its_revision][statement] = answered(statement, level, does_not_apply=does_not_apply)
    return {
        statement: LastAnswer(
            outcome.level,
            outcome.does_not_apply,
            max(times[source] for source in outcome.sources),
            outcome.kind is Kind.SUGGESTED,
        )
        for statement, outcome in _latest(by_revision, times, revision.pk).items()
        if outcome.kind in {Kind.CARRIED, Kind.SUGGESTED}
    }


def _latest(by_revision: Answers, times: Mapping[int, datetime], revision: int) -> Outcomes:
    """The outcomes on a revision of the answers given on it and on earlier revisions; a newer answer wins."""
    earlier = set(by_revision) - {revision}
    outcomes: Outcomes = {}
    if earlier:
        order = _revisions_up_to(revision)
        first = min((order.index(one) for one in earlier if one in order), default=len(order) - 1)
        steps = dict(zip(order[first + 1 :], steps_between(order[first], revision), strict=True))
        for one in order[first:]:
            outcomes = carry(outcomes, steps[one]) if one in steps else outcomes
            outcomes = _newer(outcomes, by_revision[one], times)
        return outcomes
    return by_revision[revision]


def _newer(outcomes: Outcomes, own: Outcomes, times: Mapping[int, datetime]) -> Outcomes:
    kept = (
        {
            statement: answer
            for statement, answer in own.items()
            if times[statement]
            >= max((times[source] for source in outcomes[statement].sources), default=times[statement])
        }
        if outcomes
        else own
    )
    return outcomes | kept


def _revisions_up_to(revision: int) -> list[int]:
    """The revisions from the framework's first to this one. One query."""
    replaces = _replaced(revision)
    order = [revision]
    while order[-1] in replaces:
        order.append(replaces[order[-1]])
    return order[::-1]


def _replaced(revision: int) -> dict[int, int]:
    """{revision: the one that it replaces}, of the framework of this revision (all are primary keys). One query."""
    rows = Revision.objects.filter(framework__revisions=revision).order_by().values_list("pk", "replaces")
    return {pk: before for pk, before in rows if before is not None}
