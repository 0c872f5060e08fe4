"""What framework pages show of the apps above: modules beside the statements, and a person's own levels.

Frameworks cannot import training and assessments, so these put their own function in the place of the ones here, in
their `AppConfig.ready()`:

    annexes.modules = module_links
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModuleLink:
    title: str
    url: str
    minutes: int


def modules(revision):
    """{pk of a statement: (ModuleLink, …)} of the revision, in a fixed number of queries."""
    return {}


def own_levels(user, revision):
    """{pk of a competence: mean level (float) in the user's last assessment}, in a fixed number of queries."""
    return {}


def in_use(revision):
    """Why a published revision cannot be taken back, as a sentence for the admin; blank when nothing holds it."""
    return ""
