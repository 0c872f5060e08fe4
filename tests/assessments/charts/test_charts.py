"""Charts draw what they are told, say it in words, and never draw unknown as zero."""

import itertools
import math
import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from assessments.charts import drawing
from assessments.charts.drawing import PLUM
from assessments.charts.levels import METER_WIDTH, dots, meter, tile_dots
from assessments.charts.radial import Axis, radar, radar_mark
from assessments.charts.timeline import LABEL_ROOM, Point, progress

LEVELS = [0, 1, 2, 3, 4]
SEVEN = [
    Axis("A", 2.0, 2.8),
    Axis("B", 1.0, 1.5),
    Axis("C", 2.7, 2.7),
    Axis("D", 2.5, 2.5),
    Axis("E", 1.5, 2.5),
    Axis("F", 2.5, 3.0),
    Axis("G", 2.3, 2.7),
]


def shapes(svg):
    """The drawing as [(name, attributes)], if it is well-formed."""
    return [(element.tag, element.attrib) for element in ET.fromstring(svg).iter()]


def named(svg, name):
    return [attributes for tag, attributes in shapes(svg) if tag == name]


def words(svg, name):
    return ET.fromstring(svg).find(name).text


def test_dots_are_filled_up_to_the_level_and_dashed_up_to_the_target():
    svg = dots(1, 4, 3)
    filled = [dot for dot in named(svg, "circle") if dot["fill"] == PLUM]
    dashed = [dot for dot in named(svg, "circle") if "stroke-dasharray" in dot]
    assert (len(filled), len(dashed), len(named(svg, "circle"))) == (1, 2, 4)
    assert words(svg, "title") == "Level 1 of 4, target 3"


def test_dots_of_an_unrated_statement_are_points_and_say_so():
    svg = dots(None, 4)
    assert {dot["r"] for dot in named(svg, "circle")} == {"1.6"}
    assert words(svg, "title") == "Not rated"
    assert dots(0, 4) != svg


@pytest.mark.parametrize("highest", range(1, 10))
def test_dots_fit_any_scale(highest):
    svg = dots(highest, highest)
    assert len(named(svg, "circle")) == highest
    assert named(svg, "svg")[0]["width"] == str(16 * highest - 2)


def test_dots_next_to_their_words_are_silent():
    assert 'aria-hidden="true"' in dots(2, 4, is_decoration=True)
    assert "title" not in dots(2, 4, is_decoration=True)


def test_a_mean_is_drawn_to_the_nearest_dot_and_said_with_its_decimal():
    svg = dots(2.5, 4)
    assert len([dot for dot in named(svg, "circle") if dot["fill"] == PLUM]) == 3
    assert words(svg, "title") == "Level 2.5 of 4"


def test_the_meter_reaches_as_far_as_the_score_and_marks_the_target():
    bars = named(meter(3, [1, 2, 3, 4, 5], 4), "rect")
    assert bars[1]["width"] == "200.0"
    assert bars[-1]["x"] == "298"


def test_the_meter_of_an_unknown_score_is_a_dashed_track_and_no_bar():
    bars = named(meter(None, LEVELS), "rect")
    assert len(bars) == 1
    assert "stroke-dasharray" in bars[0]
    assert bars != named(meter(0, LEVELS), "rect")


def test_the_meter_keeps_the_target_mark_whole_at_the_end_of_the_track():
    assert named(meter(1, LEVELS, 4), "rect")[-1]["x"] == "394"


def test_the_radar_draws_score_and_target_and_says_both():
    svg = radar(SEVEN, LEVELS, title="Your scores A to G against the target")
    assert words(svg, "title") == "Your scores A to G against the target"
    assert words(svg, "desc").startswith("Score and target, from 0 to 4: A 2.0, target 2.8; B 1.0, target 1.5;")
    # A's score of 2 lies half-way up the first axis.
    solid = next(shape for shape in named(svg, "polygon") if "fill-opacity" in shape)
    assert solid["points"].split()[0] == "210.0,132.3"
    assert len([shape for shape in named(svg, "polygon") if "stroke-dasharray" in shape]) == 1


