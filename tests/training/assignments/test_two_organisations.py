"""Ana is in two organisations, whose trainers ask her to take modules: neither learns of the other, or of her own plan.

Hugo is a trainer at the Rhône, and nothing at Kvarner; Nika is a trainer at the Rhône, and Ana's colleague at Kvarner.
"""

from datetime import timedelta
from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from kip_site.accounts import access
from kip_site.accounts.models import Membership, Organisation, Role, User
from kip_site.accounts.organisation import actions as organisation_actions
from kip_site.refusals import Refused
from tests.at_once import at_once
from tests.words import in_one_line, said, words
from training.assignments import actions, plan
from training.models import Assignment, Material, Module, Step
from training.urls import urlpatterns

pytestmark = pytest.mark.django_db
MODULE = "/training/modules/agreements/"


@pytest.fixture
def ana(ana, rhone):
    """Ana is a member of both organisations."""
    Membership.objects.create(user=ana, organisation=rhone, role=Role.PRACTITIONER)
    return ana


@pytest.fixture
def nika(kvarner, rhone):
    nika = User.objects.create(email="nika@kvarner.example", name="Nika Babić")
    Membership.objects.create(user=nika, organisation=kvarner, role=Role.PRACTITIONER)
    Membership.objects.create(user=nika, organisation=rhone, role=Role.TRAINER)
    return nika


@pytest.fixture
def hugos(hugo, ana, agreements, rhone):
    """The same module, which Hugo asks Ana to take at the Rhône."""
    return actions.assign(hugo, ana, agreements, rhone, timezone.localdate() + timedelta(days=5), "For the audit.")


@pytest.fixture
def own(ana, agreements):
    """The same module on Ana's own plan, where it may have been before anybody asked her to take it."""
    return Assignment.objects.create(person=ana, module=agreements, assigned_by=ana)


def steps(assignment):
    return sorted(assignment.steps.values_list("material__position", flat=True))


def material(assignment, position):
    return assignment.module.materials.get(position=position)


def post(client, name, assignment, **data):
    return client.post(reverse(f"training:{name}", args=[assignment.pk]), data)


# --- Every address ------------------------------------------------------------------------------


OF_ASSIGNMENTS = ("assignment", "start", "step", "complete", "confirm", "withdraw", "show")
# What of them a trainer may do with what the person chose herself and shows, and with what was assigned.
SHOWN = {"assignment": 200, "confirm": 302}
ASSIGNED = {**SHOWN, "withdraw": 302}


def answers(client, assignment):
    """{name: status} of all addresses of an assignment; nothing changes."""
    found = {}
    for name in OF_ASSIGNMENTS:
        address = reverse(f"training:{name}", args=[assignment.pk, 1] if name == "step" else [assignment.pk])
        before = list(Assignment.objects.values())
        with transaction.atomic():
            found[name] = (client.get if name == "assignment" else client.post)(address).status_code
            if found[name] in {403, 404}:
                assert list(Assignment.objects.values()) == before
            transaction.set_rollback(True)
    return found


def only(allowed, otherwise):
    return {name: allowed.get(name, otherwise) for name in OF_ASSIGNMENTS}


@pytest.mark.parametrize(
    ("which", "person", "expected"),
    [
        ("anas", "marco", only(ASSIGNED, 403)),
        ("anas", "hugo", only({}, 404)),
        ("anas", "nika", only({}, 403)),
        ("hugos", "hugo", only(ASSIGNED, 403)),
        ("hugos", "nika", only(ASSIGNED, 403)),
        ("hugos", "marco", only({}, 404)),
        ("own", "marco", only({}, 404)),
        ("own", "luka", only({}, 404)),
        ("own", "hugo", only({}, 404)),
        ("own", "nika", only({}, 404)),
        ("shown", "hugo", only(SHOWN, 403)),
        ("shown", "nika", only(SHOWN, 403)),
        ("shown", "claire", only({}, 403)),
        ("shown", "marco", only({}, 404)),
        ("shown", "luka", only({}, 404)),
        ("of nobody", "marco", only({}, 404)),
        ("of nobody", "hugo", only({}, 404)),
    ],
)
def test_every_address_of_an_assignment_asks_where_it_was_given(
    as_user, request, which, person, expected, ana, marco, agreements, rhone
):
    match which:
        case "shown":
            assignment = request.getfixturevalue("own")
            actions.show_to(assignment, rhone)
        case "of nobody":
            assignment = Assignment.objects.create(person=ana, module=agreements, assigned_by=marco)
        case _:
            assignment = request.getfixturevalue(which)
    assert answers(as_user(request.getfixturevalue(person)), assignment) == expected


