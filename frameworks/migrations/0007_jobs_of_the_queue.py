"""All apps share one queue with its own table of jobs; the table of this app keeps only the revision of a job."""

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
