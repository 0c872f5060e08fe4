"""The profile builder and the history, as plain values."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from assessments.charts.timeline import Point
from assessments.models import Assessment
from assessments.profile import history, page
from assessments.profile.history import Entry
from assessments.profile.verification import digest_of
from frameworks import hooks
from tests.assessed import LEVELS_OF_ANA, SUBMITTED, module_serving, submitted
from training.models import Module

pytestmark = pytest.mark.django_db


def built(assessment):
    return page.build(Assessment.objects.for_profile().get(pk=assessment.pk))


def codes(lines):
    return [line.code for line in lines]


def test_a_profile_holds_every_statement_of_the_form_once(anas):
    profile = built(anas)
    everything = [
        *profile.gaps,
        *profile.strengths,
        *profile.at_target,
        *profile.without_target,
        *profile.unknown,
        *profile.left_out,
    ]
    assert sorted(codes(everything)) == sorted(statement.code for statement in anas.form.statements())


def test_a_profile_without_target_holds_every_statement_too(ana, essential):
    profile = built(submitted(ana, essential, LEVELS_OF_ANA))
    assert codes(profile.gaps) == codes(profile.at_target) == []
    assert "A4" in codes(profile.without_target)
    assert "C1" in codes(profile.strengths)


def test_a_profile_cannot_be_changed(anas):
    with pytest.raises(FrozenInstanceError):
        built(anas).person = "Somebody else"


def test_statements_stand_word_for_word_with_their_emphasis(anas):
    a4 = next(line for line in built(anas).gaps if line.code == "A4")
    assert a4.html == "<em>Discussing and negotiating</em> common goals with the partners"


def test_the_levels_are_told_in_words(anas):
    last = built(anas).levels[-1]
    assert (last.value, last.label) == (4, "Guiding others")
    assert last.descriptor == "I improve how we do this and help colleagues learn it."


def test_the_most_helpful_module_comes_first(anas, kip):
    module_serving(kip, "short", "Negotiating in short", 20, ["A4"], to_level=2)
    module_serving(kip, "long", "Negotiating and more", 90, ["A4", "A2"])
    a4 = next(line for line in built(anas).gaps if line.code == "A4")
    assert [offer.title for offer in a4.offers] == ["Negotiating and more", "Negotiating in short"]
    assert [offer.reason for offer in a4.offers] == ["closes A4 by 2, A2 by 1", "closes A4 by 1"]


def test_a_module_that_is_withdrawn_is_not_offered(anas, anas_module):
    Module.objects.update(is_listed=False)
    assert not any(line.offers for line in built(anas).gaps)


def test_a_module_that_closes_many_gaps_names_three_and_counts_the_rest(anas, kip):
    module_serving(kip, "all", "All of it", 90, ["A2", "A4", "A5", "B1", "C3"])
    a5 = next(line for line in built(anas).gaps if line.code == "A5")
    assert a5.offers[0].reason == "closes A5 by 1, A4 by 2, A2 by 1 and 2 more"


def test_a_module_for_a_repeated_text_closes_the_gap_at_its_first_place(ana, full, kip, counsellor):
    repeat = kip.statements.filter(same_as__isnull=False).first()
    counsellor.required.create(statement=repeat.same_as, level=kip.scale.levels.get(value=3))
    module_serving(kip, "teamwork", "Working together", 45, [repeat.code])
    profile = built(submitted(ana, full, {repeat.same_as.code: 1}, target=counsellor))
    assert [offer.title for offer in profile.gaps[0].offers] == ["Working together"]


def test_the_digest_follows_what_the_profile_says(anas):
    profile = built(anas)
    assert digest_of(profile) == digest_of(built(anas))
    assert len(digest_of(profile)) == 64
    assert digest_of(replace(profile, person="Ana Horvat")) != digest_of(profile)


# --- Own levels on framework pages -----------------------------------------------------------------


def test_framework_pages_are_told_the_levels_of_the_newest_assessment(ana, anas, essential, kip):
    submitted(ana, essential, dict.fromkeys(LEVELS_OF_ANA, 1), on=SUBMITTED - timedelta(days=9))
    levels = hooks.own_levels(ana, kip)
    by_code = {competence.code: levels[competence.pk] for competence in kip.competences.all()}
    assert by_code["A"] == 2.0
    assert by_code["B"] == 1.0


def test_who_rated_nothing_on_a_revision_has_no_levels_there(ana, luka, anas, leader, kip):
    assert hooks.own_levels(luka, kip) == {}
    assert hooks.own_levels(ana, leader) == {}


def test_drafts_are_no_levels(ana, draft_of_ana, kip):
    assert hooks.own_levels(ana, kip) == {}


@pytest.fixture
def draft_of_ana(anas):
    Assessment.objects.filter(pk=anas.pk).update(submitted_at=None)
    return anas


# --- History ---------------------------------------------------------------------------------------


def entry(day, mean, **fields):
    """A submitted assessment on a day of 2026, on the framework's first revision."""
    return Entry(
        **{
            "pk": day,
            "person": 1,
            "name": "Ana Šarić",
            "submitted_at": datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day - 1),
            "framework": "kip",
            "framework_title": "Repository of skills",
            "revision": 1,
            "version": "2021.11",
            "revised_on": date(2021, 11, 1),
            "form": "essential",
            "form_title": "Essential",
            "target_title": "",
            "levels": (0, 1, 2, 3, 4),
            "mean": mean,
            "rated": 24,
            "left_out": 0,
            "asked": 24,
            **fields,
        }
    )