OTHERS = {
    "index": ([], 200),
    "module": (["agreements"], 404),
    "material": (["agreements", 1], 404),
    "material_file": (["agreements", 2], 404),
    "plan": ([], 200),
    "board": ([], 200),
    "assign": ([], 200),
    "add": ([], 422),
    "links": ([], 403),
    "link": ([1], 403),
    "drop_link": ([1], 403),
    "take_suggested": ([1], 403),
}


def test_every_address_of_training_is_tried_here():
    assert {pattern.name for pattern in urlpatterns} == {*OF_ASSIGNMENTS, *OTHERS}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("person", ["hugo", "nika"])
def test_no_other_address_tells_a_trainer_of_her_second_organisation_what_the_first_assigned(
    as_user, request, person, name, anas
):
    """The module is in the catalogue no more, so that only those see it who have to do with it."""
    file = anas.module.materials.get(position=2)
    file.kind = Material.Kind.FILE
    file.file.save("template.txt", ContentFile(b"Who, what, until when"))
    Module.objects.update(is_listed=False)
    args, status = OTHERS[name]
    client = as_user(request.getfixturevalue(person))
    address = reverse(f"training:{name}", args=args)
    is_form = name in {"add", "link", "drop_link", "take_suggested"}
    response = client.post(address, {"module": "agreements"}) if is_form else client.get(address, {"person": ""})
    assert response.status_code == status
    for told in ("Writing an agreement", "The paper is where it gets stuck."):
        assert told not in response.content.decode()


def test_home_counts_for_a_trainer_only_what_is_finished_in_her_organisation(client, kip, hugo, finished, hugos):
    client.force_login(hugo)
    assert "finished module" not in words(client.get("/"))
    actions.complete(hugos, without_all_steps=True)
    assert "One finished module waits for you." in words(client.get("/"))


def test_the_boards_filters_and_columns_tell_nothing_of_the_other_organisation(as_user, hugo, anas, meetings, rhone):
    actions.assign(hugo, anas.person, meetings, rhone)
    text = in_one_line(as_user(hugo).get("/training/assignments/"))
    assert "Running a meeting" in text
    assert "Writing an agreement" not in text
    narrowed = as_user(hugo).get("/training/assignments/", {"module": "agreements"})
    assert "This module is not in the catalogue, or has been withdrawn." in narrowed.content.decode()


# --- Assigning ----------------------------------------------------------------------------------


def test_both_organisations_assign_the_same_module_and_neither_is_told_of_the_other(as_user, hugo, ana, anas, own):
    response = as_user(hugo).post(reverse("training:assign"), {"person": ana.pk, "module": "agreements"})
    assert response.url == reverse("training:board")
    assert said(response) == ["Ana Šarić has “Writing an agreement” to take, and gets an e-mail about it."]
    assert Assignment.objects.of(ana).open().count() == 3


def test_the_second_assignment_begins_empty_however_far_she_is_with_the_first(hugo, anas, ana, rhone):
    actions.set_step(anas, material(anas, 1), done=True)
    theirs = actions.assign(hugo, ana, anas.module, rhone)
    assert (theirs.state, steps(theirs)) == (Assignment.State.ASSIGNED, [])


@pytest.fixture
def at_both(marco, rhone):
    """Marco is a trainer of both organisations."""
    Membership.objects.create(user=marco, organisation=rhone, role=Role.TRAINER)
    return marco


def test_a_trainer_of_both_chooses_the_organisation(as_user, at_both, ana, agreements, rhone):
    address = reverse("training:assign", query={"person": ana.pk})
    assert 'name="organisation"' in as_user(at_both).get(address).content.decode()
    refused = as_user(at_both).post(address, {"module": "agreements"})
    assert refused.status_code == 422
    assert not Assignment.objects.exists()
    as_user(at_both).post(address, {"module": "agreements", "organisation": "rhone"})
    assert Assignment.objects.get().organisation == rhone


