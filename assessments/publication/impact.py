"""What publishing a revision would do to people's ratings, computed before it is published.

The rules are those of `continuity.rules`, applied to everybody at once. Ratings that are carried or archived are
counted in the database; where answers only suggest a level, the code goes through them person by person.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q

from assessments.models import Assessment, LevelConfirmation, Rating
from frameworks.files.document import STATEMENT_KINDS
from frameworks.hooks import Effect, Impact, Tally

from .affected import affected

_RATED = frozenset(STATEMENT_KINDS.values())
# How many rows of ratings are in memory at a time.
_CHUNK = 5000


class Answers(NamedTuple):
    """The answers of one assessment."""

    person: int  # primary key
    rated: dict[str, bool]  # {id of a statement: True for a level, False for "does not apply"}


@dataclass(frozen=True, slots=True)
class Continuation:
    """What happens to the ratings of `sources`, the ids of old statements that a form can ask."""

    id: str  # of the entry in the comparison
    sources: tuple[str, ...]
    ratings: str  # carried, suggested or archived


def impact(revision, comparison):
    """The Impact of publishing a revision after `revision`, which is in force.

    `comparison`, without faults, compares the two. Eleven queries, whatever the number of people and statements.
    """
    found = list(continuations(comparison))
    ratings = Rating.objects.answered().filter(assessment__in=_latest(revision)).order_by()
    rated = {
        key: Tally(number, people)
        for key, number, people in ratings.values_list("statement__key").annotate(
            Count("pk"), Count("assessment__person", distinct=True)
        )
    }
    suggested = [each for each in found if each.ratings == "suggested"]
    effects, totals, untouched = gather(_answers(ratings, _sources(suggested)), suggested)
    for each in found:
        if each.ratings != "suggested":
            effects[each.id] = Effect(**{each.ratings: rated.get(each.sources[0], Tally())})
    carried = _people(ratings, _sources(each for each in found if each.ratings == "carried")) | untouched
    archived = _people(ratings, _sources(each for each in found if each.ratings == "archived"))
    return Impact(
        people=ratings.aggregate(number=Count("assessment__person", distinct=True))["number"],
        total=Effect(
            carried=Tally(sum(effect.carried.ratings for effect in effects.values()), len(carried)),
            suggested=totals.suggested,
            asked_again=totals.asked_again,
            archived=Tally(sum(effect.archived.ratings for effect in effects.values()), len(archived)),
        ),
        by_element=effects,
        lapsing=_lapsing(revision, found, is_rescaled=bool(comparison.scale_map)),
        open_drafts=Assessment.objects.drafts().filter(form__revision=revision).count(),
        earlier=_earlier(revision),
        affected=affected(revision, comparison),
    )


# --- Pure ---------------------------------------------------------------------------------------


def continuations(comparison):
    """Yield a Continuation for each entry that can have ratings; repeated texts are asked at their first place only."""
    entries = [entry for entry in comparison.entries if entry.kind in _RATED]
    kept = {source for entry in entries if entry.after for source in _asked_sources(entry)}
    for entry in entries:
        sources = _asked_sources(entry)
        if entry.after is None:
            # If only one place of a repeated text is retired, its ratings are not archived.
            if sources[0] not in kept:
                yield Continuation(entry.id, sources, "archived")
        elif sources and "same_as" not in entry.after.data:
            yield Continuation(entry.id, sources, entry.ratings)


def _asked_sources(entry):
    return tuple(dict.fromkeys(source.data.get("same_as", source.id) for source in entry.before))


def gather(answers, suggested):
    """Count what happens to the answers behind the Continuations in `suggested`.

    Returns ({id: Effect}, the Effect of all of them together, the primary keys of the people of whom an answer is
    carried). `answers` yields the Answers of each assessment, grouped by person.
    """
    untouched = set()
    counts = defaultdict(lambda: defaultdict(lambda: [0, 0]))  # {id, None for all: {outcome: [ratings, people]}}
    for person, theirs in groupby(answers, key=attrgetter("person")):
        seen = set()
        for assessment in theirs:
            for each in suggested:
                if outcome := _outcome([assessment.rated.get(source) for source in each.sources]):
                    for key in (each.id, None):
                        tally = counts[key][outcome]
                        tally[0] += 1
                        tally[1] += (key, outcome) not in seen
                        seen.add((key, outcome))
        if (None, "carried") in seen:
            untouched.add(person)
    effects = {key: Effect(**{name: Tally(*tally) for name, tally in found.items()}) for key, found in counts.items()}
    return {each.id: effects.get(each.id, Effect()) for each in suggested}, effects.get(None, Effect()), untouched


def _outcome(answers):
    """ "carried", "suggested", "asked_again", or "" without any answer; the rule is that of `continuity.rules.carry`.

    An answer is True for a level, False for "does not apply", None if there is none.
    """
    if all(answer is None for answer in answers):
        return ""
    if all(answer is False for answer in answers):
        return "carried"
    return "suggested" if all(answers) else "asked_again"


# --- Loading ------------------------------------------------------------------------------------


def _latest(revision):
    """The submitted assessments (pks) on a revision that are the person's latest with a form of this key."""
    later = Assessment.objects.submitted().filter(
        Q(submitted_at__gt=OuterRef("submitted_at")) | Q(submitted_at=OuterRef("submitted_at"), pk__gt=OuterRef("pk")),
        person=OuterRef("person"),
        form__key=OuterRef("form__key"),
        form__revision__framework=revision.framework_id,
    )
    return Assessment.objects.submitted().filter(~Exists(later), form__revision=revision).order_by().values("pk")


def _answers(ratings, statements):
    """Yield the Answers to these statements (keys), as `gather` takes them."""
    rows = (
        ratings.filter(statement__key__in=statements)
        .order_by("assessment__person_id", "assessment_id")
        .values_list("assessment__person", "assessment", "statement__key", "does_not_apply")
        .iterator(chunk_size=_CHUNK)
    )
    for (person, _assessment), found in groupby(rows, key=itemgetter(0, 1)):
        yield Answers(person, {statement: not does_not_apply for _p, _a, statement, does_not_apply in found})


def _lapsing(revision, found, *, is_rescaled):
    """The Tally of confirmations that lapse if nobody changes a level, by the rule of continuity.confirmed.effects."""
    confirmed = LevelConfirmation.objects.standing().filter(assessment__in=_latest(revision))
    if not is_rescaled:
        confirmed = confirmed.exclude(
            rating__statement__key__in=_sources(each for each in found if each.ratings == "carried")
        )
    counts = confirmed.aggregate(ratings=Count("pk"), people=Count("assessment__person", distinct=True))
    return Tally(**counts)


def _sources(found):
    return {source for each in found for source in each.sources}


def _people(ratings, statements):
    """The primary keys of everybody who rated any of the statements."""
    return set(ratings.filter(statement__key__in=statements).values_list("assessment__person", flat=True).distinct())


def _earlier(revision):
    """How many people have submitted on other revisions of the framework, and nothing on this one."""
    submitted = Assessment.objects.submitted().filter(form__revision__framework=revision.framework_id)
    now = submitted.filter(form__revision=revision).values("person")
    return submitted.exclude(person__in=now).values("person").order_by().distinct().count()
