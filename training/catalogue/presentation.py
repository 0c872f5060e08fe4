"""What the pages of training share around their content."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _


def today():
    return timezone.localdate()


def crumbs_to(*places):
    """Breadcrumbs from the catalogue to a page: `places` are (label, address), the page's own address blank."""
    return [(_("Modules"), reverse("training:index")), *places]
