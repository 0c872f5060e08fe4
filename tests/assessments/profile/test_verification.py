"""What the code of a printed profile stands for: the digest of what it says.

The digests here were recorded before anything else was in this file. A profile that was printed once has to meet its
own again, byte for byte, or else the same content would get another code.
"""

from dataclasses import fields, is_dataclass, make_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args, get_type_hints

import pytest
from django.utils import translation

from assessments.charts.timeline import Point
from assessments.confirmations.loading import Confirmed, Lapsed
from assessments.models import Assessment, LevelConfirmation
from assessments.profile import page
from assessments.profile.history import Series
from assessments.profile.page import CompetenceScore, Line, Offer, PlannedModule, Profile
from assessments.profile.rules import Score
from assessments.profile.verification import COVERED, digest_of
from assessments.questionnaire.content import LevelWords
from tests.assessed import LEVELS_OF_ANA, SUBMITTED, confirmed, module_serving, submitted

A1 = Line("A1", "A", "<em>Identifying</em> partners", "en", 3, "On my own", 3, 0)
A4 = Line("A4", "A", "Discussing and negotiating common goals", "en", 1, "With help", 3, 2)
B1 = Line("B1", "B", "Foreseeing", "en", 2, "With a reminder", None, None)
B2 = Line("B2", "B", "Représenter le partenariat", "fr", None, "", 1, None)
B4 = Line("B4", "B", "Writing “reports”", "en", None, "", 2, None)
C1 = Line("C1", "C", "Guiding others", "en", 4, "Guiding others", None, None)
SHORT = Offer("short", "Negotiating in short", 20, 1, ("A4 by 1",))
LONG = Offer("long", "Negotiating & more", 90, 4, ("A4 by 2", "A2 by 1"))

PLAIN = Profile(
    assessment=7,
    person="Ana Šarić",
    submitted_at=datetime(2026, 11, 22, 13, 15, 7, 250, tzinfo=UTC),
    form="Essential",
    framework="Repository of skills",
    version="2021.11",
    publisher="KIP",
    source="https://example.org/skills",
    target="",
    levels=(
        LevelWords(0, "Not yet", "I do not do this."),
        LevelWords(1, "With help", ""),
        LevelWords(2, "Alone", "I."),
    ),
    competences=(
        CompetenceScore("a", "A", "Partnerships", Score(2.0, None, 2, 0, 2)),
        CompetenceScore("b", "B", "Représentation", Score(None, 1.5, 0, 1, 3)),
    ),
    total=Score(7 / 3, 9 / 4, 3, 1, 5),
    gaps=(),
    strengths=(C1,),
    at_target=(),
    without_target=(B1,),
    unknown=(),
    left_out=(),
)
CONFIRMED = {
    "strengths": (replace(C1, confirmed_by=("Marco Bellini (trainer)", "Ivana Kovač (manager)")),),
    "confirmed": (
        Confirmed("Marco Bellini (trainer)", date(2026, 11, 23), ("A1", "C1"), 4),
        Confirmed("Ivana Kovač (manager)", date(2026, 11, 24), ("C1",), 4),
    ),
}
LAPSED = {
    "lapsed": (
        Lapsed("Marco Bellini (trainer)", date(2025, 3, 1), ("A2", "A9"), "2021.11", "meaning"),
        Lapsed("somebody who has left (manager)", date(2025, 3, 2), ("A3",), "2021.11", "level"),
    )
}
TARGET = {"target": "Guidance counsellor", "gaps": (A4,), "at_target": (A1,)}
OFFERS = {"target": "Guidance counsellor", "gaps": (replace(A4, offers=(LONG, SHORT)),), "at_target": (A1,)}
PLANNED = {"gaps": (replace(A4, offers=(replace(LONG, plan=PlannedModule("started", 2)),)),)}
PROGRESS = Series(
    name="kip-essential",
    framework_title="Repository of skills",
    form_title="Essential",
    levels=(0, 1, 2),
    entries=(),
    points=(Point(date(2025, 10, 18), 1.0, 23, 24), Point(date(2026, 11, 22), 7 / 3, 22, 24)),
    revised=(date(2026, 1, 10),),
)
RECORD = {"organisation": "Kvarner Guidance Centre", "progress": PROGRESS}

# What is different from PLAIN, and the digest.
GOLDEN = {
    "plain": ({}, "c0fc4cb98e3c2857943e8b734e5f1f2028ec0de1529aa495fdb0c37f9a415485"),
    "confirmed": (CONFIRMED, "90e1459a52c7dbcae39038edea242fa9c63917e6b47aa09c8cff74442660e598"),
    "lapsed": (LAPSED, "aa62ea05e2f3ebaa9e403119678d930ec42dae32c03abf3f56ffcde67aea4929"),
    "confirmed and lapsed": (CONFIRMED | LAPSED, "90378a49932a40602679cc7dcb0d93bd2ffcea23de53fff49d1c5c9fc0d552fc"),
    "with a target": (TARGET, "42c3fd298509be0b241534ab8b7ba3aa1d2e7ad321424de944b2d81fdc2d4985"),
    "with offers": (OFFERS, "2f74fb6d5ad605171efb243b7782370b1b5a43328792eced7505a02e4bf8906f"),
    "with an offer that is on the plan": (PLANNED, "31f42e1d7008bb4cf4770c15e61263f6f0f4cec1cab04361f9ce097e4ecc84a9"),
    "unknown": ({"unknown": (B4,)}, "95ab37bc569c1d4865f8a15085b17792ba49173267ccc691d8e54163e455249e"),
    "left out": ({"left_out": (B2,)}, "f23248615da03fa2aeffb84541f97eb3d76e34d1835c2b3f7e03717c4c158d8d"),
    "on paper": (RECORD, "359b74f08b63fa4ef04042661437a498a4fcdce3722250fe99b8cb467a9089a1"),
    "everything": (
        CONFIRMED | LAPSED | OFFERS | RECORD | {"unknown": (B4,), "left_out": (B2,)},
        "99a8404a7f6ed17920dafd49243212104ff5518c86af66ad8cba823967b709f8",
    ),
}


