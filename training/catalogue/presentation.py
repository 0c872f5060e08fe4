"""What the pages of training have in common: today's date, the breadcrumbs, and who asks for a module."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kip_site.accounts.models import User
from training.models import Assignment


def today():
    return timezone.localdate()


def crumbs_to(*places):
    """Breadcrumbs from the catalogue to a page: `places` are (label, address); the address of the page itself is ""."""
    return [(_("Modules"), reverse("training:index")), *places]


def organisations_of(user: User) -> set[int]:
    """Primary keys of the organisations in which the user is a member."""
    return {organisation for organisation, _role in user.own_memberships}


def asked_by(assignment: Assignment, *, with_organisation: bool) -> str:
    """Who asks a person to take a module: "Marco Bellini", or "Marco Bellini of Kvarner". "" if nobody knows any more.

    People who are in several organisations read with which one they have to do. Asks for `assigned_by` and
    `organisation` of an assignment that its person did not choose herself.
    """
    trainer, organisation = assignment.assigned_by, assignment.organisation if with_organisation else None
    if trainer and organisation:
        return _("%(trainer)s of %(organisation)s") % {"trainer": trainer, "organisation": organisation}
    if organisation:
        return _("A trainer of %(organisation)s") % {"organisation": organisation}
    return str(trainer) if trainer else ""
