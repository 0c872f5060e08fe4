"""Confirmed e-mail addresses for the tests."""

from allauth.account.models import EmailAddress


def confirm(person, email=None, verified=True):
    """Store an address of the person as confirmed, or with `verified=False` as not yet confirmed."""
    return EmailAddress.objects.create(
        user=person, email=email or person.email, verified=verified, primary=email is None
    )
