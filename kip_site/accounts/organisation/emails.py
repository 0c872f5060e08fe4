"""E-mails to members, one function for each; their texts are in templates/accounts/organisation/email/."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.functional import lazy

from kip_site.accounts.models import Organisation, User, in_words
from kip_site.mail.actions import absolute, send


def roles_changed(person: User, organisation: Organisation, roles: Collection[str], changed_by: User) -> None:
    """Tell a member which roles they have now; `roles` are values of Role."""
    context = {
        "person": person,
        "organisation": organisation,
        "changed_by": changed_by,
        "roles": lazy(in_words, str)(roles),  # in the language of the reader
        "address": absolute(reverse("home")),
    }
    send("accounts/organisation/email/roles_changed", person, context)


def removed(person: User, organisation: Organisation, removed_by: User) -> None:
    """Tell a person that they are no longer a member, and what they keep."""
    context = {
        "person": person,
        "organisation": organisation,
        "removed_by": removed_by,
        "address": absolute(reverse("home")),
    }
    send("accounts/organisation/email/removed", person, context)
