"""The longest names that can be entered, without a place to break them, on a phone and on a tablet."""

import pytest

from training.models import Assignment, Module

# 150 letters, which is the most that a person's name may have.
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 4 + "Ž" * 10


@pytest.fixture
def assignment(anas_shared, anas_module, ana, marco, petra, kvarner):
    """Ana's assignment; everybody and everything of it bears one endless word."""
    for named in (ana, marco, petra, kvarner):
        named.name = LONG
        named.save()
    Module.objects.update(title=LONG)
    anas_module.materials.create(position=2, kind="text", title=LONG, minutes=45, body=LONG)
    return Assignment.objects.create(person=ana, module=anas_module, assigned_by=marco, organisation=kvarner)


@pytest.mark.parametrize(
    ("reader", "addresses"),
    [
        ("ana", ["/", "/account/", "/assessments/profile/", "/training/plan/", "/training/modules/common-goals/2/"]),
        ("ana", ["/training/", "/training/modules/common-goals/"]),
        ("marco", ["/", "/assessments/people/", "/assessments/{assessment}/profile/"]),
        ("marco", ["/training/assignments/", "/training/assignments/{assignment}/"]),
        ("petra", ["/", "/organisation/", "/organisation/kvarner/invite/", "/organisation/kvarner/people/{ana}/"]),
    ],
)
def test_one_endless_word_makes_no_page_scroll_sideways(
    reader, addresses, page, axe, sign_in, request, assignment, anas_shared, ana
):
    sign_in(page, request.getfixturevalue(reader))
    for address in addresses:
        page.goto(address.format(assessment=anas_shared.pk, assignment=assignment.pk, ana=ana.pk))
        axe(page, widths=(320, 768))
