"""The roles of people in organisations."""

from kip_site.accounts.models import Membership


def roles_of(person, organisation):
    return set(Membership.objects.filter(user=person, organisation=organisation).values_list("role", flat=True))
