"""Updates what modules say of their materials; connected in TrainingConfig.ready()."""

from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from training.models import Material, Module


def measure(sender: type[Material], instance: Material, **kwargs: Any) -> None:
    """Count a module's time and steps anew when one of its materials is saved or deleted."""
    module = Module.objects.filter(pk=instance.module_id)
    materials = Material.objects.filter(module=instance.module_id)
    with transaction.atomic():
        # Whoever saves another material of the module at once waits here, and then sees this one.
        module.select_for_update().first()
        module.update(**materials.aggregate(minutes=Coalesce(Sum("minutes"), 0), step_count=Count("pk")))
