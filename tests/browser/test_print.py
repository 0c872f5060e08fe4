"""Pages on paper: nothing is printed over anything else, and nothing is left folded away."""

import re
import subprocess

import pytest
from django.urls import reverse

from frameworks.publishing import actions
from tests.published import FIXTURES

WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


@pytest.fixture
def printed(tmp_path):
    """What Chromium prints: `printed(page)`, of each sheet its words as (left, top, right, bottom, text), in points."""

    def printed(page):
        paper = tmp_path / "paper.pdf"
        page.pdf(path=paper, format="A4")
        found = subprocess.run(["pdftotext", "-bbox", paper, "-"], capture_output=True, check=True, text=True).stdout
        return [
            [(*map(float, word[:4]), word[4]) for word in WORD.findall(sheet)] for sheet in found.split("<page")[1:]
        ]

    return printed


def overprinted(words):
    """Pairs of words that share more than a third of the lower one's height, and some width."""
    for place, (left, top, right, bottom, text) in enumerate(words):
        for other_left, other_top, other_right, other_bottom, other in words[place + 1 :]:
            height = min(bottom, other_bottom) - max(top, other_top)
            if min(right, other_right) - max(left, other_left) > 1 and height > (bottom - top) / 3:
                yield text, other


# A page ends somewhere else when what stands first is so many pixels longer.
@pytest.mark.parametrize("longer", [0, 40, 95, 150])
def test_the_profile_prints_every_gap_once_wherever_a_page_ends(
    longer, open_page, sign_in, printed, ana, anas, anas_module
):
    page = open_page(bypass_csp=True)
    sign_in(page, ana)
    page.goto(f"/assessments/{anas.pk}/profile/?all")
    page.add_style_tag(content=f"main {{ margin-top: {longer}px }}")
    sheets = printed(page)
    assert [list(overprinted(sheet)) for sheet in sheets] == [[]] * len(sheets)
    text = " ".join(word[4] for sheet in sheets for word in sheet)
    codes = re.findall(r"[A-G]\d(?= [A-Z])", " ".join(page.locator("li.gap").all_text_contents()))
    assert len(codes) == 8
    assert [code for code in codes if f" {code} " not in text] == []
    assert "Main" not in text, "the navigation stays off the paper"


@pytest.mark.parametrize("address", ["/frameworks/kip/", "/frameworks/kip/revisions/2021.11/new-partnerships/"])
def test_nothing_of_a_framework_is_printed_over_anything_else(address, page, sign_in, printed, ana, kip):
    sign_in(page, ana)
    page.goto(address)
    sheets = printed(page)
    assert [list(overprinted(sheet)) for sheet in sheets] == [[]] * len(sheets)


def test_the_preview_of_a_revision_is_good_to_circulate_on_paper(page, sign_in, printed, elodie, kip, anas):
    file = FIXTURES / "repository_of_skills_draft.yaml"
    draft = actions.import_draft(file.read_bytes(), file.name, elodie)
    sign_in(page, elodie)
    page.goto(reverse("frameworks:draft", args=[draft.pk]))
    sheets = printed(page)
    assert [list(overprinted(sheet)) for sheet in sheets] == [[]] * len(sheets)
    texts = [" ".join(word[4] for word in sheet) for sheet in sheets]
    text = " ".join(texts)

    # What it is, of when, and which sheet of how many.
    assert "What revision 2026.1-draft changes Repository of skills, dated 15 January 2026." in text
    assert re.search(r"Printed on \d+ \w+ \d{4}, \d\d:\d\d, with the numbers of people", texts[0])
    assert all(f"{number} / {len(sheets)}" in each for number, each in enumerate(texts, 1))
    # The numbers and what happens to people come first, then every change.
    assert text.index(" unchanged ") < text.index("What happens to people") < text.index("Developing and formalising")
    headings = page.locator(".change strong:first-child").all_inner_texts()
    assert len(headings) > 60
    assert [heading for heading in headings if heading not in text] == []
    # Words that differ are marked by signs, so that they are told apart without colours.
    assert "Knowledge of relevant − legislative + legislation" in text
    # Nothing is cut at the edge, and nothing is there to be pressed.
    assert all(word[0] > 0 and word[2] < 595 and word[3] < 842 for sheet in sheets for word in sheet)
    controls = ("Publish 2026.1", "Discard", "I have read", "Edit this draft")
    assert [control for control in controls if control in text] == []
