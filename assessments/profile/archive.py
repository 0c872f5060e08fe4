"""Answers to statements that are no longer in the framework: they are left out of totals, but stay in the history."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from assessments.continuity.plan import steps_between
from assessments.continuity.rules import answered, archived, carry_through
from assessments.models import Rating
from assessments.questionnaire.answers import Answer, answer_words
from frameworks import texts
from frameworks.models import Revision, Statement


@dataclass(frozen=True)
class Archived:
    """A person's newest answer to a statement that no statement in the framework continues."""

    code: str
    html: str  # the text with its emphasis, safe
    lang: str
    version: str  # of the last revision that had it and that the person rated
    rated: str  # "3 On my own"
    when: datetime


def archive_of(person, revision):
    """The Archived answers that a person (pk) submitted on revisions before this one, in the framework's order.

    One query when she rated on this revision only; otherwise four, and three for each earlier revision she rated on.
    """
    rows = list(
        Rating.objects.answered()
        .filter(
            assessment__person=person,
            assessment__submitted_at__isnull=False,
            statement__revision__framework=revision.framework_id,
        )
        .exclude(statement__revision=revision)
        .order_by("assessment__submitted_at", "assessment_id")
        .values_list("statement__revision", "statement", "pk")
    )
    newest = {statement: rating for _revision, statement, rating in rows}
    by_revision = defaultdict(set)
    for its_revision, statement, _rating in rows:
        by_revision[its_revision].add(statement)
    gone = [
        newest[statement]
        for its_revision, statements in by_revision.items()
        for statement in _gone(statements, its_revision, revision.pk)
    ]
    return _shown(gone) if gone else []


def _gone(statements, older, newer):
    before = {statement: answered(statement, does_not_apply=True) for statement in statements}
    return archived(before, carry_through(before, steps_between(older, newer)))


def _shown(ratings):
    """The ratings (pks) as a list of Archived, each statement once, even if it is in several revisions; one query."""
    found = {}
    rows = Rating.objects.filter(pk__in=ratings).select_related("statement__revision", "level", "assessment")
    for rating in rows.order_by("statement__revision", "statement__position"):
        statement = rating.statement
        found[statement.key] = archived_rating(statement, rating, rating.assessment.submitted_at)
    return list(found.values())


def archived_rating(statement, rating, when):
    revision = statement.revision
    labels = {rating.level.value: revision.text(rating.level.label)} if rating.level else {}
    phrases = texts.in_language(statement.emphasis, revision.source_language) or []
    return Archived(
        code=statement.code,
        html=texts.emphasised(revision.text(statement.text), phrases),
        lang=texts.language_of(statement.text, revision.source_language),
        version=revision.version,
        rated=answer_words(Answer(rating.level and rating.level.value, rating.does_not_apply), labels),
        when=when,
    )


def archived_by(plan, earlier):
    """The Archived answers of the assessment `earlier`, according to its Plan; one query."""
    statements = Statement.objects.filter(pk__in=plan.archived).select_related("revision").order_by("position")
    return [archived_rating(each, plan.ratings[each.pk], earlier.submitted_at) for each in statements]


def archives_of(person, frameworks):
    """{framework key: [Archived, …]} for the revisions in force of these frameworks (keys)."""
    revisions = Revision.objects.current().filter(framework__key__in=frameworks).select_related("framework")
    return {revision.framework.key: archive_of(person, revision) for revision in revisions}
