"""What happens to assignments when people leave an organisation; connected in TrainingConfig.ready()."""

from typing import Any

from kip_site.accounts.models import Membership

from . import actions


def hide_where_left(sender: type[Membership], instance: Membership, **kwargs: Any) -> None:
    """Hide a person's own plan from the organisation in which she has no role any more.

    Deleted rather than only not shown, so that nothing is shown again when she comes back.
    """
    if not sender.objects.filter(user=instance.user_id, organisation=instance.organisation_id).exists():
        actions.hide_from(instance.organisation_id, instance.user_id)
