"""What all pages of Django's administration have in common.

The people who use them look after the platform. What others wrote, rated or keep is none of their business.
"""

from collections import Counter

from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.contrib.messages import error
from django.db import router
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .refusals import Refused

# How the filters beside a list and above it end in the query string.
FILTERS = ("", "__exact", "__isnull", "__id__exact")
DATES = ("__year", "__month", "__day", "__gte", "__lt")


class Guarded(admin.ModelAdmin):
    """Rows are deleted only one by one, never many by mistake; the page before it says how much goes, not whose."""

    view_on_site = False

    def get_actions(self, request):
        return {}

    def lookup_allowed(self, lookup, value, request=None):
        # Django allows all fields of the model: ?password__startswith=a would tell a secret letter by letter.
        offered = {f"{name}{end}" for name in self.get_list_filter(request) for end in FILTERS}
        dated = {f"{self.date_hierarchy}{end}" for end in DATES if self.date_hierarchy}
        return lookup in offered | dated

    def get_deleted_objects(self, objs, request):
        """Django would list every row that is deleted or in the way: who rated what, who takes which module."""
        _rows, numbers, lacking, in_the_way = super().get_deleted_objects(objs, request)
        if in_the_way:
            collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
            collector.collect(objs)
            in_the_way = _numbers(collector.protected)
        return [str(one) for one in objs], numbers, lacking, in_the_way

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refused as refusal:
            error(request, str(refusal))
            meta = self.model._meta
            return redirect(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"))


def _numbers(rows):
    """["Assignments: 3", …]"""
    counts = Counter(row._meta.verbose_name_plural for row in rows)
    return [_("%(kind)s: %(number)d") % {"kind": capfirst(kind), "number": number} for kind, number in counts.items()]


class ReadOnly:
    """Mixin for an admin in which nothing can be changed, and which shows all fields except `unshown`."""

    unshown: tuple[str, ...] = ("id",)

    def has_add_permission(self, request, *arguments):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return [
            field.name for field in self.model._meta.get_fields() if field.concrete and field.name not in self.unshown
        ]