def test_the_radar_breaks_its_line_at_an_unknown_competence():
    axes = [*SEVEN[:1], Axis("B", None, 1.5), *SEVEN[2:]]
    svg = radar(axes, LEVELS, title="Scores")
    assert "B unknown, target 1.5" in words(svg, "desc")
    assert len(named(svg, "polyline")) == 5  # between the six that are known, not across B
    assert "?" in list(ET.fromstring(svg).itertext())


def test_two_competences_make_no_radar():
    assert radar(SEVEN[:2], LEVELS, title="Scores") == ""


def test_two_radars_of_one_page_have_ids_of_their_own():
    first = radar(SEVEN, LEVELS, title="Scores", name="first")
    second = radar(SEVEN, LEVELS, title="Scores", name="second")
    assert not set(re.findall(r' id="([^"]+)"', first)) & set(re.findall(r' id="([^"]+)"', second))


def test_long_codes_stay_inside_the_radar():
    svg = radar([Axis("CMS-OUTCOME-0001", 1.0, None)] * 4, LEVELS, title="Scores")
    width = float(named(svg, "svg")[0]["width"])
    for path in named(svg, "path"):
        assert float(re.match(r"M([\d.]+)", path["d"])[1]) >= 0
    for text in named(svg, "text"):
        assert 0 <= float(text["x"]) <= width


def test_charts_escape_codes_and_titles():
    hostile = "<script>alert(1)</script>"
    svg = radar([Axis(hostile, 1.0, 2.0)] * 3, LEVELS, title=hostile)
    assert "<script" not in svg
    assert words(svg, "title") == hostile


POINTS = [
    Point(date(2024, 3, 1), 1.4, 24, 24),
    Point(date(2025, 3, 1), 1.7, 24, 24),
    Point(date(2026, 4, 1), 2.1, 22, 24),
]


def test_progress_is_a_line_through_every_mean_with_its_date():
    svg = progress(POINTS, LEVELS, title="Your average level over time")
    assert len(named(svg, "polyline")[0]["points"].split()) == 3
    assert words(svg, "desc") == (
        "Mar 2024: 1.4 with 24 of 24 rated; Mar 2025: 1.7 with 24 of 24 rated; Apr 2026: 2.1 with 22 of 24 rated."
    )


def test_no_upright_runs_through_the_number_of_a_point():
    on_the_day = progress(POINTS, LEVELS, title="Progress", revised=[POINTS[-1].day])
    assert on_the_day.count("<rect") == 1
    assert on_the_day.index("stroke-dasharray") < on_the_day.index("<rect") < on_the_day.rindex('font-weight="700"')
    assert "<rect" not in progress(POINTS, LEVELS, title="Progress", revised=[date(2020, 1, 1)])


def test_progress_marks_where_the_framework_was_revised():
    svg = progress(POINTS, LEVELS, title="Progress", revised=[date(2025, 6, 1)])
    assert "Framework revised in Jun 2025." in words(svg, "desc")
    assert len([line for line in named(svg, "line") if "stroke-dasharray" in line]) == 1
    assert "Framework revised" not in progress(POINTS, LEVELS, title="Progress", revised=[date(2020, 1, 1)])


def test_progress_labels_do_not_run_into_each_other():
    crowded = [Point(date(2026, 3, day), 1.5, 24, 24) for day in range(1, 31)]
    svg = progress(crowded, LEVELS, title="Progress")
    assert len(named(svg, "circle")) == 30
    places = sorted({float(text["x"]) for text in named(svg, "text") if text.get("font-weight")})
    assert all(second - first >= LABEL_ROOM for first, second in itertools.pairwise(places))