def test_where_they_share_one_organisation_there_is_nothing_to_choose(as_user, at_both, luka, agreements, kvarner):
    address = reverse("training:assign", query={"person": luka.pk})
    page = as_user(at_both).get(address).content.decode()
    assert '<input type="hidden" name="organisation" value="kvarner"' in page
    assert 'for="id_organisation"' not in page
    as_user(at_both).post(address, {"module": "agreements"})
    assert Assignment.objects.get().organisation == kvarner


@pytest.mark.parametrize("with_person", [True, False])
def test_an_old_window_gives_nothing_in_an_organisation_that_was_not_chosen(
    as_user, at_both, ana, agreements, kvarner, rhone, with_person
):
    """It was to be given at the Rhône. Since then Ana has left that; or Marco is no trainer there any more."""
    if with_person:
        organisation_actions.leave(ana, rhone)
    else:
        organisation_actions.leave(at_both, rhone)
    address = reverse("training:assign", query={"person": ana.pk} if with_person else None)
    sent = {"person": ana.pk, "module": "agreements", "organisation": "rhone"}
    response = as_user(at_both).post(address, sent)
    assert response.status_code == 422
    assert "Choose one of the organisations in which you are a trainer." in response.content.decode()
    assert '<option value="kvarner">' in response.content.decode()
    assert not Assignment.objects.exists()


def test_the_organisation_has_to_be_one_of_the_person(as_user, at_both, luka, ana, agreements):
    data = {"person": luka.pk, "module": "agreements", "organisation": "rhone"}
    response = as_user(at_both).post(reverse("training:assign"), data)
    assert response.status_code == 422
    assert "Luka Perić is not a member of Maison des métiers du Rhône." in response.content.decode()
    assert f'<option value="{luka.pk}" selected>' in response.content.decode()
    assert not Assignment.objects.exists()


def test_the_organisation_has_to_be_one_of_the_trainer(as_user, at_both, ana, agreements):
    organisation = Organisation.objects.create(slug="atelier", name="Atelier des métiers")
    Membership.objects.create(user=ana, organisation=organisation, role=Role.PRACTITIONER)
    data = {"person": ana.pk, "module": "agreements", "organisation": "atelier"}
    response = as_user(at_both).post(reverse("training:assign"), data)
    assert "Choose one of the organisations in which you are a trainer." in response.content.decode()
    with pytest.raises(access.NotAllowed):
        actions.assign(at_both, ana, agreements, organisation)


@pytest.mark.parametrize("who", ["trainer elsewhere", "only a colleague there", "herself", "person elsewhere"])
def test_the_action_asks_for_the_role_in_this_organisation(who, marco, hugo, ana, luka, agreements, kvarner, rhone):
    Membership.objects.create(user=marco, organisation=rhone, role=Role.PRACTITIONER)
    trainer, person, organisation = {
        "trainer elsewhere": (hugo, ana, kvarner),
        "only a colleague there": (marco, ana, rhone),
        "herself": (marco, marco, kvarner),
        "person elsewhere": (hugo, luka, rhone),
    }[who]
    with pytest.raises(access.NotAllowed):
        actions.assign(trainer, person, agreements, organisation)
    assert not Assignment.objects.exists()


def test_her_e_mail_names_the_organisation_only_to_somebody_in_several(anas, hugos, marco, luka, kvarner, mailoutbox):
    actions.assign(marco, luka, anas.module, kvarner)
    first, second, third = mailoutbox
    assert "Marco Bellini of Kvarner Guidance Centre asks you" in first.body
    assert "Hugo Martin of Maison des métiers du Rhône asks you" in second.alternatives[0].content
    assert "Marco Bellini asks you" in third.body
    assert "Kvarner Guidance Centre" not in third.body + third.alternatives[0].content


def test_a_trainer_of_both_sees_on_the_board_where_it_was_assigned(as_user, at_both, anas, hugos):
    text = words(as_user(at_both).get("/training/assignments/"))
    assert "Writing an agreement Kvarner Guidance Centre" in text
    assert "Writing an agreement Maison des métiers du Rhône" in text
    text = words(as_user(at_both).get(reverse("training:assignment", args=[hugos.pk])))
    assert "Organisation Maison des métiers du Rhône" in text


