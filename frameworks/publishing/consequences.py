"""The sentences of a preview that say what a change means for the people who rated."""

from collections.abc import Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from frameworks.comparison.rules import Entry, Ratings
from frameworks.files.document import STATEMENT_KINDS
from frameworks.hooks import Effect, Impact

_RATED = frozenset(STATEMENT_KINDS.values())
RATINGS = {
    "carried": gettext_lazy("Ratings: carried."),
    "suggested": gettext_lazy("Ratings: suggested."),
    "archived": gettext_lazy("Ratings: archived."),
    "none": gettext_lazy("Ratings: none yet."),
}
# Names of the keys that can differ besides wording and position.
DETAILS = {
    "emphasis": gettext_lazy("emphasis"),
    "same_as": gettext_lazy("repeated text"),
    "esco": gettext_lazy("ESCO address"),
    "eqf": gettext_lazy("EQF level"),
    "level": gettext_lazy("level"),
    "serves": gettext_lazy("statements served"),
    "learning_outcomes_origin": gettext_lazy("origin of the learning outcomes"),
}
_LOWEST = gettext_lazy("The lowest of the levels is suggested; it does not count until it is confirmed or changed.")
_OLD_LEVEL = gettext_lazy("The old level is suggested; it does not count until it is confirmed or changed.")
# The first change in this order that an entry has gives its sentence: the one that matters most to those who rated.
_SENTENCES = (
    ("retired", gettext_lazy("They leave the totals and stay in the history.")),
    ("added", gettext_lazy("The form marks it as new.")),
    (
        "merged",
        _LOWEST,
    ),
    (
        "widened",
        _LOWEST,
    ),
    ("split", _OLD_LEVEL),
    ("successor", _OLD_LEVEL),
    ("narrowed", _OLD_LEVEL),
    ("reworded", gettext_lazy("The old wording is shown once, next to the new.")),
    ("translated", gettext_lazy("The wording in the source language stays.")),
)


def of(group: Sequence[Entry], impact: Impact) -> tuple[str, str]:
    """(what happens to the ratings, further sentences) for an entry, or for the parts into which one was split."""
    entry = group[0]
    if entry.kind not in _RATED:
        return "", _details(entry) if entry.changes == ("unchanged",) else ""
    if elsewhere := _asked_elsewhere(entry):
        return "", elsewhere
    ratings = _("Ratings: suggested on each part.") if len(group) > 1 else str(RATINGS[entry.ratings])
    people = _people(entry.ratings, impact.by_element.get(entry.id, Effect())) if impact.people else ""
    return ratings, f"{people} {_sentence(entry)}".strip()


def of_scale(entry: Entry) -> tuple[str, str]:
    """(what happens to the ratings, a further sentence) for a change of the scale."""
    if "rescaled" in entry.changes:
        return _("Ratings: turned into the levels shown."), _(
            "Nobody has to confirm them. The level that people chose is kept beside it and stays in their history."
        )
    if "reworded" in entry.changes:
        return str(RATINGS["carried"]), _("The levels mean the same in other words.")
    return str(RATINGS["carried"]), _("The wording in the source language stays.")


def _asked_elsewhere(entry: Entry) -> str:
    """The sentence for a statement whose text repeats another and is rated there; blank for any other."""
    element = entry.after or entry.before[0]
    if "same_as" not in element.data:
        return ""
    if entry.after is None:
        return _("No rating is lost: the text repeated another, and people rated it there.")
    return _("Its text repeats another and is rated there.")


def _sentence(entry: Entry) -> str:
    if entry.changes == ("unchanged",):
        return _details(entry)
    for change, sentence in _SENTENCES:
        if change in entry.changes:
            return str(sentence)
    return _("Only its place or its code changed.")


def _details(entry: Entry) -> str:
    return _("What differs: %(details)s.") % {"details": ", ".join(str(DETAILS[detail]) for detail in entry.details)}


def _people(ratings: Ratings, effect: Effect) -> str:
    if ratings == "none":
        return ""
    if ratings != "suggested":
        return _counted((effect.archived if ratings == "archived" else effect.carried).people)
    sentences = []
    if people := effect.suggested.people:
        sentence = ngettext(
            "%(number)s person confirms or changes it.", "%(number)s people confirm or change it.", people
        )
        sentences.append(sentence % _number(people))
    if people := effect.asked_again.people:
        sentence = ngettext(
            "%(number)s person is asked anew, having rated only a part.",
            "%(number)s people are asked anew, having rated only a part.",
            people,
        )
        sentences.append(sentence % _number(people))
    if people := effect.carried.people:
        sentence = ngettext(
            "For %(number)s person it does not apply, as before.",
            "For %(number)s people it does not apply, as before.",
            people,
        )
        sentences.append(sentence % _number(people))
    return " ".join(sentences) or _("Nobody rated it.")


def _counted(people: int) -> str:
    if not people:
        return _("Nobody rated it.")
    return ngettext("%(number)s person.", "%(number)s people.", people) % _number(people)


def _number(number: int) -> dict[str, str]:
    return {"number": number_format(number, force_grouping=True)}


# --- All together -------------------------------------------------------------------------------


def totals(impact: Impact) -> tuple[tuple[str, str, str], ...]:
    """((what, number of ratings, number of people), …); people are blank for carried ratings, which need no one."""
    if not impact.people:
        return ()
    total = impact.total
    rows = [(_("Ratings carried"), total.carried, False), (_("To be confirmed"), total.suggested, True)]
    if total.asked_again.ratings:
        rows.append((_("Asked anew"), total.asked_again, True))
    rows.append((_("Archived"), total.archived, True))
    return tuple(
        (
            what,
            _number(tally.ratings)["number"],
            _counted(tally.people).rstrip(".") if names_people and tally.people else "",
        )
        for what, tally, names_people in rows
    )


def remarks(impact: Impact) -> tuple[str, ...]:
    """Sentences below the totals: confirmations that lapse, people on earlier revisions, and open assessments."""
    found = []
    if lapsing := impact.lapsing.ratings:
        found.append(
            ngettext(
                "%(number)s confirmed level loses its confirmation, because its meaning changes.",
                "%(number)s confirmed levels lose their confirmation, because their meaning changes.",
                lapsing,
            )
            % _number(lapsing)
        )
    if impact.earlier:
        found.append(
            ngettext(
                "%(number)s more person has ratings on an earlier revision only; they are carried over both steps.",
                "%(number)s more people have ratings on earlier revisions only; they are carried over all steps.",
                impact.earlier,
            )
            % _number(impact.earlier)
        )
    if impact.open_drafts:
        found.append(
            ngettext(
                "%(number)s assessment is open; its person finishes it on the old revision or moves it over.",
                "%(number)s assessments are open; their people finish them on the old revision or move them over.",
                impact.open_drafts,
            )
            % _number(impact.open_drafts)
        )
    return tuple(found)
