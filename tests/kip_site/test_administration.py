"""Everything that the administration holds: for each model who may do what with it, and what its pages show.

Whoever registers a model adds it to the table, and so asks what somebody with each right could do to others.
"""

import re
from dataclasses import dataclass

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from frameworks.models import Revision
from kip_site.accounts.models import Invitation, Role
from kip_site.administration import Guarded
from tests.published import publish_file, reworded_under

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Held:
    """What the administration holds of a model."""

    may: str  # what a platform admin may do with a row
    others_may: str  # what somebody may do who has all of Django's permissions and is no platform admin
    changes: str = ""  # fields that a platform admin can change
    others_change: str = ""
    shows: str = ""  # further fields of its page
    hides: str = ""  # those of the above that only platform admins see
    columns: str = ""  # of its list
    hides_columns: str = ""


def content(changes, shows, columns):
    """Whoever has the permissions looks after what everybody reads."""
    every = "view add change delete"
    return Held(every, every, changes=changes, others_change=changes, shows=shows, columns=columns)


def published(shows, columns):
    return Held("view", "view", shows=shows, columns=columns)


MEMBERSHIPS = "memberships.user memberships.organisation memberships.role"
ELEMENT = "revision key code uuid position esco eqf"
STATEMENT = published(f"{ELEMENT} kind competence text emphasis same_as", "code wording competence revision")

TABLE = {
    "accounts.User": Held(
        "view add change delete",
        "view change",
        changes="name is_active is_staff is_superuser language time_zone",
        others_change="name language time_zone",
        shows=f"email addresses has_second_step date_joined last_login {MEMBERSHIPS}",
        hides="addresses has_second_step date_joined last_login",
        columns="name email is_active is_superuser last_login",
        hides_columns="last_login",
    ),
    "accounts.Organisation": Held(
        "view add change",  # an empty one is deleted, too
        "view",
        changes="slug name time_zone",
        shows=MEMBERSHIPS,
        columns="name slug",
    ),
    "accounts.Membership": Held(
        "view delete", "view", shows="user organisation role", columns="user organisation role"
    ),
    "accounts.Invitation": Held(
        "view add delete",
        "view",
        shows="email organisation role_labels invited_by invited_at valid_until sent_at",
        columns="email organisation role_labels invited_at valid_until sent_at",
    ),
    "frameworks.Framework": published("key uuid", "key uuid number_of_revisions"),
    "frameworks.Revision": published(
        "framework version date status replaces title summary publisher source licence source_language languages notes "
        "published_at published_by",
        "version title_text framework status date published_at published_by page",
    ),
    "frameworks.Competence": published(f"{ELEMENT} title outcomes_origin", "code wording revision"),
    "frameworks.SubCompetence": STATEMENT,
    "frameworks.Knowledge": STATEMENT,
    "frameworks.Skill": STATEMENT,
    "frameworks.Predisposition": STATEMENT,
    "frameworks.LearningOutcome": published(
        f"{ELEMENT} competence text level serves", "code wording competence level revision"
    ),
    "frameworks.Scale": published(
        "revision key origin levels.value levels.key levels.label levels.descriptors", "key revision"
    ),
    "assessments.Form": content(
        "key position title description kinds competences is_open",
        "revision",
        "title revision key position is_open",
    ),
    "assessments.TargetProfile": content(
        "key position title description level_…",
        "revision organisation",
        "title revision organisation key position",
    ),
    "training.Module": content(
        "position title summary format language eqf from_level to_level abilities author source is_listed outcomes "
        "prerequisites materials.position materials.kind materials.title materials.summary materials.minutes "
        "materials.body materials.url materials.file",
        "key",
        "title key format language from_level to_level is_listed",
    ),
}


@pytest.fixture
def row(kip, ana, kvarner, essential, counsellor, anas_module):
    """A row of a model, such as a platform admin opens: `row(User)` is Ana."""
    Invitation.objects.create(organisation=kvarner, email="sara@kvarner.example", roles=[Role.TRAINER])
    return lambda model: ana if isinstance(ana, model) else model._default_manager.first()


@pytest.fixture
def with_all(luka):
    """Luka has all of Django's permissions, but is no platform admin."""
    luka.is_staff = True
    luka.save()
    luka.user_permissions.set(Permission.objects.all())
    return luka


def registered():
    return {model._meta.label: page for model, page in admin.site._registry.items()}


