"""Reads lists of addresses as people paste them: from a column of a table, or from the "To" of an e-mail."""

import re
from dataclasses import dataclass

from kip_site.addresses import is_address, normalised

# Up to a comma or semicolon that stands neither in a name in quotation marks nor between < and >.
_ENTRY = re.compile(r'(?:\s*"[^"]*"\s*(?=<))?(?:<[^<>]*>|[^,;])+')
_IN_BRACKETS = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Pasted:
    line: int  # its number, from 1
    text: str  # the address as it is stored, or what was read instead of one

    @property
    def is_address(self) -> bool:
        return is_address(self.text)


def read(text: str) -> list[Pasted]:
    """What the text names, in its order; each address once, with its first line. Nothing that was typed is left out."""
    found: dict[str, Pasted] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for entry in _ENTRY.findall(line):
            for address in _addresses(entry):
                found.setdefault(address, Pasted(number, address))
    return list(found.values())


def _addresses(entry: str) -> list[str]:
    """Those of 'Ana <ana@x>', 'ana@x ivo@x', or 'Ana <ana@x> Ivo <ivo@x>'; the whole entry if it is none of these."""
    read: list[str] = []
    end = 0
    for found in _IN_BRACKETS.finditer(entry):
        # Before a name there may be addresses without one: each word with an @ is taken for one.
        before = _without_quoted_name(entry[end : found.start()])
        read += [word.strip("'()") for word in before.split() if "@" in word]
        read.append(found[1] if normalised(found[1]) else entry)
        end = found.end()
    words = entry[end:].split()
    if not all("@" in word for word in words):
        return [text] if (text := normalised(entry)) else []
    return [address for address in map(normalised, [*read, *words]) if address or read]


def _without_quoted_name(text: str) -> str:
    """What stands before the name in quotation marks with which the text ends."""
    text = text.rstrip()
    begin = text.rfind('"', 0, -1) if text.endswith('"') else -1
    return text if begin < 0 else text[:begin]
