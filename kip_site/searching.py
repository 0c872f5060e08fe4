"""How all searches of the site compare texts: ignoring case and accents. Pure."""

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse

# Letters that Unicode does not decompose into a plain letter and a mark, and how they are typed without such keys.
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
    """The text in lower case without accents: "Łukasz Tokmadžić" is "lukasz tokmadzic", "Straße" is "strasse".

    Names are also sorted by it: databases put Č after Z, and SQLite does not know that č is its lower case.
    """
    small = text.lower()
    # A fast path for most texts: ten thousand may be searched at once.
    return small if small.isascii() else NOT_ASCII.sub(lambda found: _plain(found[0]), small)


# Called for few letters of a text, and often for the same ones.
@lru_cache(maxsize=1024)
def _plain(letters):
    without_marks = filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", letters))
    return "".join(without_marks).casefold().translate(PLAIN)


def matches(words: str, text: str) -> bool:
    """Whether the text contains all the words, in any order: "saric ana" matches "Ana Šarić". No words always match."""
    plain = folded(text)
    return all(word in plain for word in folded(words).split())