@pytest.mark.parametrize("which", GOLDEN)
def test_a_profile_meets_its_digest_again(which):
    changes, digest = GOLDEN[which]
    assert digest_of(replace(PLAIN, **changes)) == digest


def test_the_language_is_part_of_what_is_said():
    with translation.override("hr"):
        assert digest_of(PLAIN) == "3531ec64ab258964e6db1b556735db5eed451151123b36679351a5b5529b3968"


# --- What is covered --------------------------------------------------------------------------------


@pytest.fixture
def widened(monkeypatch):
    """`widened(Line)`: every Line, also one that is there already, has a field `colour` from now on."""

    def widened(covered):
        wider = make_dataclass("Wider", [("colour", str, "plum")], bases=(covered,), frozen=True)
        monkeypatch.setattr(covered, "__dataclass_fields__", wider.__dataclass_fields__)
        monkeypatch.setattr(covered, "colour", "plum", raising=False)

    return widened


@pytest.mark.parametrize("covered", COVERED)
def test_a_new_field_leaves_every_code_as_it_is(covered, widened):
    issued = [(replace(PLAIN, **changes), digest) for changes, digest in GOLDEN.values()]
    widened(covered)
    assert [digest_of(profile) for profile, _digest in issued] == [digest for _profile, digest in issued]


def undecided():
    """{"Line.colour", …}: the fields of which nobody has said whether the digest covers them, and words of no field."""
    found = set()
    for covered, which in COVERED.items():
        said = [*which.always, *which.when_there, *which.left_out]
        assert len(set(said)) == len(said)
        found |= {f"{covered.__name__}.{name}" for name in {field.name for field in fields(covered)} ^ set(said)}
    return found


def test_of_every_field_somebody_has_decided_whether_the_digest_covers_it():
    assert undecided() == set()


@pytest.mark.parametrize("covered", COVERED)
def test_a_new_field_waits_for_somebody_to_decide(covered, widened):
    widened(covered)
    assert undecided() == {f"{covered.__name__}.colour"}


def dataclasses_in(kind):
    """The dataclasses that values of this type are made of: itself, those of its fields, those of a tuple …"""
    found = set().union(*map(dataclasses_in, get_args(kind)))
    if is_dataclass(kind):
        found |= {kind}.union(*map(dataclasses_in, get_type_hints(kind).values()))
    return found


def test_every_dataclass_in_a_profile_is_covered_and_no_other():
    assert dataclasses_in(Profile) == set(COVERED)


# --- As they are built ------------------------------------------------------------------------------


@pytest.fixture
def several(ana, marco, ivana, kip, essential, counsellor, anas):
    """Ana's assessment with an earlier one, offers, confirmations that stand and one that lapsed."""
    earlier = submitted(ana, essential, dict.fromkeys(LEVELS_OF_ANA, 1), on=SUBMITTED - timedelta(days=400))
    module_serving(kip, "goals", "Reaching common goals", 60, ["A4", "A2"])
    module_serving(kip, "short", "Negotiating in short", 20, ["A4"], to_level=2)
    confirmed(anas, marco, ["A1", "A4"])
    confirmed(anas, ivana, ["A1"], role="manager", on=SUBMITTED + timedelta(days=2))
    lapsed = confirmed(earlier, marco, ["A2"])
    LevelConfirmation.objects.filter(pk=lapsed[0].pk).update(assessment=anas, lapse="meaning")
    return anas


def on_paper(assessment):
    """The profile as it is printed, with a primary key that is the same in every database."""
    found = Assessment.objects.for_profile().get(pk=assessment.pk)
    return replace(page.with_record(page.build(found), found), assessment=7)


@pytest.mark.django_db
def test_what_is_built_of_anas_answers_meets_its_digest_again(anas):
    assert digest_of(on_paper(anas)) == "552f0050b5158c972ecf7ecb80940afb5103d598507098536104998459e30873"


@pytest.mark.django_db
def test_what_is_built_with_all_beside_it_meets_its_digest_again(several):
    profile = on_paper(several)
    assert profile.confirmed
    assert profile.lapsed
    assert profile.progress.points
    assert any(line.offers for line in profile.gaps)
    assert profile.unknown
    assert profile.left_out
    assert digest_of(profile) == "d7a08c6d395eb41c7aa5cc10295d78ba83d0339e5eb079c2ca4e1247a40efd74"


@pytest.mark.django_db
def test_what_is_built_without_a_target_meets_its_digest_again(ana, essential):
    assert (
        digest_of(on_paper(submitted(ana, essential, LEVELS_OF_ANA)))
        == "f6742a522e28ec9c97b2166f35274ccef12a8d03820867138ea882d6788f30f6"
    )
