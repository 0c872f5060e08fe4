"""The queue is for every app now, and has its own table of jobs; what is left here is what a job knows of revisions."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("frameworks", "0006_task_has_moved"),
        ("jobs", "0001_initial"),
    ]

    operations = [
        migrations.RenameModel("Job", "RevisionJob"),
        migrations.AddField(
            "revisionjob",
            "job",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="jobs.job",
                verbose_name="job",
            ),
        ),
    ]
