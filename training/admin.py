"""Platform admins curate the catalogue here; people's assignments are not for them to see."""

from django.contrib import admin
from django.db.models import Max, URLField

from .models import Material, Module


class MaterialInline(admin.StackedInline):
    model = Material
    extra = 0
    fields = ["position", "kind", "title", "summary", "minutes", "body", "url", "file"]
    ordering = ["position"]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}


@admin.register(Module)
class ModuleAdmin(admin.ModelAdmin):
    list_display = ["title", "key", "format", "language", "from_level", "to_level", "is_listed"]
    list_filter = ["is_listed", "format", "language"]
    list_editable = ["is_listed"]
    search_fields = ["title", "key", "summary"]
    autocomplete_fields = ["prerequisites"]
    filter_horizontal = ["outcomes"]
    inlines = [MaterialInline]

    def get_readonly_fields(self, request, module=None):
        # A key is permanent: files, links and the plan of people name it.
        return ["key"] if module else []

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "outcomes":
            field.queryset = field.queryset.select_related("revision__framework")
            field.label_from_instance = lambda outcome: f"{outcome.revision} · {outcome.code}"
        return field

    def get_changeform_initial_data(self, request):
        last = Module.objects.aggregate(last=Max("position"))["last"] or 0
        return {"position": last + 1, **super().get_changeform_initial_data(request)}
