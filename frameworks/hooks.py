"""What framework pages show from the apps above: modules, a person's own levels, the effects of a new revision.

Frameworks cannot import training and assessments. These apps replace the functions here by their own in
`AppConfig.ready()`:

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
    """{pk of a competence: mean level in the user's last assessment}, in a fixed number of queries."""
    return {}


# --- What a new revision means ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tally:
    """How many ratings, of how many different people."""

    ratings: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to the ratings of one element, or of all elements."""

    carried: Tally = Tally()
    suggested: Tally = Tally()
    asked_again: Tally = Tally()  # rated, but too little to suggest a level: for example only one source of a merger
    archived: Tally = Tally()


@dataclass(frozen=True, slots=True)
class AffectedItem:
    """Something that refers to statements and is affected by the revision: a form, a target profile, a module."""

    kind: str  # its name in running text
    title: str
    url: str  # blank where it has no page
    what: str  # what happens to it, as a sentence


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something for the admin to do once the revision is published."""

    text: str
    url: str = ""
    title: str = ""  # heading on the home page
    link: str = ""  # words of the link to `url`; they make sense without the text


@dataclass(frozen=True, slots=True)
class Affected:
    """The other things that a revision affects besides ratings, and the to-dos that it leaves."""

    items: tuple[AffectedItem, ...] = ()
    to_dos: tuple[ToDo, ...] = ()


@dataclass(frozen=True, slots=True)
class Impact:
    """The effect of a revision on ratings. Only each person's latest assessment on each form counts."""

    people: int = 0  # how many have ratings on the revision in force
    total: Effect = Effect()
    by_element: dict[str, Effect] = field(default_factory=dict)  # {id of an entry of the comparison: Effect}
    lapsing: Tally = Tally()  # confirmed levels that lose their confirmation
    open_drafts: int = 0
    earlier: int = 0  # how many people have their latest assessment on a revision before the one in force
    affected: Affected = Affected()


def impact(revision: "Revision", comparison: "Comparison") -> Impact:
    """The Impact of publishing a draft; `comparison` compares it with `revision`, which is in force.

    Makes a fixed number of queries.
    """
    return Impact()


def affected_modules(revision: "Revision", comparison: "Comparison") -> Affected:
    """The modules that publishing affects; arguments and queries as for `impact`."""
    return Affected()


# Each returns a ToDo with what the revisions in force leave for the admin to decide, or None. One query each.
decisions: list[Callable[[], ToDo | None]] = []


def in_use(revision: "Revision") -> str:
    """Why the publication of a revision cannot be taken back, as a sentence for the admin; blank if it can be."""
    return ""
