"""One question as a page asks it: its tiles, and what it shows of what could not be saved."""

from html.parser import HTMLParser

import pytest
from django.forms import Form
from django.utils.html import conditional_escape

from assessments.questionnaire.answers import Answer
from assessments.questionnaire.scales import ScaleLevel, scales_of
from assessments.rating.page import Question
from frameworks.models import Kind, Level

HOSTILE = "<b>\"one\" & 'only'</b>"


class Tags(HTMLParser):
    """The elements of a piece of HTML as [(name, attributes)]; fails where one is not closed."""

    def __init__(self, text):
        super().__init__()
        self.found, self.open, self.words = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in {"input", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def question(**fields):
    values = {
        "pk": 12, "code": "A1", "text": "", "answer": Answer(), "seen": "", "saved_at": None, "last_time": "",
        "last_level": None, "save_address": "/", "evidence": [], "outcomes": [],
        "levels": tuple(
            ScaleLevel(str(value), value, label, "", conditional_escape(str(value)), conditional_escape(label))
            for value, label in enumerate(("Not yet", HOSTILE, "Alone"))
        ),
    }  # fmt: skip
    return Question(**values | fields)


def test_each_level_is_a_tile_with_a_radio_button():
    tags = Tags(question().tiles)
    inputs = [attributes for tag, attributes in tags.found if tag == "input"]
    assert inputs == [{"type": "radio", "name": "q12-choice", "value": value} for value in "012"]
    assert [attributes for tag, attributes in tags.found if tag == "label"] == [{"class": "level"}] * 3
    assert HOSTILE in "".join(tags.words)
    assert "b" not in {tag for tag, _attributes in tags.found}


@pytest.mark.parametrize("level", [0, 2])
def test_the_tile_of_the_answer_is_checked(level):
    tags = Tags(question(answer=Answer(level)).tiles)
    checked = [attributes["value"] for tag, attributes in tags.found if "checked" in attributes]
    assert checked == [str(level)]


@pytest.mark.parametrize("level", [0, 2])
def test_the_tile_of_the_last_time_says_so(level):
    labels = [attributes for tag, attributes in Tags(question(last_level=level).tiles).found if tag == "label"]
    assert labels.pop(level) == {"class": "level level-last", "data-last": "last time"}
    assert labels == [{"class": "level"}] * 2


def test_what_a_scale_says_is_text_wherever_it_stands(kip):
    level = Level.objects.filter(scale__revision=kip).order_by("value")[1]
    level.label, level.descriptors = {"en": HOSTILE}, {Kind.SKILL.value: {"en": f"I am {HOSTILE}"}}
    level.save()
    scale = scales_of(kip, [Kind.SKILL])[Kind.SKILL]
    tiles, legend = Tags(question(levels=scale.levels).tiles), Tags(scale.legend)
    assert {tag for tag, _attributes in tiles.found} == {"label", "span", "input", "svg", "circle", "b"}
    assert {tag for tag, _attributes in legend.found} == {"ul", "li", "svg", "circle", "p", "strong", "br", "span"}
    assert f"{HOSTILE}. I am {HOSTILE}" in "".join(tiles.words)
    assert f"1 {HOSTILE}I am {HOSTILE}" in "".join(legend.words)


def test_a_question_shows_each_error_of_what_could_not_be_added():
    form = Form({})
    form.is_valid()
    asked = question()
    asked.show_refused(form)
    assert (asked.link_error, asked.file_error, asked.has_more) == ("", "", True)
    form.errors["file"] = form.error_class(["Too large.", "And empty."])
    asked.show_refused(form)
    assert (asked.link_error, asked.file_error) == ("", "Too large.")
