"""What members are told by e-mail: one function each; its texts stand in templates/accounts/organisation/email/."""

from django.urls import reverse

from kip_site.accounts.emails import absolute, send


def roles_changed(person, organisation, roles, changed_by, connection):
    """Tell a member which roles they have now; `roles` in words. Returns as `send` does."""
    return send(
        "accounts/organisation/email/roles_changed",
        person.email,
        {
            "person": person,
            "organisation": organisation,
            "changed_by": changed_by,
            "roles": roles,
            "address": absolute(reverse("home")),
        },
        connection,
    )


def removed(person, organisation, removed_by, connection):
    """Tell a person that they are no longer a member, and what stays theirs. Returns as `send` does."""
    return send(
        "accounts/organisation/email/removed",
        person.email,
        {
            "person": person,
            "organisation": organisation,
            "removed_by": removed_by,
            "address": absolute(reverse("home")),
        },
        connection,
    )
