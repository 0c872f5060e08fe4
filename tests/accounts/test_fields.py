"""A form field as templates/_field.html draws it."""

import pytest
from django import forms
from django.template.loader import render_to_string

from tests.words import in_one_line


class Letter(forms.Form):
    subject = forms.CharField(help_text="One line.")
    note = forms.CharField(required=False, widget=forms.Textarea)
    copy = forms.BooleanField(label="Send me a copy", required=False)
    colour = forms.ChoiceField(choices=[("r", "Red"), ("g", "Green")], widget=forms.RadioSelect)


def draw(name, data=None):
    return in_one_line(render_to_string("_field.html", {"field": Letter(data)[name]}))


def test_a_field_has_its_label_its_control_and_its_hint():
    html = draw("subject")
    assert '<label for="id_subject">Subject</label>' in html
    assert 'class="input"' in html
    assert 'aria-describedby="id_subject_helptext"' in html
    assert '<p class="hint" id="id_subject_helptext">One line.</p>' in html
    assert "aria-invalid" not in html


def test_a_field_with_a_fault_says_so_to_everyone():
    html = draw("subject", {"subject": ""})
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_subject_helptext id_subject_error"' in html
    assert '<div id="id_subject_error"><p class="error-text">This field is required.</p></div>' in html


def test_a_field_that_may_stay_empty_says_so():
    assert "(optional)" in draw("note")
    assert "(optional)" not in draw("subject")


def test_a_tick_box_stands_before_its_label_and_is_not_called_optional():
    html = draw("copy")
    assert html.index('type="checkbox"') < html.index("Send me a copy")
    assert "(optional)" not in html


@pytest.mark.parametrize("data", [None, {"colour": ""}])
def test_a_group_of_choices_has_a_legend_and_each_choice_its_own_label(data):
    html = draw("colour", data)
    assert "<legend>Colour</legend>" in html
    assert html.count('<label class="choice">') == 2
    assert ("This field is required." in html) == (data is not None)