def test_charts_round_as_the_page_does():
    page = Template("{{ mean|floatformat:1 }}").render(Context({"mean": 2.15}))
    assert f"A {page}" in words(radar([Axis("A", 2.15, None)] * 3, LEVELS, title="Scores"), "desc")


def test_one_assessment_is_one_point():
    assert len(named(progress(POINTS[:1], LEVELS, title="Progress"), "circle")) == 1


scales = st.integers(0, 3).flatmap(lambda low: st.integers(2, 10).map(lambda count: list(range(low, low + count))))


@given(scale=scales, data=st.data())
def test_every_chart_is_well_formed_and_stays_inside_its_frame(scale, data):
    value = st.none() | st.floats(scale[0], scale[-1])
    axes = [Axis(f"C{index}", data.draw(value), data.draw(value)) for index in range(data.draw(st.integers(3, 12)))]
    svg = radar(axes, scale, title="Scores")
    frame = named(svg, "svg")[0]
    for circle in named(svg, "circle"):
        assert 0 <= float(circle["cx"]) <= float(frame["width"])
        assert 0 <= float(circle["cy"]) <= float(frame["height"])
    for bar in named(meter(data.draw(value), scale, data.draw(value)), "rect"):
        assert float(bar["x"]) >= 0
        assert float(bar["x"]) + float(bar["width"]) <= METER_WIDTH + 0.2


def test_no_chart_needs_a_style_that_the_policy_would_block():
    drawn = [
        dots(1, 4, 3),
        meter(1, LEVELS, 2),
        radar(SEVEN, LEVELS, title="Scores"),
        progress(POINTS, LEVELS, title="Progress"),
    ]
    assert not [svg for svg in drawn if "style" in svg or "href" in svg]


def test_templates_draw_charts_by_their_tags():
    page = Template(
        "{% load charts %}{% dots 1 4 target=3 %}{% meter 1 levels 2 %}{% radar axes levels 'Scores' %}"
        "{% progress points levels 'Progress' %}"
    ).render(Context({"axes": SEVEN, "levels": LEVELS, "points": POINTS}))
    assert page.count("<svg") == 4
    assert "&lt;" not in page


def test_the_mark_beside_the_radar_is_drawn_as_the_radar_draws():
    score, target = radar_mark(), radar_mark(is_target=True)
    assert {shape.get("stroke") or shape["fill"] for _name, shape in shapes(score)[1:]} == {drawing.PLUM}
    assert {shape["stroke"] for _name, shape in shapes(target)[1:]} == {drawing.RUST}
    assert "stroke-dasharray" in target
    assert "stroke-dasharray" not in score


@pytest.mark.parametrize("highest", range(1, 10))
def test_the_dots_of_a_tile_fit_any_scale(highest):
    for level in range(highest + 1):
        circles = named(tile_dots(level, highest), "circle")
        assert [circle["fill"] for circle in circles] == ["currentColor"] * level + ["none"] * (highest - level)


def test_the_points_of_a_ring_go_clockwise_from_the_top():
    assert drawing.around(0, 10, drawing.Place(50, 50)) == (50, 40)
    assert drawing.around(math.pi / 2, 10, drawing.Place(50, 50)) == pytest.approx((60, 50))


def test_colours_are_written_once_and_are_those_of_the_style_sheet(checkout):
    written = {
        str(path.relative_to(checkout)): re.findall(r"#[0-9a-fA-F]{6}", path.read_text())
        for path in checkout.glob("assessments/**/*.py")
    }
    assert [name for name, colours in written.items() if colours] == ["assessments/charts/drawing.py"]
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", (checkout / "static/css/app.css").read_text()))
    drawn = {name.lower().replace("_", "-"): value for name, value in vars(drawing).items() if name.isupper()}
    same = drawn.keys() & tokens.keys()
    assert {"plum", "plum-deep", "rust", "ink", "line"} <= same
    assert {name: drawn[name] for name in same} == {name: tokens[name] for name in same}
