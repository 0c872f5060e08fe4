"""Stores the addresses of earlier days as those of today: without invisible characters, the domain in ASCII.

Two accounts are never merged: one whose address would become that of another stays as it is.
"""

from django.db import migrations

from kip_site.addresses import is_address, normalised


def _in_other_form(rows):
    """(row, its address as it is stored today) of all rows whose address is stored in another form."""
    for row in rows.order_by("pk").iterator():
        address = normalised(row.email)
        if address != row.email and is_address(address):
            yield row, address


def normalise(apps, schema_editor):
    alias = schema_editor.connection.alias
    users = apps.get_model("accounts", "User").objects.using(alias)
    addresses = apps.get_model("account", "EmailAddress").objects.using(alias)
    invitations = apps.get_model("accounts", "Invitation").objects.using(alias)
    for user, address in list(_in_other_form(users.all())):
        others = addresses.filter(email=address).exclude(user_id=user.pk)
        if not users.filter(email=address).exists() and not others.exists():
            users.filter(pk=user.pk).update(email=address)
    for row, address in list(_in_other_form(addresses.all())):
        same = addresses.filter(email=address).exclude(pk=row.pk)
        holds = users.filter(email=address).exclude(pk=row.user_id)
        if same.exclude(user_id=row.user_id).exists() or holds.exists():
            continue
        twin = same.first()
        if twin is None:
            addresses.filter(pk=row.pk).update(email=address)
            continue
        verified, primary = twin.verified or row.verified, twin.primary or row.primary
        addresses.filter(pk=row.pk).delete()
        addresses.filter(pk=twin.pk).update(verified=verified, primary=primary)
    for invitation, address in list(_in_other_form(invitations.all())):
        same = invitations.filter(organisation_id=invitation.organisation_id, email=address)
        if same.exists():
            invitations.filter(pk=invitation.pk).delete()
        else:
            invitations.filter(pk=invitation.pk).update(email=address)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_table_of_counts"), ("account", "0009_emailaddress_unique_primary_email")]

    operations = [migrations.RunPython(normalise, migrations.RunPython.noop)]
