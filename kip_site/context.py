"""The context processor for what every page shows around its content: the navigation of the person signed in."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from .accounts import access


@dataclass(frozen=True)
class NavigationItem:
    label: str
    url: str
    is_current: bool


def page(request):
    """Context processor: the navigation by role, and defaults for variables that a view may set."""
    context = {"footer_revision": None, "error_summary": None, "sign_up_open": settings.SIGN_UP_OPEN}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        context["navigation"] = list(navigation(request, user))
    return context


def navigation(request, user):
    here = section(request)
    for name, label, address in entries(user):
        yield NavigationItem(label, reverse(address), is_current=name == here)


def entries(user):
    """(section, label, URL name) of each item of the user's navigation, most used first."""
    yield "home", _("Home"), "home"
    yield "assessments", _("Assessment"), "assessments:index"
    yield "profile", _("Profile"), "assessments:latest_profile"
    if access.leads_people(user):
        yield "people", _("People"), "assessments:people"
    if access.is_trainer(user):
        yield "assignments", _("Assignments"), "training:board"
    yield "modules", _("Modules"), "training:index"
    yield "frameworks", _("Framework"), "frameworks:index"
    if access.is_org_admin(user):
        yield "organisation", _("Organisation"), "organisation"
    if user.is_platform_admin:
        yield "manage", _("Revisions"), "frameworks:manage"
        yield "platform", _("Platform"), "mail"


# URL names that belong to another section than the rest of their app.
SECTIONS = {
    "assessments:latest_profile": "profile",
    "assessments:profile": "profile",
    "assessments:history": "profile",
    "assessments:target": "profile",
    "assessments:sharing": "profile",
    "assessments:people": "people",
    "training:board": "assignments",
    "training:assign": "assignments",
    "training:assignment": "assignments",
    "organisation_invite": "organisation",
    "organisation_person": "organisation",
    "frameworks:manage": "manage",
    "frameworks:job": "manage",
    "frameworks:take_back": "manage",
    "assessments:target_reviews": "manage",
    "training:links": "manage",
    "frameworks:draft": "manage",
    "frameworks:upload": "manage",
    "frameworks:publish": "manage",
    "frameworks:begin_draft": "manage",
    "frameworks:edit": "manage",
    "frameworks:edit_revision": "manage",
    "frameworks:edit_undo": "manage",
    "frameworks:edit_competence": "manage",
    "frameworks:edit_merge": "manage",
    "frameworks:edit_choose": "manage",
    "frameworks:edit_scale": "manage",
    "frameworks:edit_level": "manage",
    "frameworks:edit_add_level": "manage",
    "frameworks:edit_add": "manage",
    "frameworks:edit_add_to": "manage",
    "frameworks:edit_element": "manage",
    "mail": "platform",
    "mail_detail": "platform",
    "jobs": "platform",
}
SECTIONS_BY_APP = {"assessments": "assessments", "training": "modules", "frameworks": "frameworks"}


def section(request):
    """The section of the navigation to which the page belongs, or None; a view may set it as `request.section`."""
    if hasattr(request, "section"):
        return request.section
    match = request.resolver_match
    if match is None:
        return None
    return SECTIONS.get(match.view_name) or SECTIONS_BY_APP.get(match.app_name) or match.view_name
