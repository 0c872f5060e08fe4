"""Moves existing jobs to the shared queue. Unfinished ones wait again; a worker notices that they have no task yet."""

from django.db import migrations

KINDS = {"import": "frameworks.import", "publish": "frameworks.publish"}
UNFINISHED = ("waiting", "running")


def move(apps, schema_editor):
    Job = apps.get_model("jobs", "Job")
    RevisionJob = apps.get_model("frameworks", "RevisionJob")
    for row in RevisionJob.objects.order_by("pk").iterator(chunk_size=10):
        is_unfinished = row.state in UNFINISHED
        job = Job.objects.create(
            kind=KINDS[row.kind],
            state="waiting" if is_unfinished else row.state,
            name=row.name,
            file=row.content,
            asked_by_id=row.asked_by_id,
            language=row.language,
            due_at=row.asked_at,
            stage=0 if is_unfinished else row.stage,
            outcome=row.outcome,
            result=f"/frameworks/manage/jobs/{row.pk}/",
            finished_at=row.finished_at,
            attempts=0 if is_unfinished else row.attempts,
        )
        Job.objects.filter(pk=job.pk).update(asked_at=row.asked_at)  # otherwise it would be now
        RevisionJob.objects.filter(pk=row.pk).update(job=job)


class Migration(migrations.Migration):
    dependencies = [("frameworks", "0007_jobs_of_the_queue")]

    operations = [migrations.RunPython(move)]
