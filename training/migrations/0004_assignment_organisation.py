"""Assignments get the organisation in which they were given, where only one can be meant.

Until now it was the first of those that trainer and person shared, and no page asked for it.
"""

from collections import defaultdict

from django.db import migrations


def organisation_of(person, assigned_by, confirmed_by, organisations_of):
    """The organisation of an assignment, as a primary key, or None: then only its person sees it.

    `person`, `assigned_by` and `confirmed_by` are primary keys; the last two may be None. `organisations_of` is {user:
    set of the organisations in which she is a member}. The trainer is who assigned it; of what its person chose
    herself, and where the account of that trainer is deleted, who confirmed it. In which of several organisations that
    both share it was meant, nobody knows: roles may have changed since.
    """
    trainer = confirmed_by if assigned_by in (person, None) else assigned_by
    if trainer in (person, None):
        return None
    shared = organisations_of.get(trainer, set()) & organisations_of.get(person, set())
    return next(iter(shared)) if len(shared) == 1 else None


def give_organisations(apps, schema_editor):
    organisations_of = defaultdict(set)
    memberships = apps.get_model("accounts", "Membership").objects.order_by()
    for user, organisation in memberships.values_list("user", "organisation"):
        organisations_of[user].add(organisation)
    assignments = apps.get_model("training", "Assignment").objects.order_by()
    meant = defaultdict(list)  # {organisation or None: assignments that have another one}
    for pk, organisation, *people in assignments.values_list(
        "pk", "organisation", "person", "assigned_by", "confirmed_by"
    ):
        found = organisation_of(*people, organisations_of)
        if found != organisation:
            meant[found].append(pk)
    for organisation, pks in meant.items():
        for start in range(0, len(pks), 500):
            assignments.filter(pk__in=pks[start : start + 500]).update(organisation=organisation)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("training", "0003_module_size"),
    ]

    operations = [migrations.RunPython(give_organisations, migrations.RunPython.noop)]
