"""What the pages of training have in common: today's date and the breadcrumbs."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _


def today():
    return timezone.localdate()


def crumbs_to(*places):
    """Breadcrumbs from the catalogue to a page: `places` are (label, address); the address of the page itself is ""."""
    return [(_("Modules"), reverse("training:index")), *places]