def test_a_trainer_of_one_does_not_read_its_name_again_and_again(as_user, hugo, hugos):
    assert "Maison des métiers" not in words(as_user(hugo).get("/training/assignments/"))
    assert "Maison des métiers" not in words(as_user(hugo).get(reverse("training:assignment", args=[hugos.pk])))


# --- Taking it ----------------------------------------------------------------------------------


def test_what_she_does_in_one_she_does_in_all(anas, hugos):
    actions.start(anas)
    actions.set_step(hugos, material(hugos, 2), done=True)
    actions.set_step(anas, material(anas, 3), done=True)
    actions.set_step(hugos, material(hugos, 2), done=False)
    for assignment in (anas, hugos):
        assignment.refresh_from_db()
        assert (assignment.state, steps(assignment)) == (Assignment.State.STARTED, [3])


@pytest.mark.parametrize("act", ["start", "step"])
def test_her_next_act_brings_her_steps_to_a_later_assignment_with_its_own_moment(anas, ana, hugo, rhone, act):
    actions.set_step(anas, material(anas, 1), done=True)
    Assignment.objects.update(started_at=timezone.now() - timedelta(days=9))
    Step.objects.update(done_at=timezone.now() - timedelta(days=9))
    theirs = actions.assign(hugo, ana, anas.module, rhone)
    before = timezone.now()
    if act == "start":
        actions.start(theirs)
    else:
        actions.set_step(theirs, material(anas, 2), done=True)
    theirs.refresh_from_db()
    assert steps(theirs) == steps(anas) == ([1] if act == "start" else [1, 2])
    assert theirs.started_at >= before
    assert all(step.done_at >= before for step in theirs.steps.all())
    anas.refresh_from_db()
    assert anas.started_at < before


def test_completing_completes_all_and_tells_each_trainer(anas, hugos, own, marco, hugo, mailoutbox):
    mailoutbox.clear()
    actions.complete(hugos, without_all_steps=True)
    assert len(set(Assignment.objects.values_list("completed_at", flat=True))) == 1
    assert Assignment.objects.finished().count() == 3
    assert {message.to[0]: len(message.body.split("/training/assignments/")) for message in mailoutbox} == {
        marco.email: 2,
        hugo.email: 2,
    }


def test_completing_asks_for_the_steps_that_are_done_in_any_of_them(anas, ana, hugo, rhone):
    for position in (1, 2, 3):
        actions.set_step(anas, material(anas, position), done=True)
    theirs = actions.assign(hugo, ana, anas.module, rhone)
    actions.complete(theirs)
    assert steps(theirs) == [1, 2, 3]


def test_a_trainer_who_trains_only_elsewhere_now_is_not_told(anas, marco, kvarner, rhone, mailoutbox):
    Membership.objects.create(user=marco, organisation=rhone, role=Role.TRAINER)
    Membership.objects.filter(user=marco, organisation=kvarner).update(role=Role.PRACTITIONER)
    mailoutbox.clear()
    actions.complete(anas, without_all_steps=True)
    assert mailoutbox == []
    with pytest.raises(access.NotAllowed):
        actions.approve(anas, marco)
    with pytest.raises(access.NotAllowed):
        actions.withdraw(anas, marco)


def test_a_trainer_whose_account_is_closed_is_not_told(anas, marco, mailoutbox):
    marco.is_active = False
    marco.save()
    mailoutbox.clear()
    actions.complete(Assignment.objects.get(pk=anas.pk), without_all_steps=True)
    assert mailoutbox == []


@pytest.mark.parametrize("why", ["another role", "closed"])
def test_the_module_page_promises_no_e_mail_to_who_gets_none(as_user, anas, ana, marco, kvarner, why):
    for position in (1, 2, 3):
        actions.set_step(anas, material(anas, position), done=True)
    assert "Marco Bellini gets an e-mail" in words(as_user(ana).get(MODULE))
    if why == "closed":
        marco.is_active = False
        marco.save()
    else:
        Membership.objects.filter(user=marco, organisation=kvarner).update(role=Role.PRACTITIONER)
    page = words(as_user(ana).get(MODULE))
    assert "gets an e-mail" not in page
    assert "Your trainers then see that you have completed it." in page


