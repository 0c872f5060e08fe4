"""Turns the two flags of sharing into grants, and gives each confirmation the organisation in which it was given.

Everybody who can open a profile on the day of the migration gets a grant, and nobody else. A confirmation gets the
organisation in which its giver and the person are both members, if it is exactly one. Otherwise only the person sees it.
"""

from collections import defaultdict
from itertools import compress

from django.db import migrations

BATCH = 500
FLAGS = {"shared_with_trainers": "trainer", "shared_with_managers": "manager"}


def memberships_of(apps):
    """{person pk: {organisation pk: {role, …}}} of all people."""
    found = defaultdict(lambda: defaultdict(set))
    rows = apps.get_model("accounts", "Membership").objects.order_by().values_list("user", "organisation", "role")
    for user, organisation, role in rows:
        found[user][organisation].add(role)
    return found


def holders_of(apps, memberships):
    """{(organisation pk, role): [people who hold it]}, without closed accounts: those cannot open anything today."""
    active = set(apps.get_model("accounts", "User").objects.filter(is_active=True).values_list("pk", flat=True))
    holders = defaultdict(list)
    for user in active.intersection(memberships):
        for organisation, roles in memberships[user].items():
            for role in roles:
                holders[organisation, role].append(user)
    return holders


def readers_of(person, roles, memberships, holders):
    """Yield (recipient, organisation, role) for everybody who leads the person in one of the roles."""
    for organisation in memberships.get(person, {}):
        for role in roles:
            for recipient in sorted(holders[organisation, role]):
                if recipient != person:
                    yield recipient, organisation, role


def give_grants(apps, schema_editor):
    Assessment, Grant = (apps.get_model("assessments", name) for name in ("Assessment", "Grant"))
    memberships = memberships_of(apps)
    holders = holders_of(apps, memberships)
    grants = []
    submitted = Assessment.objects.filter(submitted_at__isnull=False).order_by("pk")
    for pk, person, submitted_at, *flags in submitted.values_list("pk", "person", "submitted_at", *FLAGS):
        roles = list(compress(FLAGS.values(), flags))
        for recipient, organisation, role in readers_of(person, roles, memberships, holders):
            ids = {"assessment_id": pk, "recipient_id": recipient, "organisation_id": organisation}
            grants.append(Grant(**ids, role=role, given_at=submitted_at))
    Grant.objects.bulk_create(grants, batch_size=BATCH)


def name_organisations(apps, schema_editor):
    LevelConfirmation = apps.get_model("assessments", "LevelConfirmation")
    memberships = memberships_of(apps)
    shared = defaultdict(list)  # {organisation: [confirmation, …]}
    rows = LevelConfirmation.objects.filter(by__isnull=False).order_by("pk")
    for pk, by, person in rows.values_list("pk", "by", "assessment__person"):
        both = memberships.get(by, {}).keys() & memberships.get(person, {}).keys()
        if len(both) == 1:
            shared[both.pop()].append(pk)
    for organisation, pks in shared.items():
        for start in range(0, len(pks), BATCH):
            LevelConfirmation.objects.filter(pk__in=pks[start : start + BATCH]).update(organisation=organisation)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0006_grants")]
    # The flags are still there, so going back loses nothing but what was changed since.
    operations = [
        migrations.RunPython(give_grants, migrations.RunPython.noop),
        migrations.RunPython(name_organisations, migrations.RunPython.noop),
    ]
