"""A kind of job for the tests."""

import pytest

from kip_site.jobs import actions, kinds


@pytest.fixture
def kind(monkeypatch):
    """Registers a kind whose work is a function of the test: `kind(lambda job: …, stages=(…))`; returns its name."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))

    def kind(does, **fields):
        kinds.register(
            kinds.Kind(
                name="tests.something",
                work=does,
                heading=lambda job: f"{job.name} is being made",
                done_heading=lambda job: f"{job.name} was made",
                failed_heading=lambda job: f"{job.name} was not made",
                **fields,
            )
        )
        return "tests.something"

    return kind


@pytest.fixture
def ask(kind):
    """Creates a waiting job whose work is a function of the test: `ask(lambda job: …)`."""

    def ask(does, *, stages=(), is_routine=False, **fields):
        return actions.ask(kind(does, stages=stages, is_routine=is_routine), **fields)

    return ask
