"""Keeps the time and the number of steps of a module up to date; connected in TrainingConfig.ready()."""

from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from training.models import Material, Module


def measure(sender: type[Material], instance: Material, **kwargs: Any) -> None:
    """Recompute a module's `minutes` and `step_count` when one of its materials is saved or deleted."""
    module = Module.objects.filter(pk=instance.module_id)
    materials = Material.objects.filter(module=instance.module_id)
    with transaction.atomic():
        # Locked, so that whoever saves another material of the module at the same time counts this one too.
        module.select_for_update().first()
        module.update(**materials.aggregate(minutes=Coalesce(Sum("minutes"), 0), step_count=Count("pk")))
