"""Admin pages for forms and target profiles, for platform admins.

People's answers and the confirmations of their levels have no pages here: nobody may edit or browse them. What they
were asked and compared with stays as it was.
"""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from frameworks.models import Competence, Kind, Level, Revision, Statement
from kip_site.administration import Guarded

from .models import Assessment, Form, RequiredLevel, Scope, TargetProfile


class QuestionnaireForm(forms.ModelForm):
    """What a form asks: kinds, and competences of its own revision."""

    kinds = forms.MultipleChoiceField(label=_("kinds"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Form
        fields = ["revision", "key", "position", "title", "description", "kinds", "competences", "is_open"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "revision" in self.fields:
            self.fields["revision"].queryset = Revision.objects.issued()
        if "competences" in self.fields:
            self.fields["competences"].queryset = Competence.objects.filter(
                revision__in=Revision.objects.issued()
            ).select_related("revision__framework")
            self.fields["competences"].label_from_instance = _competence_label

    def clean(self):
        cleaned = super().clean()
        revision = cleaned.get("revision", self.instance.revision if self.instance.pk else None)
        competences, kinds = cleaned.get("competences"), cleaned.get("kinds")
        if competences and any(competence.revision_id != revision.pk for competence in competences if revision):
            self.add_error("competences", _("Choose competences of the form's own revision."))
        may_ask = revision and kinds and not self.errors
        if may_ask and not Scope(kinds, competences).statements(revision).exists():
            self.add_error("kinds", _("This form would ask nothing: no statement of the revision is of these kinds."))
        return cleaned


def _competence_label(competence):
    return f"{competence.revision}: {competence.code} {competence.revision.text(competence.title)}"


@admin.register(Form)
class FormAdmin(Guarded):
    form = QuestionnaireForm
    list_display = ["title", "revision", "key", "position", "is_open"]
    list_filter = ["revision", "is_open"]
    list_select_related = ["revision__framework"]
    search_fields = ["title", "key"]
    filter_horizontal = ["competences"]

    def get_readonly_fields(self, request, obj=None):
        """What a form asks cannot be edited once somebody has begun it: their "n of m rated" must keep its meaning."""
        if obj and obj.assessments.exists():
            return ["revision", "key", "kinds", "competences"]
        return ["revision"] if obj else []


class TargetAdminForm(forms.ModelForm):
    """A target profile with a field for each statement of its revision: the level required, or none."""

    class Meta:
        model = TargetProfile
        fields = ["revision", "organisation", "key", "position", "title", "description"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "revision" in self.fields:
            self.fields["revision"].queryset = Revision.objects.issued()
        if not self.instance.pk:
            return
        required = dict(self.instance.required.values_list("statement", "level"))
        for statement in _statements(self.instance.revision):
            self.initial.setdefault(f"level_{statement.pk}", required.get(statement.pk))

    def required_levels(self):
        """{statement pk: level} of the levels that are required."""
        fields = {name: value for name, value in self.cleaned_data.items() if name.startswith("level_") and value}
        return {int(name.removeprefix("level_")): level for name, level in fields.items()}


def _is_used(target):
    """Whether somebody has submitted an assessment that is compared with it."""
    return Assessment.objects.submitted().filter(target=target).exists()


def _statements(revision):
    return Statement.objects.distinct_texts().filter(revision=revision).order_by("position")


@admin.register(TargetProfile)
class TargetProfileAdmin(Guarded):
    list_display = ["title", "revision", "organisation", "key", "position"]
    list_filter = ["revision", "organisation"]
    list_select_related = ["revision__framework", "organisation"]
    search_fields = ["title", "key"]

    def get_readonly_fields(self, request, obj=None):
        """To whom it belongs stays, too: another organisation would see it, or lose it."""
        if obj is None:
            return []
        fixed = ["revision", "organisation"]
        return [*fixed, "key", "required_levels"] if _is_used(obj) else fixed

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and _is_used(obj))

    @admin.display(description=_("Required levels"))
    def required_levels(self, target):
        """To look at, once submitted profiles are compared with it; another target profile can say something else."""
        required = target.required.select_related("statement", "level").order_by("statement__position")
        return ", ".join(f"{one.statement.code} {one.level.value}" for one in required)

    def get_fieldsets(self, request, obj=None):
        about = (None, {"fields": TargetAdminForm.Meta.fields})
        if obj is None:
            # The statements are only known once the revision is chosen and saved.
            return [about]
        if "required_levels" in self.get_readonly_fields(request, obj):
            return [about, (_("Required levels"), {"fields": ["required_levels"]})]
        names = [f"level_{statement.pk}" for statement in _statements(obj.revision)]
        return [about, (_("Required levels"), {"fields": names})]

    def get_form(self, request, obj=None, **kwargs):
        readonly = self.get_readonly_fields(request, obj)
        is_open = obj is not None and "required_levels" not in readonly
        kwargs["form"] = _form_with_levels(obj.revision) if is_open else TargetAdminForm
        kwargs["fields"] = [name for name in TargetAdminForm.Meta.fields if name not in readonly]
        return super().get_form(request, obj, **kwargs)

    def response_add(self, request, obj, post_url_continue=None):
        """Continue with the form for the required levels: a target profile without any is of no use."""
        request.POST = request.POST.copy()
        request.POST["_continue"] = "1"
        return super().response_add(request, obj, post_url_continue)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change and not _is_used(form.instance):
            form.instance.required.all().delete()
            RequiredLevel.objects.bulk_create(
                RequiredLevel(target=form.instance, statement_id=pk, level=level)
                for pk, level in form.required_levels().items()
            )


def _form_with_levels(revision):
    levels = Level.objects.filter(scale__revision=revision).order_by("value")
    fields = {
        f"level_{statement.pk}": LevelField(
            levels, required=False, label=f"{statement.code} {revision.text(statement.text)}", revision=revision
        )
        for statement in _statements(revision)
    }
    return type("TargetAdminFormWithLevels", (TargetAdminForm,), fields)


class LevelField(forms.ModelChoiceField):
    def __init__(self, levels, *, revision, **kwargs):
        self.revision = revision
        super().__init__(levels, empty_label=_("not required"), **kwargs)
        # There is a field for each of up to a hundred statements. They share one list of choices, because a query for
        # each field would be slow.
        self.choices = [("", self.empty_label), *((level.pk, self.label_from_instance(level)) for level in levels)]

    def label_from_instance(self, level):
        return f"{level.value} {self.revision.text(level.label)}"
