"""Modules and assignments for the tests of training."""

from datetime import timedelta

import pytest
from django.utils import timezone

from training.assignments import actions
from training.models import Material, Module


def create_module(key, title, *, minutes=(20, 25, 15), outcomes=(), **fields):
    """Create a module with a text, an activity and a link, or with the first of them if there are fewer `minutes`."""
    defaults = {
        "summary": f"{title}, in a sentence.",
        "format": Module.Format.READING_AND_PRACTICE,
        "to_level": 3,
        "eqf": 6,
        "abilities": ["name the three parts that an agreement needs"],
        "author": "KIP competence platform",
        "source": "Written for this platform from the Pact for Skills handbook.",
    }
    module = Module.objects.create(key=key, title=title, **{**defaults, **fields})
    kinds = [Material.Kind.TEXT, Material.Kind.ACTIVITY, Material.Kind.LINK]
    for position, (time, kind) in enumerate(zip(minutes, kinds, strict=False), 1):
        Material.objects.create(
            module=module,
            position=position,
            kind=kind,
            title=f"Step {position} of {title}",
            summary=f"What step {position} is about.",
            minutes=time,
            body=f"### Part {position}\n\nRead *this*.",
            url="https://keepinpact.eu/" if kind == Material.Kind.LINK else "",
        )
    module.outcomes.set(outcomes)
    module.refresh_from_db(fields=["minutes", "step_count"])
    return module


@pytest.fixture
def agreements(kip):
    """A module of three steps and 60 minutes on A5, from 0 to 3."""
    outcome = kip.learningoutcomes.get(key="can-write-agreement")
    return create_module("agreements", "Writing an agreement", outcomes=[outcome])


@pytest.fixture
def meetings(kip):
    """A module on running meetings, of competence C, 90 minutes."""
    outcome = kip.learningoutcomes.get(key="can-run-meetings")
    return create_module("meetings", "Running a meeting", minutes=(45, 45), outcomes=[outcome])


@pytest.fixture
def in_three_weeks():
    return timezone.localdate() + timedelta(weeks=3)


@pytest.fixture
def anas(agreements, ana, marco, in_three_weeks, kvarner):
    """Ana's assignment, given by Marco."""
    return actions.assign(marco, ana, agreements, kvarner, in_three_weeks, "The paper is where it gets stuck.")


@pytest.fixture
def finished(anas):
    """Ana's assignment, which she has completed."""
    actions.complete(anas, without_all_steps=True)
    anas.refresh_from_db()
    return anas


@pytest.fixture
def as_user(client):
    """Signs a person in and returns the test client: `as_user(ana)`."""

    def as_user(person):
        client.force_login(person)
        return client

    return as_user
