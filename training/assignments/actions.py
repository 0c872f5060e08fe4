"""Everything that writes assignments.

Several organisations, and the person herself, may have the same module open for her: each has a row of its own, and
what the person does she does in all of them. So one of them always has all the steps that she did; one that was opened
later gets them at her next act, because its trainers would otherwise learn that she takes the module elsewhere, too.

The database settles concurrent requests: changes are UPDATEs with a condition or lock the rows, and constraints allow
one open assignment for each person, module and organisation, and one of her own choice. E-mails are queued in the same
transaction, so they are sent only if it is committed.
"""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kip_site.accounts import access
from kip_site.accounts.models import Organisation, Role, User
from kip_site.accounts.organisation.actions import lock
from kip_site.jobs.due import for_each
from kip_site.refusals import Refused
from training.models import Assignment, AssignmentQuerySet, Material, Module, Step

from . import emails

# How many days before the due date people are reminded.
REMINDED_BEFORE = 3


@transaction.atomic
def assign(
    trainer: User,
    person: User,
    module: Module,
    organisation: Organisation,
    due: date | None = None,
    message: str = "",
) -> Assignment:
    """Assign a module to a person in an organisation, and tell her by e-mail.

    Repeating the same request, for example by a double click, gives the same assignment and no second e-mail. Raises
    access.NotAllowed unless the trainer is one of this organisation and the person another member; and Refused for a
    module that is not listed, a due date in the past, or another open assignment of the module in this organisation.
    """
    shared = Organisation.objects.with_role(trainer, Role.TRAINER).of(person)
    if trainer == person or not shared.filter(pk=organisation.pk).exists():
        raise access.NotAllowed
    _refuse_unlisted(module)
    if due and due < timezone.localdate():
        raise Refused(_("The due date lies in the past. Choose today or a later day."))
    wanted = Assignment(
        person=person, module=module, assigned_by=trainer, organisation=organisation, due=due, message=message
    )
    there = Assignment.objects.of(person).filter(module=module, organisation=organisation)
    assignment, is_new = _open_assignment(wanted, there)
    values = {"person": person, "module": module}
    if is_new:
        emails.assigned(assignment)
    elif assignment.is_own:
        raise Refused(
            _("%(person)s takes “%(module)s” by their own choice, and shows it to you. Choose another module.") % values
        )
    elif (assignment.assigned_by_id, assignment.due, assignment.message) != (trainer.pk, due, message):
        raise Refused(
            _("%(person)s already has “%(module)s” to take. Withdraw that assignment first, or choose another module.")
            % values
        )
    return assignment


def add_to_plan(person: User, module: Module) -> Assignment:
    """Put a module on the person's own plan; an open assignment of it stays as it is. Raises Refused if not listed."""
    _refuse_unlisted(module)
    found = Assignment.objects.of(person).open().filter(module=module).due_first().first()
    if found:
        return found
    wanted = Assignment(person=person, module=module, assigned_by=person)
    assignment, _is_new = _open_assignment(wanted, Assignment.objects.chosen_by(person).filter(module=module))
    return assignment


def _refuse_unlisted(module: Module) -> None:
    if not module.is_listed:
        raise Refused(
            _("“%(module)s” has been withdrawn from the catalogue. Choose another module.") % {"module": module}
        )


def _open_assignment(wanted: Assignment, others: AssignmentQuerySet) -> tuple[Assignment, bool]:
    """(the open one of `wanted` and `others`, whether it is `wanted`, which was then saved).

    `others` are the assignments beside which a constraint allows no second open one. It tries to create and looks for
    an open one only afterwards: of two simultaneous requests, the constraint lets one succeed.
    """
    for is_last_try in (False, True):
        try:
            with transaction.atomic():
                wanted.save(force_insert=True)
        except IntegrityError:
            found = others.open().first()
            if found:
                return found, False
            # None is open: it was completed in between, so try again; or the person or the module was deleted.
            if is_last_try:
                raise
        else:
            break
    return wanted, True


