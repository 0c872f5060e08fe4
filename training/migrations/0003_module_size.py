from django.db import migrations, models
from django.db.models import Count, Sum


def measure(apps, schema_editor):
    sizes = (
        apps.get_model("training", "Material")
        .objects.order_by()
        .values_list("module")
        .annotate(minutes=Sum("minutes"), step_count=Count("pk"))
    )
    for module, minutes, step_count in sizes:
        apps.get_model("training", "Module").objects.filter(pk=module).update(minutes=minutes, step_count=step_count)


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0002_link_review"),
    ]

    operations = [
        migrations.AddField(
            model_name="module",
            name="minutes",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="minutes"),
        ),
        migrations.AddField(
            model_name="module",
            name="step_count",
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="steps"),
        ),
        migrations.RunPython(measure, migrations.RunPython.noop),
    ]
