"""What people do before a release is kept is run once a release: until then, only its addresses are looked at."""

import re
from pathlib import Path

from tests.test_architecture import own_addresses


def test_the_pages_that_people_use_are_there():
    text = (Path(__file__).parent / "lived_in.py").read_text()
    used = set(re.findall(r'\.(?:press|read)\(\s*"([\w:]+)"', text))
    assert len(used) > 10
    assert used <= own_addresses()