@transaction.atomic
def show_to(assignment: Assignment, organisation: Organisation) -> None:
    """Show something of the person's own choice to the trainers of one of her organisations, instead of another one.

    Raises access.NotAllowed if she did not choose it herself or is no member of the organisation; Refused if this
    organisation has assigned the same module to her, because its trainers follow it already, and if it is confirmed:
    what the trainers of one organisation have confirmed is nothing for those of another.
    """
    person = assignment.person
    # Leaving the organisation takes back what is shown there, and waits for this, or this for it.
    lock(organisation)
    if not Organisation.objects.of(person).filter(pk=organisation.pk).exists():
        raise access.NotAllowed
    try:
        with transaction.atomic():
            chosen = Assignment.objects.chosen_by(person).filter(pk=assignment.pk)
            found = chosen.filter(confirmed_at=None).update(organisation=organisation)
    except IntegrityError as error:
        raise Refused(
            _("A trainer of %(organisation)s asked you to take this module, so its trainers see how far you are.")
            % {"organisation": organisation}
        ) from error
    if not found and chosen.exists():
        raise Refused(_("A trainer has confirmed this module already. It is shown to nobody else."))
    if not found:
        raise access.NotAllowed


def show_to_nobody(assignment: Assignment) -> None:
    """Take back that trainers see something of the person's own choice. Raises access.NotAllowed for anything else."""
    if not Assignment.objects.chosen_by(assignment.person).filter(pk=assignment.pk).update(organisation=None):
        raise access.NotAllowed


def hide_from(organisation: int, person: int) -> None:
    """Show nothing of a person's own choice to the trainers of an organisation any more; both are primary keys."""
    Assignment.objects.filter(person=person, assigned_by=person, organisation=organisation).update(organisation=None)


@transaction.atomic
def start(assignment: Assignment) -> None:
    """Begin the module; does nothing if it has begun already, or is completed."""
    _go_on(_locked(assignment))


@transaction.atomic
def set_step(assignment: Assignment, material: Material, *, done: bool) -> None:
    """Mark a material as done, which also begins the module, or as not done. Raises Refused if it is completed."""
    together = _locked(assignment)
    if not together:
        raise Refused(_("This module is completed, so its steps stay as they are."))
    if done:
        _go_on(together, material)
    else:
        Step.objects.filter(assignment__in=together, material=material).delete()


@transaction.atomic
def complete(assignment: Assignment, *, without_all_steps: bool = False) -> None:
    """Complete the module and tell the trainers who assigned it; does nothing if it is completed already.

    Raises Refused when steps are left, unless `without_all_steps`: then the person has chosen to finish without them.
    """
    together = _locked(assignment)
    if not together:
        return
    if not without_all_steps and Material.objects.filter(module=assignment.module_id).exclude(
        pk__in=Step.objects.filter(assignment__in=together).values("material")
    ):
        raise Refused(_("Some steps are not done yet. Do them first, or finish the module without them."))
    _go_on(together)
    # The same moment in all of them, by which pages know what was completed together.
    Assignment.objects.filter(pk__in=[one.pk for one in together]).update(completed_at=timezone.now())
    for one in together:
        if trainer := _trainer_to_tell(one):
            emails.completed(one, trainer)


def _locked(assignment: Assignment) -> list[Assignment]:
    """All that its person has open of its module, locked; nothing if the assignment itself is completed."""
    together = list(
        Assignment.objects.together(assignment)
        .select_for_update(of=("self",))
        .select_related("person", "module", "assigned_by")
        .order_by("pk")
    )
    return together if assignment in together else []


def _go_on(together: Sequence[Assignment], *materials: Material) -> None:
    """Begin all of these assignments, and mark in each the steps that are done in any of them, and `materials`."""
    now = timezone.now()
    Assignment.objects.filter(pk__in=[one.pk for one in together], started_at=None).update(started_at=now)
    found = Step.objects.filter(assignment__in=together).values_list("assignment", "material")
    marked = set(found)
    done = {material for _assignment, material in marked} | {material.pk for material in materials}
    # Conflicts are ignored, so that two windows that send the same step at the same time both succeed.
    Step.objects.bulk_create(
        [
            Step(assignment=one, material_id=material, done_at=now)
            for one in together
            for material in sorted(done)
            if (one.pk, material) not in marked
        ],
        ignore_conflicts=True,
    )


