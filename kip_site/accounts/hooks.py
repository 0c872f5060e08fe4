"""What pages about people and organisations show from the apps above.

`kip_site.accounts` may not import these apps. They replace the functions here by their own in `AppConfig.ready()`.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SharedProfile:
    """A profile that its person shares today with her trainers, her managers, or both."""

    title: str  # of the form
    submitted_at: datetime
    with_trainers: bool
    with_managers: bool
    url: str  # of the page on which the person changes the sharing


def shared_profiles(user):
    """The SharedProfiles of the user, newest first, in one query."""
    return []
