"""Small numbers that requests bring along."""

import pytest

from kip_site.requests import HIGHEST_KEY, number


@pytest.mark.parametrize(
    ("text", "found"),
    [("0", 0), ("7", 7), ("007", 7), ("0" * 5_000 + "7", 7), (str(HIGHEST_KEY), HIGHEST_KEY), ("00", 0)],
)
def test_plain_digits_are_a_number(text, found):
    assert number(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "٣",
        "²",
        "①",
        "+1",
        "-1",
        "1e3",
        "1.0",
        "1_000",
        " 1",
        "1\n",
        "1\0",
        "\0",
        str(HIGHEST_KEY + 1),
        "9" * 5_000,
    ],
)
def test_anything_else_is_none(text):
    assert number(text) is None


def test_there_may_be_a_smaller_limit():
    assert (number("99", most=99), number("100", most=99), number("000100", most=99)) == (99, None, None)
