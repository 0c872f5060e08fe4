"""The two flags of sharing go: grants stand in their place."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0007_give_grants")]

    operations = [
        migrations.RemoveConstraint(
            model_name="assessment",
            name="assessments_drafts_are_private",
        ),
        migrations.RemoveField(
            model_name="assessment",
            name="shared_with_managers",
        ),
        migrations.RemoveField(
            model_name="assessment",
            name="shared_with_trainers",
        ),
    ]
