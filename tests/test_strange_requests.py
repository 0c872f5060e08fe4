"""A few of the requests that no browser sends; `make drills` tries all of them."""

from random import Random

from tests import strange

OF_EACH_KIND = 60


def test_strange_requests_are_no_errors_and_change_nothing_where_they_are_refused(scene):
    chance = Random(strange.SEED)
    visitors = strange.Visitors(scene)
    entries = chance.sample(strange.doors(scene), 40)
    found = strange.forms(visitors, entries)
    for requests in (
        strange.strange_headers(chance, entries),
        strange.strange_addresses(chance, entries),
        strange.strange_forms(chance, found),
        strange.sent_anywhere(chance, entries, found, scene),
    ):
        wrong = strange.faults(visitors, chance.sample(requests, min(len(requests), OF_EACH_KIND)))
        assert not wrong, "\n\n".join(wrong)
