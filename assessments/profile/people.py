"""The people who share a profile with a trainer or manager, sorted by name, never by their results."""

from django.db.models import OuterRef, Subquery

from assessments.models import Assessment
from assessments.sharing.audience import organisations_showing_each
from kip_site.accounts.models import User
from kip_site.searching import folded, matches

from . import history


def latest_of(user):
    """The newest assessment that each person shares with the user: history.Entry objects, by name. Five queries."""
    shared = Assessment.objects.shared_with(user)
    newest = shared.filter(person=OuterRef("person")).latest_first()
    entries = history.entries(
        shared.filter(pk=Subquery(newest.values("pk")[:1])).order_by(),
        shown_by=organisations_showing_each(user),
    )
    return sorted(entries, key=lambda entry: (folded(entry.name), entry.person))


def count_silent(user, shared):
    """How many practitioners whom the user leads share nothing with her; `shared` is from latest_of."""
    return User.objects.practitioners_led_by(user).exclude(pk__in=[entry.person for entry in shared]).count()


def named(entries, wanted):
    """The entries whose name contains every word of `wanted`; case and accents do not count: "saric" finds Šarić."""
    return [entry for entry in entries if matches(wanted, entry.name)]