def test_the_points_of_a_series_are_in_order_of_time():
    (series,) = history.series_of([entry(3, 2.0), entry(1, 1.0), entry(2, 1.5)])
    assert series.points == (
        Point(date(2026, 1, 1), 1.0, 24, 24),
        Point(date(2026, 1, 2), 1.5, 24, 24),
        Point(date(2026, 1, 3), 2.0, 24, 24),
    )
    assert [each.pk for each in series.entries] == [3, 2, 1]
    assert series.change == 0.5


def test_forms_and_frameworks_have_lines_of_their_own():
    found = history.series_of([entry(1, 1.0), entry(2, 2.0, form="full"), entry(3, 2.0, framework="leader-cms")])
    assert [(series.name, len(series.entries)) for series in found] == [
        ("leader-cms-essential", 1),
        ("kip-full", 1),
        ("kip-essential", 1),
    ]


def test_a_revision_is_marked_where_the_framework_changed():
    new = {"revision": 2, "version": "2026.1", "revised_on": date(2026, 1, 10)}
    (series,) = history.series_of([entry(1, 1.0), entry(20, 2.0, **new), entry(30, 2.0, **new)])
    assert series.revised == (date(2026, 1, 10),)


def test_the_mark_of_a_revision_stays_between_the_two_assessments():
    # She finished on the old revision when the new one was in force already.
    new = {"revision": 2, "version": "2026.1", "revised_on": date(2026, 1, 2)}
    (series,) = history.series_of([entry(5, 1.0), entry(20, 2.0, **new)])
    assert series.revised == (date(2026, 1, 5),)


def test_means_on_an_older_scale_are_drawn_at_the_same_place_of_the_newest():
    (series,) = history.series_of([entry(1, 5.0, levels=(1, 3, 5, 7, 9), revision=0), entry(2, 2.0)])
    assert [point.mean for point in series.points] == [2.0, 2.0]
    assert series.entries[-1].mean == 5.0


def test_an_assessment_with_nothing_rated_is_listed_and_not_drawn():
    (series,) = history.series_of([entry(1, None, rated=0), entry(2, 2.0)])
    assert len(series.entries) == 2
    assert len(series.points) == 1
    assert series.change is None


def test_entries_count_what_each_form_asks(ana, anas, essential, full, kip):
    submitted(ana, full, {"A1": 2}, on=SUBMITTED + timedelta(days=1))
    essential.competences.set(kip.competences.filter(code="A"))
    entries = history.entries(Assessment.objects.order_by("pk"))
    assert [each.asked for each in entries] == [5, full.statements().count()]
    assert [(each.rated, each.left_out) for each in entries] == [(22, 1), (1, 0)]
