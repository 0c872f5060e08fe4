"""Everything that writes assignments.

The database settles concurrent requests: changes are UPDATEs with a condition or lock the row, and a constraint allows
one open assignment for each person and module. E-mails are queued in the same transaction, so they are sent only if it
is committed.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kip_site.accounts.models import Organisation, Role, User
from kip_site.jobs.due import for_each
from kip_site.refusals import Refused
from training.models import Assignment, Material, Module, Step

from . import emails

# How many days before the due date people are reminded.
REMINDED_BEFORE = 3


@transaction.atomic
def assign(trainer: User, person: User, module: Module, due: date | None = None, message: str = "") -> Assignment:
    """Assign a module to a person, and tell her by e-mail.

    If the module is on her own plan, that entry becomes the trainer's assignment, and its steps that are done stay
    done. Repeating the same request, for example by a double click, gives the same assignment and no second e-mail.
    Raises Refused for a module that is not listed, a due date in the past, or another open assignment of the module.
    """
    if not module.is_listed:
        raise Refused(
            _("“%(module)s” has been withdrawn from the catalogue. Choose another module.") % {"module": module}
        )
    if due and due < timezone.localdate():
        raise Refused(_("The due date lies in the past. Choose today or a later day."))
    organisation = (
        Organisation.objects.with_role(trainer, Role.TRAINER)
        .filter(pk__in=Organisation.objects.of(person).values("pk"))
        # Of several, the oldest: databases sort names differently.
        .order_by("pk")
        .first()
    )
    wanted = Assignment(
        person=person, module=module, assigned_by=trainer, organisation=organisation, due=due, message=message
    )
    assignment, is_new = _open_assignment(wanted)
    if is_new or _take_over(assignment, wanted):
        emails.assigned(assignment)
    elif (assignment.assigned_by_id, assignment.due, assignment.message) != (trainer.pk, due, message):
        raise Refused(
            _("%(person)s already has “%(module)s” to take. Withdraw that assignment first, or choose another module.")
            % {"person": person, "module": module}
        )
    return assignment


def add_to_plan(person: User, module: Module) -> Assignment:
    """Put a module on the person's own plan; an open assignment of it stays as it is. Raises Refused if not listed."""
    if not module.is_listed:
        raise Refused(
            _("“%(module)s” has been withdrawn from the catalogue. Choose another module.") % {"module": module}
        )
    assignment, _is_new = _open_assignment(Assignment(person=person, module=module, assigned_by=person))
    return assignment


def _open_assignment(wanted: Assignment) -> tuple[Assignment, bool]:
    """(the open assignment of this person and module, whether it is `wanted`, which was then saved).

    It tries to create and looks for an open one only afterwards: of two simultaneous requests, the constraint lets one
    succeed.
    """
    for is_last_try in (False, True):
        try:
            with transaction.atomic():
                wanted.save(force_insert=True)
        except IntegrityError:
            found = Assignment.objects.of(wanted.person).open().filter(module=wanted.module).first()
            if found:
                return found, False
            # None is open: it was completed in between, so try again; or the person or the module was deleted.
            if is_last_try:
                raise
        else:
            break
    return wanted, True


def _take_over(assignment: Assignment, wanted: Assignment) -> bool:
    """Turn an open assignment that the person put on her own plan into `wanted`; False if it is no such assignment."""
    fields = {name: getattr(wanted, name) for name in ("assigned_by", "organisation", "due", "message", "assigned_at")}
    own = Assignment.objects.open().filter(pk=assignment.pk, assigned_by=wanted.person)
    if not own.update(**fields):
        return False
    assignment.refresh_from_db()
    return True


def start(assignment: Assignment) -> None:
    """Begin the assignment; does nothing if it has begun already."""
    Assignment.objects.filter(pk=assignment.pk, started_at=None).update(started_at=timezone.now())


@transaction.atomic
def set_step(assignment: Assignment, material: Material, *, done: bool) -> None:
    """Mark a material as done, which also begins the assignment, or as not done. Raises Refused if it is completed."""
    locked = Assignment.objects.select_for_update().open().filter(pk=assignment.pk).first()
    if locked is None:
        raise Refused(_("This module is completed, so its steps stay as they are."))
    if done:
        start(locked)
        # Conflicts are ignored, so that two windows that send the same step at the same time both succeed.
        Step.objects.bulk_create([Step(assignment=locked, material=material)], ignore_conflicts=True)
    else:
        Step.objects.filter(assignment=locked, material=material).delete()


@transaction.atomic
def complete(assignment: Assignment, *, without_all_steps: bool = False) -> None:
    """Complete the assignment and tell the trainer who assigned it; does nothing if it is completed already.

    Raises Refused when steps are left, unless `without_all_steps`: then the person has chosen to finish without them.
    """
    locked = Assignment.objects.select_for_update(of=("self",)).open().filter(pk=assignment.pk).first()
    if locked is None:
        return
    if not without_all_steps and Material.objects.filter(module=locked.module_id).exclude(
        pk__in=Step.objects.filter(assignment=locked).values("material")
    ):
        raise Refused(_("Some steps are not done yet. Do them first, or finish the module without them."))
    now = timezone.now()
    locked.started_at = locked.started_at or now
    locked.completed_at = now
    locked.save(update_fields=["started_at", "completed_at"])
    if trainer := _trainer_to_tell(locked):
        emails.completed(locked, trainer)


def _trainer_to_tell(assignment: Assignment) -> User | None:
    """The trainer who assigned it, if she still is the person's trainer; otherwise she must not learn more. Or None."""
    if assignment.assigned_by is None or assignment.is_own:
        return None
    is_her_trainer = Assignment.objects.led_by(assignment.assigned_by).filter(pk=assignment.pk).exists()
    return assignment.assigned_by if is_her_trainer else None


def approve(assignment: Assignment, trainer: User) -> None:
    """Approve a completed assignment; does nothing if it is approved already. Raises Refused if it is not completed."""
    completed = Assignment.objects.finished().filter(pk=assignment.pk)
    if not completed.exists():
        raise Refused(_("This module is not completed yet, so there is nothing to confirm."))
    completed.filter(confirmed_at=None).update(confirmed_at=timezone.now(), confirmed_by=trainer)


def withdraw(assignment: Assignment) -> None:
    """Delete an open assignment, with its steps. Raises Refused for a completed one."""
    deleted, _per_model = Assignment.objects.open().filter(pk=assignment.pk).delete()
    if not deleted and Assignment.objects.filter(pk=assignment.pk).exists():
        raise Refused(_("This module is completed. What was learnt stays in the records."))


def remind(days: int = REMINDED_BEFORE, today: date | None = None) -> int:
    """Queue an e-mail about each open assignment that is due from today until `days` later; returns how many.

    There is one reminder for each assignment: it is marked as reminded in the transaction that queues the e-mail, so
    that two runs at the same time queue one e-mail. Nobody is reminded on the day of the assignment.
    """
    waiting = Assignment.objects.to_remind_of(today or timezone.localdate(), days)
    return for_each(waiting.with_progress().select_related("person", "module"), _remind)


@transaction.atomic
def _remind(assignment: Assignment) -> bool:
    not_reminded = Assignment.objects.open().filter(pk=assignment.pk, reminded_at=None)
    if not_reminded.update(reminded_at=timezone.now()) != 1:
        return False
    emails.reminder(assignment)
    return True
