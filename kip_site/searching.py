"""How every search of the site compares texts: whatever their case and accents. Pure."""

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse

# Letters that do not come apart into a plain one and a mark, as people type them whose keyboard lacks them.
PLAIN = str.maketrans(
    {
        "æ": "ae",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "ł": "l",
        "ŋ": "n",
        "ø": "o",
        "œ": "oe",
        "þ": "th",
        "ŧ": "t",
    }
)


NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def folded(text: str) -> str:
    """The text in small letters without accents: "Łukasz Tokmadžić" is "lukasz tokmadzic", "Straße" is "strasse".

    Names are sorted by it, too: databases put Č after Z, and SQLite does not know that č is its small letter.
    """
    small = text.lower()
    # Most texts are done here, and ten thousand are searched at once.
    return small if small.isascii() else NOT_ASCII.sub(lambda found: _plain(found[0]), small)


# Of a text only a few letters take this way, and the same ones come again and again.
@lru_cache(maxsize=1024)
def _plain(letters):
    without_marks = filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", letters))
    return "".join(without_marks).casefold().translate(PLAIN)


def matches(words: str, text: str) -> bool:
    """Whether the text holds each of the words, in whatever order: "saric ana" matches "Ana Šarić". No words match."""
    plain = folded(text)
    return all(word in plain for word in folded(words).split())
