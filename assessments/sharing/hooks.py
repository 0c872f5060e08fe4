"""What sharing does when somebody gets a role in an organisation, or loses one."""

from collections.abc import Collection
from typing import Any

from kip_site.accounts.models import Membership, Organisation, User

from . import actions


def roles_given(sender: object, person: User, organisation: Organisation, roles: Collection[str], **kw: Any) -> None:
    """Receives `kip_site.accounts.signals.roles_given`."""
    actions.ask_owners(person, organisation, roles)


def membership_deleted(sender: object, instance: Membership, **kwargs: Any) -> None:
    """Receives Django's `post_delete` of Membership: it comes however the membership was deleted."""
    actions.end_grants(instance)
