"""Addresses that people of the tests have proved to own."""

from allauth.account.models import EmailAddress


def confirm(person, email=None, verified=True):
    """Make the address of the person a confirmed one, as a click on the link of the e-mail does; or one not yet."""
    return EmailAddress.objects.create(
        user=person, email=email or person.email, verified=verified, primary=email is None
    )
