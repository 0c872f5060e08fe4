"""What becomes of confirmed levels: the rule itself, without the database."""

import pytest

from assessments.continuity.confirmed import ConfirmationEffect, continued_by, effects
from assessments.continuity.rules import Kind, Outcome
from assessments.models import LevelConfirmation

Lapse = LevelConfirmation.Lapse
CARRIED = {"new": Outcome(Kind.CARRIED, 3, sources=("old",))}


def test_what_is_carried_goes_along():
    assert effects(["old"], CARRIED) == {"old": ConfirmationEffect(("new",))}


@pytest.mark.parametrize("kind", [Kind.SUGGESTED, Kind.ASKED_AGAIN])
def test_what_changed_its_meaning_lapses(kind):
    level = 3 if kind is Kind.SUGGESTED else None
    assert effects(["old"], {"new": Outcome(kind, level, sources=("old",))}) == {
        "old": ConfirmationEffect(lapse=Lapse.MEANING)
    }


def test_what_is_retired_lapses():
    assert effects(["old"], {}) == {"old": ConfirmationEffect(lapse=Lapse.MEANING)}


def test_another_scale_lets_lapse_what_the_statement_would_carry():
    assert effects(["old"], CARRIED, is_rescaled=True) == {"old": ConfirmationEffect(lapse=Lapse.SCALE)}


@pytest.mark.parametrize(
    ("level", "effect"), [(3, ConfirmationEffect(("new",))), (2, ConfirmationEffect(lapse=Lapse.LEVEL))]
)
def test_a_level_that_the_person_changes_is_no_longer_the_confirmed_one(level, effect):
    assert effects(["old"], CARRIED, levels={"new": level}) == {"old": effect}


def test_a_level_that_the_person_took_back_is_no_longer_the_confirmed_one():
    assert effects(["old"], CARRIED, levels={}) == {"old": ConfirmationEffect(lapse=Lapse.LEVEL)}


def test_a_text_that_stood_twice_and_parts_goes_along_to_both():
    outcomes = CARRIED | {"again": Outcome(Kind.CARRIED, 3, sources=("old",), is_reworded=True)}
    assert effects(["old"], outcomes) == {"old": ConfirmationEffect(("new", "again"))}
    assert effects(["old"], outcomes, levels={"new": 1, "again": 3}) == {"old": ConfirmationEffect(("again",))}


def test_what_continues_a_statement_is_known_whatever_became_of_it():
    outcomes = {
        "left": Outcome(Kind.SUGGESTED, 2, sources=("old",)),
        "right": Outcome(Kind.ASKED_AGAIN, sources=("old", "older")),
        "other": Outcome(Kind.CARRIED, 1, sources=("older",)),
    }
    assert continued_by("old", outcomes) == ("left", "right")
