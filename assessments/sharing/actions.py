"""Changing who sees a submitted assessment."""

from django.utils.translation import gettext as _

from assessments.models import Assessment
from kip_site.refusals import Refused


def share(assessment: Assessment, with_trainers: bool, with_managers: bool) -> None:
    """Set who sees a submitted assessment from now on. Raises Refused for a draft, which nobody else may see."""
    changed = Assessment.objects.submitted().filter(pk=assessment.pk)
    if changed.update(shared_with_trainers=with_trainers, shared_with_managers=with_managers) != 1:
        raise Refused(_("This assessment is not submitted yet, so nobody else can see it. Submit it first."))