def _trainer_to_tell(assignment: Assignment) -> User | None:
    """The trainer who assigned it, if she still sees it; otherwise she must not learn more. Or None."""
    is_seen = Assignment.objects.with_trainer_to_tell().filter(pk=assignment.pk).exists()
    return assignment.assigned_by if is_seen else None


@transaction.atomic
def approve(assignment: Assignment, trainer: User) -> None:
    """Approve a completed assignment; does nothing if it is approved already.

    Raises access.NotAllowed if the trainer does not see it (any more), Refused if it is not completed.
    """
    seen = Assignment.objects.led_by(trainer).filter(pk=assignment.pk)
    if not seen.exists():
        raise access.NotAllowed
    completed = Assignment.objects.finished().filter(pk=assignment.pk)
    if not completed.exists():
        raise Refused(_("This module is not completed yet, so there is nothing to confirm."))
    completed.filter(confirmed_at=None).update(confirmed_at=timezone.now(), confirmed_by=trainer)


@transaction.atomic
def withdraw(assignment: Assignment, user: User) -> None:
    """Withdraw an open assignment as a trainer, or take a module off one's own plan.

    What the person did stays hers: an assignment that she has begun goes over to her own plan, where only she sees it,
    unless her steps are in another one that is open. Taking a module off her plan deletes it with her steps. Raises
    access.NotAllowed if the user may not withdraw it (any more), Refused if it is completed.
    """
    together = _locked(assignment)
    allowed = Assignment.objects.withdrawable_by(user)
    if not allowed.filter(pk=assignment.pk).exists():
        raise access.NotAllowed
    if not together:
        raise Refused(_("This module is completed. What was learnt stays in the records."))
    if assignment.person_id == user.pk:
        taken_off = set(allowed.filter(pk__in=[one.pk for one in together]).values_list("pk", flat=True))
        if len(taken_off) < len(together):
            # A trainer asks for the module, too, so it stays to be taken, with what she has done.
            _go_on(together)
        Assignment.objects.filter(pk__in=taken_off).delete()
        return
    withdrawn = next(one for one in together if one == assignment)
    if _is_needed(withdrawn, [one for one in together if one != withdrawn]):
        # Nothing of what the trainer wrote: the person may show it to the trainers of another organisation.
        Assignment.objects.filter(pk=withdrawn.pk).update(
            assigned_by=withdrawn.person, organisation=None, due=None, message="", reminded_at=None
        )
    else:
        withdrawn.delete()


def _is_needed(withdrawn: Assignment, others: Sequence[Assignment]) -> bool:
    """Whether the person would lose something that she did if the assignment were deleted."""
    if withdrawn.started_at is None:
        return False
    done = set(withdrawn.steps.values_list("material", flat=True))
    # Her own entry was there before, so that it has all of her steps; there can be only one.
    return not any(
        one.is_own or (one.started_at and done <= set(one.steps.values_list("material", flat=True))) for one in others
    )


def remind(days: int = REMINDED_BEFORE, today: date | None = None) -> int:
    """Queue an e-mail about each open assignment that is due from today until `days` later; returns how many.

    There is one reminder for each assignment: it is marked as reminded in the transaction that queues the e-mail, so
    that two runs at the same time queue one e-mail. Nobody is reminded on the day of the assignment.
    """
    waiting = Assignment.objects.to_remind_of(today or timezone.localdate(), days)
    return for_each(waiting.select_related("person", "module"), _remind)


@transaction.atomic
def _remind(assignment: Assignment) -> bool:
    not_reminded = Assignment.objects.together(assignment).filter(reminded_at=None)
    now = timezone.now()
    if not_reminded.filter(pk=assignment.pk).update(reminded_at=now) != 1:
        return False
    # One e-mail where several organisations want it by the same day.
    not_reminded.filter(due=assignment.due).update(reminded_at=now)
    steps = Step.objects.filter(assignment__in=Assignment.objects.together(assignment))
    emails.reminder(assignment, steps_done=steps.values("material").distinct().count())
    return True
