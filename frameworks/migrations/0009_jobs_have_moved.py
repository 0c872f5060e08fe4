"""Removes the fields that have moved to the shared queue."""

import django.db.models.deletion
from django.db import migrations, models

MOVED = (
    "kind",
    "state",
    "name",
    "content",
    "asked_by",
    "asked_at",
    "language",
    "stage",
    "outcome",
    "finished_at",
    "task",
    "attempts",
    "worker",
    "heartbeat_at",
)


class Migration(migrations.Migration):
    dependencies = [("frameworks", "0008_move_jobs")]

    operations = [
        *(migrations.RemoveField("revisionjob", name) for name in MOVED),
        migrations.AlterField(
            "revisionjob",
            "job",
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="jobs.job", verbose_name="job"
            ),
        ),
        migrations.AlterModelOptions(
            "revisionjob",
            {"ordering": ["pk"], "verbose_name": "job of a revision", "verbose_name_plural": "jobs of revisions"},
        ),
    ]
