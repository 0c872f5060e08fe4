"""What pages about people and organisations show of the apps above, which put their own function in the place of these.

Accounts cannot import them, so they register it in their `AppConfig.ready()`.
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
    url: str  # of the page on which the person changes that


def shared_profiles(user):
    """The SharedProfiles of the user, newest first, in one query."""
    return []
