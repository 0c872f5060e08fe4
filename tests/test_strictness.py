"""The tests' own alarm must ring: a variable missing from a template of ours is noted, one with a default is not."""

import pytest
from django.conf import settings
from django.template import Context, Origin, Template

from tests import strictness

OURS = str(settings.BASE_DIR / "templates" / "page.html")


def missing_from(source: str, name: str = OURS) -> list[str]:
    """Render the source as if it stood in that file; return what was noted, and forget it again."""
    Template(source, origin=Origin(name, template_name="page.html")).render(Context({"person": "Ana"}))
    noted = list(strictness.missing)
    strictness.missing.clear()
    return noted


@pytest.mark.parametrize(
    "source",
    [
        "{{ absent }}",
        "{{ person.absent }}",
        "{{ absent|upper }}",
        "{% with name=absent %}{% endwith %}",
        "{% load i18n %}{% blocktranslate %}Hello {{ absent }}{% endblocktranslate %}",
    ],
)
def test_a_missing_variable_is_noted(source):
    assert len(missing_from(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "{{ person }}",
        "{% if absent %}yes{% endif %}",
        '{{ absent|default:"nobody" }}',
        "{% load i18n %}{% blocktranslate %}Hello {{ person }}{% endblocktranslate %}",
    ],
)
def test_what_a_template_allows_for_is_not(source):
    assert missing_from(source) == []


def test_templates_of_packages_are_their_own_business():
    assert missing_from("{{ absent }}", name="/elsewhere/admin/index.html") == []
