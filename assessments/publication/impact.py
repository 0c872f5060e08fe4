"""What publishing a revision would do to people's ratings, before it happens.

The rules are those of `continuity.rules`, applied to everybody at once: counted in the database where a statement has
one source that is carried or retired, and gone through person by person where answers only suggest a level.
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
# Rows of ratings that are in memory at a time.
_CHUNK = 5000


class Answers(NamedTuple):
    """What one assessment answers."""

    person: int  # primary key
    rated: dict[str, bool]  # {id of a statement: True for a level, False for "does not apply"}


@dataclass(frozen=True, slots=True)
class Continuation:
    """What becomes of the ratings of `sources`, ids of the old statements that were asked."""

    id: str  # of the entry in the comparison
    sources: tuple[str, ...]
    ratings: str  # carried, suggested or archived


def impact(revision, comparison):
    """The Impact of the faultless comparison of `revision`, which is in force, with what would follow it.

    Eleven queries, however many people and statements there are.
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
    """The Continuation of each entry that ratings stand behind; repetitions are asked at their first place only."""
    entries = [entry for entry in comparison.entries if entry.kind in _RATED]
    kept = {source for entry in entries if entry.after for source in _asked_sources(entry)}
    for entry in entries:
        sources = _asked_sources(entry)
        if entry.after is None:
            # The ratings of a text that stands on elsewhere are not archived with one of its repetitions.
            if sources[0] not in kept:
                yield Continuation(entry.id, sources, "archived")
        elif sources and "same_as" not in entry.after.data:
            yield Continuation(entry.id, sources, entry.ratings)


def _asked_sources(entry):
    return tuple(dict.fromkeys(source.data.get("same_as", source.id) for source in entry.before))


def gather(answers, suggested):
    """{id: Effect} of the suggested Continuations; the Effect of them all together; and of whom answers are carried.

    `answers` yields the Answers of one assessment after the other, those of a person one after the other.
    """
    untouched = set()
    counts = defaultdict(lambda: defaultdict(lambda: [0, 0]))  # id → what becomes of them → [ratings, people]
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
    """As `rules.carry` has it: the lowest level is suggested if all have one."""
    if all(answer is None for answer in answers):
        return ""
    if all(answer is False for answer in answers):
        return "carried"
    return "suggested" if all(answers) else "asked_again"


# --- Loading ------------------------------------------------------------------------------------


def _latest(revision):
    """The submitted assessments on a revision after which their person submitted none on a form of the same id."""
    later = Assessment.objects.submitted().filter(
        Q(submitted_at__gt=OuterRef("submitted_at")) | Q(submitted_at=OuterRef("submitted_at"), pk__gt=OuterRef("pk")),
        person=OuterRef("person"),
        form__key=OuterRef("form__key"),
        form__revision__framework=revision.framework_id,
    )
    return Assessment.objects.submitted().filter(~Exists(later), form__revision=revision).order_by().values("pk")


def _answers(ratings, statements):
    """What `gather` takes, of these statements."""
    rows = (
        ratings.filter(statement__key__in=statements)
        .order_by("assessment__person_id", "assessment_id")
        .values_list("assessment__person", "assessment", "statement__key", "does_not_apply")
        .iterator(chunk_size=_CHUNK)
    )
    for (person, _assessment), found in groupby(rows, key=itemgetter(0, 1)):
        yield Answers(person, {statement: not does_not_apply for _p, _a, statement, does_not_apply in found})


def _lapsing(revision, found, *, is_rescaled):
    """The confirmations that lapse, as `confirmed.effects` has it for everybody who leaves the levels as they are."""
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
    """How many people submitted on a revision before this one, and nothing on this one."""
    submitted = Assessment.objects.submitted().filter(form__revision__framework=revision.framework_id)
    now = submitted.filter(form__revision=revision).values("person")
    return submitted.exclude(person__in=now).values("person").order_by().distinct().count()
