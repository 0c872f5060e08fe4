"""What the pages for editing a draft show, as frozen dataclasses; the pages of its scale are in `scale.page`.

`context` is the EditingContext of the draft, see `views.context`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.forms import Form
from django.utils.translation import gettext as _

from frameworks.browsing import names
from frameworks.files.document import COMPETENCE, LEARNING_OUTCOME, STATEMENT_KINDS, Element, elements
from frameworks.models import DraftStep
from kip_site.searching import folded

from .document import placing
from .document.working_copy import WorkingCopy
from .outline import CompetenceSection, ElementRow, Overview, Tag, Undoing, overview, rows_of, section, tag_of, undoing
from .undo import last_step

if TYPE_CHECKING:
    from .views.context import EditingContext

MOST_FOUND = 50


@dataclass(frozen=True)
class EditPage:
    """The whole draft with one line a competence, and the results of a search in it."""

    overview: Overview
    levels: int
    words: str  # that were searched; blank without a search
    found: tuple[ElementRow, ...]
    found_more: int  # how many more were found than are shown
    last_step: DraftStep | None


@dataclass(frozen=True)
class Neighbour:
    """The previous or next competence."""

    key: str
    code: str


@dataclass(frozen=True)
class EditCompetencePage:
    """The elements of one competence, where statements can be chosen for merging."""

    section: CompetenceSection
    before: Neighbour | None
    after: Neighbour | None
    chosen: frozenset[str]  # ids
    chosen_elsewhere: tuple[str, ...]  # codes of the chosen statements of other competences
    has_statements: bool
    last_step: DraftStep | None


@dataclass(frozen=True)
class AddPage:
    noun: str  # for the new element: "sub-competence"
    parent: Element | None  # the competence of the new element
    is_rated: bool
    back: str  # URL


@dataclass(frozen=True)
class Source:
    """A published element that an element of the draft continues."""

    code: str
    text: str


@dataclass(frozen=True)
class ElementPage:
    element: Element
    noun: str
    text: str
    tag: Tag
    forms: dict[str, Form]  # of all that can be done to it, by name
    sent: str  # the name of the form that was sent; blank if none was
    is_statement: bool
    is_rated: bool
    is_new: bool
    is_free: bool  # its wording may change without saying whether the meaning changes
    is_last: bool  # it is the only element that continues one of its sources
    differs: bool
    before: tuple[Source, ...]
    undoing: Undoing | None
    inside: int  # how many elements a competence has
    repeated: tuple[str, ...]  # codes of the other statements with the same text
    back: str  # URL

    @property
    def freedom(self) -> str:
        """Why its wording may change without saying whether the meaning changes, if `is_free`."""
        if self.is_new:
            return _("It is new in this draft, so nobody has rated it.")
        if self.is_rated:
            return _("People confirm or change the level suggested to them, whatever its wording.")
        return _("Nobody rates it, so nothing happens to ratings.")

    @property
    def retiring(self) -> str:
        """What retiring it does to ratings; blank if it is not rated."""
        if self.is_new:
            return _("It is new in this draft, so nobody has rated it.")
        if not self.is_rated:
            return ""
        if self.is_last:
            return _("Ratings leave the totals and stay in the history.")
        return _("The other part keeps what is suggested to people.")


@dataclass(frozen=True)
class MergePage:
    chosen: tuple[ElementRow, ...]
    new: tuple[str, ...]  # codes of those that are new in the draft, and so cannot be merged
    codes_form: Form

    @property
    def can_merge(self) -> bool:
        return len(self.chosen) > 1


def load(context: "EditingContext", words: str = "") -> EditPage:
    """The EditPage of a draft. One query."""
    found = _found(context, words) if words else []
    return EditPage(
        overview=overview(context.document, context.comparison),
        levels=len(context.document["scale"]["levels"]),
        words=words,
        found=rows_of(context.document, context.comparison, found[:MOST_FOUND]),
        found_more=max(len(found) - MOST_FOUND, 0),
        last_step=last_step(context.revision),
    )


def _found(context: "EditingContext", words: str) -> list[Element]:
    """The elements with the searched code, then those whose wording in any language contains the searched words.

    Several words must follow one another in the wording, unlike in a search for people.
    """
    wanted = folded(words).strip()
    if not wanted:
        # An accent alone is folded to nothing.
        return []
    by_code, by_text = [], []
    for element in elements(context.document):
        if folded(element.code) == wanted:
            by_code.append(element)
        elif any(wanted in folded(text) for text in element.text.values()):
            by_text.append(element)
    return by_code + by_text


def load_competence(context: "EditingContext", competence: Element, chosen: Collection[Element]) -> EditCompetencePage:
    """The EditCompetencePage of a competence; `chosen` are the chosen statements of all competences. One query."""
    neighbours = [Neighbour(entry["id"], entry["code"]) for entry in context.document["competences"]]
    place = next(number for number, entry in enumerate(neighbours) if entry.key == competence.id)
    return EditCompetencePage(
        section=section(
            context.document, context.comparison, competence.data, placing.kinds_in_scale(context.document)
        ),
        before=neighbours[place - 1] if place else None,
        after=neighbours[place + 1] if place + 1 < len(neighbours) else None,
        chosen=frozenset(element.id for element in chosen),
        chosen_elsewhere=tuple(element.code for element in chosen if element.competence != competence.id),
        has_statements=any(competence.data.get(cluster) for cluster in STATEMENT_KINDS),
        last_step=last_step(context.revision),
    )


def load_adding(kind: str, parent: Element | None, back: str) -> AddPage:
    """The AddPage of an element of a kind; `parent` is None for a competence."""
    return AddPage(str(names.NAMES[kind]), parent, is_rated=kind not in (COMPETENCE, LEARNING_OUTCOME), back=back)


def load_element(
    context: "EditingContext", element: Element, forms: dict[str, Form], sent: str, back: str
) -> ElementPage:
    """The ElementPage of an element with its forms; `sent` is the name of the one that was sent, or blank."""
    work = WorkingCopy(context.document, context.baseline)
    entry = next(entry for entry in context.comparison.entries if entry.id == element.id)
    sources = work.sources(element)
    is_statement = element.family == "statement"
    return ElementPage(
        element=element,
        noun=str(names.NAMES[element.kind]),
        text=work.source_text(element),
        tag=tag_of(entry),
        forms=forms,
        sent=sent,
        is_statement=is_statement,
        # Only published statements have ratings; competences and learning outcomes are not rated.
        is_rated=is_statement and bool(sources),
        is_new=not sources,
        # A new element has no ratings, and those of a split or merged one must be accepted anyway.
        is_free=element.id not in work.base or len(sources) > 1 or bool(work.successors(element.id)),
        is_last=any(work.is_last_of(element, source) for source in sources),
        differs=entry.changes != ("unchanged",),
        before=tuple(Source(source.code, source.text.get(context.language, "")) for source in entry.before),
        undoing=undoing(context.document, context.baseline, entry),
        inside=sum(other.competence == element.id for other in elements(context.document)),
        repeated=tuple(_codes_of_repeated(context, element)),
        back=back,
    )


def _codes_of_repeated(context: "EditingContext", element: Element) -> Iterator[str]:
    """The codes of the other statements with the same text, according to `same_as`."""
    first = element.data.get("same_as", element.id)
    for other in elements(context.document):
        if other.id != element.id and (other.id == first or other.data.get("same_as") == first):
            yield other.code


def load_merging(context: "EditingContext", chosen: tuple[ElementRow, ...], codes_form: Form) -> MergePage:
    """The MergePage of the chosen statements."""
    work = WorkingCopy(context.document, context.baseline)
    present = work.elements()
    new = tuple(row.code for row in chosen if not work.sources(present[row.key]))
    return MergePage(chosen, new, codes_form)
