"""Creates the table in which attempts at signing in are counted: settings.CACHES."""

from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    # Does nothing if the table exists already, as on sites where it was created by hand.
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_invitation_mail")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
