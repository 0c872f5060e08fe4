"""Admin pages for the catalogue. People's assignments have none: platform admins may not see them.

Nothing that people did is lost here: a module that somebody has taken, and a material that somebody has done, stay.
"""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Max, URLField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kip_site.administration import Guarded

from .models import Material, Module, Step


class LinesField(forms.CharField):
    """A list of texts, edited as one text with a line for each."""

    widget = forms.Textarea

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        return [line.strip() for line in super().to_python(value).splitlines() if line.strip()]

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class ModuleForm(forms.ModelForm):
    abilities = LinesField(
        label=_("After this module you can"), help_text=_("One a line, each beginning with a verb."), required=False
    )


class MaterialForm(forms.ModelForm):
    """Checks that a material has the field that its kind needs."""

    def clean(self):
        chosen = super().clean()
        needed = {
            Material.Kind.TEXT: "body",
            Material.Kind.ACTIVITY: "body",
            Material.Kind.LINK: "url",
            Material.Kind.VIDEO: "url",
            Material.Kind.FILE: "file",
        }.get(chosen.get("kind"))
        if needed and needed not in self.errors and not chosen.get(needed):
            self.add_error(needed, _("This kind of material needs it."))
        return chosen


class MaterialFormSet(forms.BaseInlineFormSet):
    def clean(self):
        super().clean()
        deleted = [form.instance for form in self.deleted_forms if form.instance.pk]
        done = Step.objects.filter(material__in=deleted).select_related("material").order_by("material")
        if titles := sorted({step.material.title for step in done}):
            raise ValidationError(
                gettext("Somebody has done this already, so that it stays: %(titles)s.") % {"titles": ", ".join(titles)}
            )


class MaterialInline(admin.StackedInline):
    model = Material
    form = MaterialForm
    formset = MaterialFormSet
    extra = 0
    fields = ["position", "kind", "title", "summary", "minutes", "body", "url", "file"]
    ordering = ["position"]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}


@admin.register(Module)
class ModuleAdmin(Guarded):
    form = ModuleForm
    list_display = ["title", "key", "format", "language", "from_level", "to_level", "is_listed"]
    list_filter = ["is_listed", "format", "language"]
    list_editable = ["is_listed"]
    search_fields = ["title", "key", "summary"]
    autocomplete_fields = ["prerequisites"]
    filter_horizontal = ["outcomes"]
    inlines = [MaterialInline]

    def get_readonly_fields(self, request, module=None):
        # A key is permanent: files and the addresses of pages contain it.
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