def test_each_organisation_approves_its_own(anas, hugos, marco, hugo):
    actions.complete(anas, without_all_steps=True)
    actions.approve(hugos, hugo)
    anas.refresh_from_db()
    assert anas.state == Assignment.State.COMPLETED
    with pytest.raises(access.NotAllowed):
        actions.approve(anas, hugo)


def test_a_completed_one_stays_as_it_is_when_another_organisation_asks_again(anas, ana, hugo, rhone):
    actions.complete(anas, without_all_steps=True)
    theirs = actions.assign(hugo, ana, anas.module, rhone)
    actions.set_step(theirs, material(theirs, 1), done=True)
    assert steps(anas) == []
    with pytest.raises(Refused):
        actions.set_step(anas, material(anas, 1), done=True)


# --- What she sees ------------------------------------------------------------------------------


def test_her_plan_has_the_module_once_with_the_earliest_date_and_says_who_asked(anas, own, ana, hugo, rhone):
    actions.set_step(anas, material(anas, 1), done=True)
    hugos = actions.assign(hugo, ana, anas.module, rhone, timezone.localdate() + timedelta(days=5))
    (item,) = plan.load(ana).open
    assert item.why == (
        "Hugo Martin of Maison des métiers du Rhône asked you to take it. "
        "Marco Bellini of Kvarner Guidance Centre asked you to take it."
    )
    assert (item.steps_done, item.minutes_left, item.is_started) == (1, 40, True)
    assert str(hugos.due.day) in item.due.text
    actions.complete(anas, without_all_steps=True)
    assert (len(plan.load(ana).open), len(plan.load(ana).done)) == (0, 1)


def test_the_module_page_shows_them_as_one(as_user, ana, anas, hugos):
    actions.set_step(anas, material(anas, 1), done=True)
    text = words(as_user(ana).get(MODULE))
    assert "Assigned by Hugo Martin of Maison des métiers du Rhône" in text
    assert "Assigned by Marco Bellini of Kvarner Guidance Centre" in text
    assert "Hugo Martin writes For the audit." in text
    assert "Marco Bellini writes The paper is where it gets stuck." in text
    assert "Continue with step 2" in text
    for position in (2, 3):
        actions.set_step(anas, material(anas, position), done=True)
    assert "Hugo Martin and Marco Bellini get an e-mail and confirm it with you." in words(as_user(ana).get(MODULE))


def test_the_catalogue_and_a_later_assignment_keep_what_is_in_progress(as_user, ana, anas, hugo, rhone):
    actions.set_step(anas, material(anas, 1), done=True)
    actions.assign(hugo, ana, anas.module, rhone)
    assert "In progress" in words(as_user(ana).get("/training/"))
    assert "Continue with step 2" in words(as_user(ana).get(MODULE))


def test_what_one_of_them_confirmed_is_confirmed_for_her(as_user, ana, anas, hugos, hugo):
    actions.complete(anas, without_all_steps=True)
    actions.approve(hugos, hugo)
    text = words(as_user(ana).get(MODULE))
    assert "Hugo Martin has confirmed this module." in text
    assert plan.load(ana).done[0].state == Assignment.State.CONFIRMED


def test_one_reminder_where_both_want_it_by_the_same_day(anas, hugos, mailoutbox):
    actions.set_step(anas, material(anas, 1), done=True)
    Assignment.objects.update(
        due=timezone.localdate() + timedelta(days=2), assigned_at=timezone.now() - timedelta(weeks=1)
    )
    Step.objects.filter(assignment=hugos).delete()
    mailoutbox.clear()
    call_command("send_reminders")
    (message,) = mailoutbox
    assert "You have done 1 of 3 steps." in message.body
    call_command("send_reminders")
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_take_as_many_queries_for_one_organisation_as_for_three(
    as_user, ana, agreements, number, django_assert_num_queries
):
    for index in range(number):
        organisation = Organisation.objects.create(slug=f"o{index}", name=f"Organisation {index}")
        trainer = User.objects.create(email=f"trainer-{index}@kvarner.example", name=f"Trainer {index}")
        Membership.objects.create(user=trainer, organisation=organisation, role=Role.TRAINER)
        Membership.objects.create(user=ana, organisation=organisation, role=Role.PRACTITIONER)
        assignment = actions.assign(trainer, ana, agreements, organisation)
    actions.set_step(assignment, material(assignment, 1), done=True)
    client = as_user(ana)
    with django_assert_num_queries(12):
        client.get(MODULE)
    with django_assert_num_queries(4):
        client.get("/training/plan/")


