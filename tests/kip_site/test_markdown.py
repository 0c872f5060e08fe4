"""Texts of materials: what authors write is shown well and can do no harm."""

import re

import pytest

from kip_site.markdown import html, is_safe_link


def test_paragraphs_lists_and_emphasis_are_shown():
    shown = html("Ask *first*.\n\n- a **goal**\n- a date")
    assert "<p>Ask <em>first</em>.</p>" in shown
    assert "<li>a <strong>goal</strong></li>" in shown


def test_the_highest_heading_follows_the_heading_of_the_page():
    assert re.findall(r"<(h\d)>", html("### One\n\n#### Two\n\n### Three")) == ["h2", "h3", "h2"]


def test_a_heading_that_jumps_a_level_is_drawn_near():
    assert re.findall(r"<(h\d)>", html("## One\n\n##### Two\n\n## Three")) == ["h2", "h3", "h2"]


def test_a_first_heading_that_is_not_the_highest_still_begins_at_the_top():
    assert re.findall(r"<(h\d)>", html("#### One\n\n## Two")) == ["h2", "h2"]


def test_raw_html_stays_text():
    shown = html('<script>alert(1)</script>\n\nA <b onclick="x">word</b>')
    assert "<script" not in shown
    assert "<b" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,hello",
        "vbscript:x",
        "file:///etc/passwd",
        "//other.example/",
    ],
)
def test_an_unsafe_address_becomes_no_link(address):
    assert "<a " not in html(f"[here]({address})")
    assert "<a " not in html(f"[here](<{address}>)")


@pytest.mark.parametrize("address", ["/\\other.example/", "\\\\other.example", "http://[half", "ftp://other.example/"])
def test_an_address_that_browsers_may_read_in_another_way_is_unsafe(address):
    assert not is_safe_link(address)


@pytest.mark.parametrize("address", ["https://keepinpact.eu/", "mailto:ana@kvarner.example", "/training/", "#top"])
def test_a_safe_address_becomes_a_link(address):
    assert f'href="{address}"' in html(f"[here]({address})")


def test_a_link_that_leads_away_says_so_to_the_browser():
    assert 'rel="noopener external"' in html("[here](https://keepinpact.eu/)")
    assert "rel=" not in html("[here](/training/)")


def test_a_picture_is_left_out():
    assert "<img" not in html("![map](https://other.example/map.png)")


def test_a_table_scrolls_in_a_region_that_the_keyboard_reaches():
    shown = html("### Costs & *hours*\n\n| Who | Hours |\n|---|--:|\n| Ana | 3 |")
    assert 'role="region" tabindex="0" aria-label="Table: Costs &amp; hours"' in shown
    assert '<th scope="col">Who</th>' in shown
    assert '<td class="at-end">3</td>' in shown
    assert "style=" not in shown


def test_a_check_list_is_marked():
    shown = html("- [ ] a date\n- [x] a name\n- a rest")
    assert '<li class="check">a date</li>' in shown
    assert '<li class="check is-checked">a name</li>' in shown
    assert "<li>a rest</li>" in shown
