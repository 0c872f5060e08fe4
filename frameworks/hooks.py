"""What framework pages show of the apps above: modules, a person's own levels, what a new revision means for people.

Frameworks cannot import training and assessments, so these put their own function in the place of the ones here, in
their `AppConfig.ready()`:

    hooks.modules = module_links
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frameworks.comparison.rules import Comparison
    from frameworks.models import Revision
    from kip_site.accounts.models import User


@dataclass(frozen=True, slots=True)
class ModuleLink:
    title: str
    url: str
    minutes: int


def modules(revision: "Revision") -> dict[int, tuple[ModuleLink, ...]]:
    """{pk of a statement: (ModuleLink, …)} of the revision, in a fixed number of queries."""
    return {}


def own_levels(user: "User", revision: "Revision") -> dict[int, float]:
    """{pk of a competence: mean level (float) in the user's last assessment}, in a fixed number of queries."""
    return {}


# --- What a new revision means ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tally:
    """How many ratings, of how many different people."""

    ratings: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of the ratings behind an element, or behind all of them."""

    carried: Tally = Tally()
    suggested: Tally = Tally()
    asked_again: Tally = Tally()  # something was rated, but too little for a level to suggest: half of a merger, say
    archived: Tally = Tally()


@dataclass(frozen=True, slots=True)
class AffectedItem:
    """Something that follows statements and so is affected: a form, a target profile, a module."""

    kind: str  # its name in running text
    title: str
    url: str  # blank where it has no page
    what: str  # what happens to it, as a sentence


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something for the admin to do once the revision is published."""

    text: str
    url: str = ""
    title: str = ""  # with `link`, the words of a link that make sense alone, where it stands on the home page
    link: str = ""


@dataclass(frozen=True, slots=True)
class Affected:
    """What a revision affects besides ratings, and what it leaves to do."""

    items: tuple[AffectedItem, ...] = ()
    to_dos: tuple[ToDo, ...] = ()


@dataclass(frozen=True, slots=True)
class Impact:
    """What a revision does to people's ratings: of each person, those of her latest assessment on each form."""

    people: int = 0  # who have any on the revision in force
    total: Effect = Effect()
    by_element: dict[str, Effect] = field(default_factory=dict)  # {id of an entry of the comparison: Effect}
    lapsing: Tally = Tally()  # confirmed levels that lose their confirmation
    open_drafts: int = 0
    earlier: int = 0  # people whose latest assessment is on a revision before the one in force
    affected: Affected = Affected()


def impact(revision: "Revision", comparison: "Comparison") -> Impact:
    """The Impact on people of publishing what was compared with `revision`, in a fixed number of queries."""
    return Impact()


def affected_modules(revision: "Revision", comparison: "Comparison") -> Affected:
    """What publishing affects among modules, in a fixed number of queries."""
    return Affected()


# Callables that answer a ToDo, or None: what the revisions in force have left for the admin to decide. One query each.
decisions: list[Callable[[], ToDo | None]] = []


def in_use(revision: "Revision") -> str:
    """Why a published revision cannot be taken back, as a sentence for the admin; blank when nothing holds it."""
    return ""