# --- Her own plan -------------------------------------------------------------------------------


def test_she_shows_it_to_one_organisation_and_takes_it_back(as_user, ana, own, marco, hugo):
    client = as_user(ana)
    text = words(client.get(MODULE))
    assert "Only you. Show it to the trainers of Kvarner Guidance Centre Show it to the trainers of Maison" in text
    response = post(client, "show", own, organisation="rhone")
    assert response.url == MODULE
    assert said(response) == ["The trainers of Maison des métiers du Rhône see that you take “Writing an agreement”."]
    assert list(Assignment.objects.led_by(hugo)) == [own]
    assert not Assignment.objects.led_by(marco).exists()
    for page in (MODULE, "/training/plan/"):
        assert "Show it to nobody" in words(client.get(page))
    post(client, "show", own, organisation="")
    assert not Assignment.objects.led_by(hugo).exists()


def test_what_is_shown_and_completed_is_approved_there(as_user, own, hugo, rhone):
    actions.show_to(own, rhone)
    actions.complete(own, without_all_steps=True)
    assert post(as_user(hugo), "confirm", own).status_code == 302
    own.refresh_from_db()
    assert own.confirmed_by == hugo


@pytest.mark.parametrize("first", ["instead", "to nobody", "left"])
def test_what_one_organisation_confirmed_is_not_shown_to_another(as_user, ana, own, marco, hugo, kvarner, rhone, first):
    """Its trainers would read that somebody else, who leads her elsewhere, has confirmed it."""
    actions.show_to(own, rhone)
    actions.complete(own, without_all_steps=True)
    actions.approve(own, hugo)
    if first == "to nobody":
        actions.show_to_nobody(own)
    elif first == "left":
        organisation_actions.leave(ana, rhone)
    assert "Show it to the trainers of" not in words(as_user(ana).get(MODULE))
    assert said(post(as_user(ana), "show", own, organisation="kvarner")) == [
        "A trainer has confirmed this module already. It is shown to nobody else."
    ]
    assert not Assignment.objects.led_by(marco).exists()


def test_who_leaves_at_this_moment_shows_nothing_there(own, ana, rhone, monkeypatch):
    def wait(organisation):
        monkeypatch.undo()
        organisation_actions.leave(ana, organisation)

    monkeypatch.setattr(actions, "lock", wait)
    with pytest.raises(access.NotAllowed):
        actions.show_to(own, rhone)


def test_it_is_shown_only_to_an_organisation_of_hers(as_user, ana, own):
    elsewhere = Organisation.objects.create(slug="atelier", name="Atelier des métiers")
    assert post(as_user(ana), "show", own, organisation="atelier").status_code == 404
    with pytest.raises(access.NotAllowed):
        actions.show_to(own, elsewhere)
    own.refresh_from_db()
    assert own.organisation is None


def test_what_a_trainer_assigned_is_not_hers_to_show_or_to_hide(ana, anas, rhone, kvarner):
    for act in (partial(actions.show_to, anas, rhone), partial(actions.show_to_nobody, anas)):
        with pytest.raises(access.NotAllowed):
            act()
    anas.refresh_from_db()
    assert anas.organisation == kvarner


def test_it_is_not_shown_where_the_same_module_was_assigned(as_user, ana, own, anas):
    assert "Show it to the trainers of Kvarner" not in words(as_user(ana).get(MODULE))
    response = post(as_user(ana), "show", own, organisation="kvarner")
    assert "asked you to take this module, so its trainers see how far you are." in said(response)[0]


