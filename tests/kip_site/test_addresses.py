"""One form for each e-mail address, however it was typed or pasted."""

import pytest

from kip_site.addresses import is_address, normalised

INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u2066\u061c\ufe0f\u034f"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ana@Kvarner.example", "ana@kvarner.example"),
        ("\u00a0\u2003ana@kvarner.example\u3000\t", "ana@kvarner.example"),
        ("ana@žito.example", "ana@xn--ito-b3a.example"),
        ("ana@ŽITO.example", "ana@xn--ito-b3a.example"),
        ("ana@z\u030cito.example", "ana@xn--ito-b3a.example"),
        ("ana@ｋvarner。example", "ana@kvarner.example"),
        ("ana@straße.example", "ana@xn--strae-oqa.example"),
        *((f"{sign}a{sign}na{sign}@kvarner{sign}.example{sign}", "ana@kvarner.example") for sign in INVISIBLE),
    ],
)
def test_an_address_has_one_form(typed, stored):
    assert normalised(typed) == stored
    assert normalised(stored) == stored
    assert is_address(stored)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ana",
        "šarić",
        "č@x.example",
        "\u212aivo@x.example",
        "ıvo@x.example",
        "a@b\u200b",
        "a@-č-.example",
        "a@☃.example",
        "a@" + "č" * 64 + ".example",
        "a" * 250 + "@x.example",
        "a b@x.example",
        "a@x.example\nb@x.example",
        "@",
        "ž@",
    ],
)
def test_what_is_no_address_is_not_made_one(typed):
    assert not is_address(normalised(typed))
    assert normalised(normalised(typed)) == normalised(typed)
