"""Jobs that wait during an update of the site store the path of their function, which has moved to another module."""

from django.db import migrations

BEFORE, NOW = "frameworks.tasks.work_on", "frameworks.publishing.jobs.tasks.work_on"


def rename(apps, before, now):
    apps.get_model("django_tasks_database", "DBTaskResult").objects.filter(task_path=before).update(task_path=now)


def forwards(apps, schema_editor):
    rename(apps, BEFORE, NOW)


def backwards(apps, schema_editor):
    rename(apps, NOW, BEFORE)


class Migration(migrations.Migration):
    dependencies = [
        ("frameworks", "0005_draft_steps"),
        ("django_tasks_database", "0001_initial"),
    ]

    operations = [migrations.RunPython(forwards, backwards)]
