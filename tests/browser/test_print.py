"""Pages on paper: nothing is printed over anything else, and nothing is left folded away."""

import re
import subprocess

import pytest

WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


@pytest.fixture
def printed(page, tmp_path):
    """What Chromium prints of the open page: the words of each sheet as (left, top, right, bottom, text), in points."""

    def printed():
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


@pytest.mark.parametrize(
    "address", ["/assessments/profile/", "/frameworks/kip/", "/frameworks/kip/revisions/2021.11/new-partnerships/"]
)
def test_nothing_is_printed_over_anything_else(address, page, sign_in, printed, ana, anas, anas_module):
    sign_in(page, ana)
    page.goto(address)
    assert [list(overprinted(sheet)) for sheet in printed()] == [[]] * len(printed())


def test_the_profile_prints_every_gap(page, sign_in, printed, ana, anas, anas_module):
    sign_in(page, ana)
    page.goto("/assessments/profile/")
    text = " ".join(word[4] for sheet in printed() for word in sheet)
    codes = re.findall(r"[A-G]\d(?=[A-Z])", " ".join(page.locator("li.gap").all_text_contents()))
    assert len(codes) > 4, "the first four are never folded away"
    assert [code for code in codes if f" {code} " not in text] == []
    assert "Main" not in text
