"""The limits and patterns of framework files, read from `kip-framework-1.schema.json`, which alone defines them.

Models, forms, tables and other file formats use them too; `rules` makes its rules from the same schema.
"""

import json
import re
from pathlib import Path

SCHEMA_FILE = Path(__file__).parent.parent / "kip-framework-1.schema.json"
SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
DEFINITIONS = SCHEMA["$defs"]


def in_python(pattern: str) -> str:
    r"""The pattern with `\Z` in place of a final `$`, which in Python also matches before a line break at the end."""
    return re.sub(r"\$\Z", r"\\Z", pattern)


def longest(pattern: str) -> int:
    """The greatest length of a text that matches a pattern of one character followed by {0,n} more."""
    return 1 + int(re.findall(r"\{0,(\d+)\}", pattern)[0])


ID_PATTERN = in_python(DEFINITIONS["id"]["pattern"])
LONGEST_ID = longest(ID_PATTERN)
KEY_PATTERN = rf"^[a-z0-9][a-z0-9-]{{0,{LONGEST_ID - 1}}}\Z"  # of ids that become part of a URL, in other formats
VERSION_PATTERN = in_python(DEFINITIONS["version"]["pattern"])
LONGEST_VERSION = longest(VERSION_PATTERN)
ESCO_PATTERN = in_python(DEFINITIONS["esco"]["pattern"])
LONGEST_CODE = DEFINITIONS["code"]["maxLength"]
LONGEST_TEXT = DEFINITIONS["plain_text"]["maxLength"]
LONGEST_NAME = DEFINITIONS["name"]["maxLength"]
LONGEST_ESCO = DEFINITIONS["esco"]["maxLength"]
LOWEST_EQF, HIGHEST_EQF = DEFINITIONS["eqf"]["minimum"], DEFINITIONS["eqf"]["maximum"]
FEWEST_LEVELS = DEFINITIONS["scale"]["properties"]["levels"]["minItems"]
MOST_LEVELS = DEFINITIONS["scale"]["properties"]["levels"]["maxItems"]
HIGHEST_VALUE = DEFINITIONS["level"]["properties"]["value"]["maximum"]