def address(page, verb, *arguments):
    return reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_{verb}", args=arguments)


def words(text):
    return set(text.split())


def test_the_table_names_every_model_that_is_registered():
    assert set(registered()) == set(TABLE)


@pytest.mark.parametrize("label", TABLE)
def test_platform_admins_and_others_do_and_see_what_the_table_says(label, client, row, elodie, with_all):
    page, held = registered()[label], TABLE[label]
    found = row(page.model)
    changes, shows, columns = words(held.changes), words(held.shows), words(held.columns)

    client.force_login(elodie)
    assert allowed(client, page, found) == words(held.may)
    assert fields(client, page, found) == (changes, changes | shows)
    assert listed(client, page) == columns

    client.force_login(with_all)
    assert allowed(client, page, found) == words(held.others_may)
    assert fields(client, page, found) == (words(held.others_change), (changes | shows) - words(held.hides))
    assert listed(client, page) == columns - words(held.hides_columns)


def allowed(client, page, found):
    """The verbs whose page opens; changing is posting, which an empty form does not survive."""
    answers = {
        "view": client.get(address(page, "change", found.pk)),
        "add": client.get(address(page, "add")),
        "change": client.post(address(page, "change", found.pk), {}),
        "delete": client.get(address(page, "delete", found.pk)),
    }
    assert {answer.status_code for answer in answers.values()} <= {200, 403}
    return {verb for verb, answer in answers.items() if answer.status_code == 200}


def fields(client, page, found):
    """({fields that can be changed}, {all fields}) of the page of a row."""
    context = client.get(address(page, "change", found.pk)).context
    shown = [name for _title, options in context["adminform"].fieldsets for name in options["fields"]]
    open_ones = list(context["adminform"].form.fields) if page.has_change_permission(context["request"], found) else []
    for inline in context["inline_admin_formsets"]:
        names = [f"{inline.formset.prefix}.{name}" for name in inline.opts.get_fields(context["request"], found)]
        shown += names
        open_ones += names if inline.has_change_permission else []
    return tuple({re.sub(r"level_\d+", "level_…", name) for name in names} for names in (open_ones, shown))


def listed(client, page):
    return set(client.get(address(page, "changelist")).context["cl"].list_display) - {"action_checkbox"}


def test_nothing_is_registered_that_does_not_keep_to_the_rules_of_all():
    assert [label for label, page in registered().items() if not isinstance(page, Guarded)] == []


def test_it_has_no_pages_but_these():
    """No import and no export, which django-import-export would let everybody do who comes in."""
    names = {name.rsplit("_", 1)[-1] for pattern in admin.site.urls[0] for name in names_under(pattern)}
    assert names == {
        *("changelist", "add", "history", "delete", "change"),
        "address",  # another e-mail for somebody's account
        *("index", "login", "logout", "done", "jsi18n", "autocomplete", "site", "list"),  # of the administration itself
    }


def names_under(pattern):
    if hasattr(pattern, "url_patterns"):
        return [name for each in pattern.url_patterns for name in names_under(each)]
    return [pattern.name] if pattern.name else []


def test_drafts_are_for_platform_admins_here_too(client, with_all, elodie, kip, repository_of_skills):
    publish_file(reworded_under("2026.1", repository_of_skills))
    Revision.objects.filter(version="2026.1").update(status=Revision.Status.DRAFT)
    Revision.objects.filter(version="2021.11").update(status=Revision.Status.PUBLISHED)
    for label in ("frameworks.Revision", "frameworks.Competence", "frameworks.Scale"):
        place = address(registered()[label], "changelist")
        client.force_login(elodie)
        assert "2026.1" in client.get(place).content.decode()
        client.force_login(with_all)
        page = client.get(place).content.decode()
        assert "2021.11" in page
        assert "2026.1" not in page


def test_every_filter_beside_a_list_works(client, elodie, row):
    client.force_login(elodie)
    for page in registered().values():
        place = address(page, "changelist")
        context = client.get(place).context
        for spec in context["cl"].filter_specs:
            for choice in spec.choices(context["cl"]):
                assert client.get(place + choice["query_string"]).status_code == 200, choice
    by_year = address(registered()["frameworks.Revision"], "changelist") + "?date__year=2021&date__month=11&date__day=1"
    assert client.get(by_year).status_code == 200
