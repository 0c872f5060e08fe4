"""E-mails about assignments, one function for each; their texts are in templates/training/assignments/email/."""

from django.urls import reverse

from kip_site.accounts.models import Organisation, User
from kip_site.mail.actions import absolute, send
from training.models import Assignment


def assigned(assignment: Assignment) -> None:
    """Tell the person which module her trainer asks her to take."""
    _send("assigned", assignment.person, assignment, _module_address(assignment), organisation=_named(assignment))


def completed(assignment: Assignment, trainer: User) -> None:
    """Tell the trainer that the person has completed the module and waits for the approval."""
    address = absolute(reverse("training:assignment", args=[assignment.pk]))
    _send("completed", trainer, assignment, address)


def reminder(assignment: Assignment, steps_done: int) -> None:
    """Remind the person that the due date is near."""
    _send("reminder", assignment.person, assignment, _module_address(assignment), steps_done=steps_done)


def _named(assignment: Assignment) -> str:
    """The name of the organisation that asks, if its person is in several; otherwise ""."""
    if assignment.organisation is None or Organisation.objects.of(assignment.person).count() == 1:
        return ""
    return str(assignment.organisation)


def _module_address(assignment: Assignment) -> str:
    return absolute(reverse("training:module", args=[assignment.module.key]))


def _send(name: str, recipient: User, assignment: Assignment, address: str, **more: object) -> None:
    context = {"assignment": assignment, "recipient": recipient, "address": address, **more}
    send(f"training/assignments/email/{name}", recipient, context)
