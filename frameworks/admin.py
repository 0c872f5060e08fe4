"""Frameworks in Django's administration, read-only.

What was published never changes, and drafts have pages of their own under /frameworks/manage/.
"""

from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kip_site.administration import Guarded, ReadOnly

from .models import (
    Competence,
    Framework,
    Knowledge,
    LearningOutcome,
    Level,
    Predisposition,
    Revision,
    Scale,
    Skill,
    SubCompetence,
)
from .texts import in_language


class VisibleRevisions(ReadOnly, Guarded):
    """Shows parts of the revisions that the user may read elsewhere too: drafts are for platform admins."""

    def get_queryset(self, request):
        return super().get_queryset(request).filter(revision__in=Revision.objects.visible_to(request.user))


@admin.register(Framework)
class FrameworkAdmin(ReadOnly, Guarded):
    list_display = ["key", "uuid", "number_of_revisions"]
    search_fields = ["key"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_revisions=Count("revisions"))

    @admin.display(description=_("revisions"), ordering="number_of_revisions")
    def number_of_revisions(self, framework):
        return framework.number_of_revisions


@admin.register(Revision)
class RevisionAdmin(ReadOnly, Guarded):
    list_display = ["version", "title_text", "framework", "status", "date", "published_at", "published_by", "page"]
    list_filter = ["status", "framework"]
    list_select_related = ["framework", "published_by"]
    search_fields = ["version", "framework__key"]
    date_hierarchy = "date"

    def get_queryset(self, request):
        return super().get_queryset(request) & Revision.objects.visible_to(request.user)

    @admin.display(description=_("title"))
    def title_text(self, revision):
        return revision.title_text

    @admin.display(description=_("page"))
    def page(self, revision):
        if revision.status == Revision.Status.DRAFT:
            return format_html('<a href="{}">{}</a>', reverse("frameworks:draft", args=[revision.pk]), _("Preview"))
        url = reverse("frameworks:revision", args=[revision.framework.key, revision.version])
        return format_html('<a href="{}">{}</a>', url, _("Read"))


class ElementAdmin(VisibleRevisions):
    list_display = ["code", "wording", "revision"]
    list_filter = ["revision__status", "revision__framework"]
    list_select_related = ["revision__framework"]
    search_fields = ["code", "key", "text"]

    @admin.display(description=_("wording"))
    def wording(self, element):
        return in_language(element.text, element.revision.source_language)


@admin.register(Competence)
class CompetenceAdmin(ElementAdmin):
    search_fields = ["code", "key", "title"]

    @admin.display(description=_("title"))
    def wording(self, element):
        return in_language(element.title, element.revision.source_language)


@admin.register(SubCompetence, Knowledge, Skill, Predisposition)
class StatementAdmin(ElementAdmin):
    list_display = ["code", "wording", "competence", "revision"]
    list_select_related = ["revision__framework", "competence"]
    unshown = ("id", "kind")


@admin.register(LearningOutcome)
class LearningOutcomeAdmin(ElementAdmin):
    list_display = ["code", "wording", "competence", "level", "revision"]
    list_select_related = ["revision__framework", "competence", "level"]


class LevelInline(ReadOnly, admin.TabularInline):
    model = Level
    fields = ["value", "key", "label", "descriptors"]
    extra = 0


@admin.register(Scale)
class ScaleAdmin(VisibleRevisions):
    list_display = ["key", "revision"]
    list_select_related = ["revision__framework"]
    inlines = [LevelInline]
