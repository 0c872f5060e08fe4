"""The site of the Django admin, which refuses keys that are none.

Django raises exceptions where a page of the admin gets such a key of a row: in the ticks of a list, in a choice of
several rows, and in a field that searches rows while somebody types.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Field, Model

from kip_site.requests import HIGHEST_KEY


def are_keys(field: Field, texts: Iterable[Any]) -> bool:
    """Whether the primary key `field` could have each of these values."""
    try:
        keys = [field.to_python(text) for text in texts]
    except ValidationError:
        return False
    # SQLite cannot compare with a higher number.
    return all(abs(key) <= HIGHEST_KEY for key in keys if isinstance(key, int))


class SeveralFound(AutocompleteSelectMultiple):
    """The widget of a field that searches rows: what is no key is no choice."""

    def optgroups(self, name, value, attr=None):
        key = self.field.remote_field.model._meta.pk
        return super().optgroups(name, [text for text in value if are_keys(key, [text])], attr)


class SeveralRows(forms.ModelMultipleChoiceField):
    def clean(self, value):
        if value and isinstance(value, (list, tuple)) and not are_keys(self.queryset.model._meta.pk, value):
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": value[0]})
        return super().clean(value)


class Fields:
    """Mixin for what has fields on a page of the admin: a ModelAdmin or an inline."""

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs.setdefault("form_class", SeveralRows)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SeveralFound(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class Pages(Fields):
    """Mixin for a ModelAdmin."""

    def get_inlines(self, request, obj):
        return [with_mixin(Fields, inline) for inline in super().get_inlines(request, obj)]

    def changelist_view(self, request, extra_context=None):
        if not are_keys(self.opts.pk, self._rows_named_by(request)):
            raise BadRequest("A row was chosen whose key is none.")
        return super().changelist_view(request, extra_context)

    def _rows_named_by(self, request):
        """The keys of the rows that are ticked or changed in the list."""
        named = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if self.list_editable:
            key = self.opts.pk.name
            named += [
                value for name, value in request.POST.items() if name.startswith("form-") and name.endswith(f"-{key}")
            ]
        return named


@cache
def with_mixin(mixin: type, cls: type) -> type:
    """A class like `cls`, with the mixin; always the same one."""
    return type(cls.__name__, (mixin, cls), {"__module__": cls.__module__, "__doc__": cls.__doc__})


class Site(admin.AdminSite):
    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        super().register(model_or_iterable, with_mixin(Pages, admin_class or admin.ModelAdmin), **options)


class Config(AdminConfig):
    default_site = "kip_site.admin_site.Site"