@pytest.mark.parametrize("way", ["leave", "remove"])
def test_leaving_the_organisation_hides_it_for_good(own, ana, hugo, rhone, way):
    actions.show_to(own, rhone)
    if way == "leave":
        organisation_actions.leave(ana, rhone)
    else:
        organisation_actions.remove(ana, rhone, hugo)
    organisation_actions.grant(ana, rhone, [Role.PRACTITIONER])
    own.refresh_from_db()
    assert own.organisation is None


def test_another_role_is_no_leaving(own, ana, hugo, rhone):
    actions.show_to(own, rhone)
    organisation_actions.change_roles(ana, rhone, [Role.MANAGER], hugo)
    own.refresh_from_db()
    assert own.organisation == rhone


# --- Withdrawing, leaving -----------------------------------------------------------------------


def test_withdrawing_takes_nothing_that_she_has_elsewhere(as_user, hugo, anas, hugos, ana):
    actions.set_step(anas, material(anas, 1), done=True)
    response = post(as_user(hugo), "withdraw", hugos)
    assert said(response) == ["Ana Šarić is not asked to take “Writing an agreement” any more."]
    assert list(Assignment.objects.of(ana)) == [anas]
    assert steps(anas) == [1]


def test_withdrawing_keeps_what_the_other_organisation_must_not_learn_yet(marco, anas, ana, hugo, rhone):
    actions.set_step(anas, material(anas, 1), done=True)
    theirs = actions.assign(hugo, ana, anas.module, rhone)
    actions.withdraw(anas, marco)
    anas.refresh_from_db()
    assert (anas.is_own, anas.organisation, steps(anas), steps(theirs)) == (True, None, [1], [])
    actions.set_step(theirs, material(theirs, 2), done=True)
    assert steps(theirs) == [1, 2]


def test_withdrawing_keeps_what_is_on_her_own_plan(marco, anas, own):
    actions.set_step(own, material(own, 1), done=True)
    actions.withdraw(anas, marco)
    assert list(Assignment.objects.all()) == [own]
    assert steps(own) == [1]


def test_whoever_left_is_seen_there_no_more_and_may_take_it_off_her_plan(as_user, marco, luka, ana, anas, kvarner):
    text = words(as_user(ana).get(MODULE))
    assert "Take it off my plan" not in text
    organisation_actions.leave(ana, kvarner)
    for person in (marco, luka):
        assert set(answers(as_user(person), anas).values()) == {404}
    assert "Take it off my plan" in words(as_user(User.objects.get(pk=ana.pk)).get(MODULE))
    assert post(as_user(ana), "withdraw", anas).status_code == 302
    assert not Assignment.objects.exists()


def test_taking_it_off_her_plan_leaves_what_a_trainer_asks_for(as_user, ana, own, hugo, rhone):
    actions.set_step(own, material(own, 1), done=True)
    hugos = actions.assign(hugo, ana, own.module, rhone)
    assert "Take it off my plan" not in words(as_user(ana).get(MODULE))
    response = post(as_user(ana), "withdraw", own)
    assert said(response) == ["A trainer asks you to take “Writing an agreement”, so it stays on your plan."]
    assert list(Assignment.objects.all()) == [hugos]
    assert steps(hugos) == [1]


# --- At the same moment -------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_both_organisations_and_she_herself_at_the_same_moment(kip, ana, marco, hugo, agreements, kvarner, rhone):
    at_once(
        partial(actions.assign, marco, ana, agreements, kvarner),
        partial(actions.assign, hugo, ana, agreements, rhone),
        partial(actions.assign, hugo, ana, agreements, rhone),
        partial(actions.add_to_plan, ana, agreements),
    )
    asked = Assignment.objects.exclude(assigned_by=ana)
    assert sorted(asked.values_list("organisation__slug", flat=True)) == ["kvarner", "rhone"]
    assert Assignment.objects.chosen_by(ana).count() <= 1


@pytest.mark.django_db(transaction=True)
def test_steps_at_the_same_moment_are_done_in_all(kip, anas, hugos, own):
    each = zip((anas, hugos, own), (1, 2, 3), strict=True)
    at_once(*(partial(actions.set_step, one, material(one, position), done=True) for one, position in each))
    actions.start(own)
    assert [steps(one) for one in (anas, hugos, own)] == [[1, 2, 3]] * 3
