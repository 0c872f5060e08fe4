import pytest

from assessments.questionnaire.answers import NEVER_SAVED, Answer, SavedAnswer, Seen


@pytest.mark.parametrize(
    ("choice", "answer"),
    [
        ("3", Answer(level=3)),
        ("0", Answer(level=0)),
        ("na", Answer(does_not_apply=True)),
        ("", Answer()),
    ],
)
def test_a_choice_reads_and_writes_the_same(choice, answer):
    assert Answer.read(choice) == answer
    assert answer.choice == choice


@pytest.mark.parametrize("choice", ["x", "-1", "1.5", "٣", "12345", "NA", " 1"])
def test_what_no_radio_button_sends_is_refused(choice):
    with pytest.raises(ValueError, match="is not an answer"):
        Answer.read(choice)


def test_an_answer_is_a_level_or_does_not_apply_but_not_both():
    with pytest.raises(ValueError, match="not both"):
        Answer(level=1, does_not_apply=True)


def test_zero_is_given_and_nothing_is_not():
    assert Answer(level=0).is_given
    assert Answer(does_not_apply=True).is_given
    assert not Answer(comment="a thought").is_given


def test_line_ends_of_browsers_do_not_make_another_comment():
    assert Answer.read("1", "one\r\ntwo ") == Answer.read("1", "one\ntwo")


def test_seen_travels_through_the_page_and_back():
    saved = SavedAnswer(Answer(2, comment="since May"), 7)
    seen = Seen.read(str(saved.seen))
    assert seen.version == 7
    assert seen.is_of(Answer(2, comment="since May"))
    assert not seen.is_of(Answer(2))
    assert not seen.is_of(Answer(3, comment="since May"))
    assert NEVER_SAVED.seen.is_of(Answer())


@pytest.mark.parametrize("text", ["", "7", "x.abc", "-1.abc", "1234567890.abc"])
def test_what_no_page_of_ours_says_is_refused(text):
    with pytest.raises(ValueError, match="seen"):
        Seen.read(text)
