"""What the home page shows: the next step, then what else there is to do for this person in each of her roles."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.continuity.plan import FrameworkChange, change_for
from assessments.models import Assessment, GrantRequest
from assessments.profile import history
from assessments.questionnaire.progress import Progress, progress_of
from assessments.sharing.audience import shown_beside
from frameworks import hooks
from frameworks.models import Revision
from kip_site.accounts import access
from kip_site.accounts.models import Invitation, Organisation, Role, User, in_words
from kip_site.mail.models import Mail
from training.assignments import plan
from training.catalogue import due
from training.models import Assignment

DUE_SHOWN = 3


@dataclass(frozen=True)
class NextStep:
    """The next step, in the panel at the top of the page."""

    title: str
    text: str
    button: str
    url: str
    second: str = ""  # text of a link beside the button
    second_url: str = ""
    progress: Progress | None = None  # drawn as a ring


@dataclass(frozen=True)
class Task:
    """A module on the person's plan."""

    title: str
    url: str
    tag: due.Tag | None
    state: str
    note: str


@dataclass(frozen=True)
class RoleTask:
    """Something to do besides one's own assessment: a task of a role, or an invitation to answer."""

    title: str
    text: str
    link: str
    url: str


@dataclass(frozen=True)
class HomePage:
    greeting: str
    step: NextStep
    change: FrameworkChange | None  # None also if it is the next step
    invitations: tuple[RoleTask, ...]  # and questions who may see a profile
    tasks: tuple[Task, ...]  # the most urgent ones
    series: history.Series | None  # that of the latest assessment, if it has points to draw
    latest: history.Entry | None
    role_tasks: tuple[RoleTask, ...]
    revision: Revision | None  # named in the footer


def load(user: User, now: datetime) -> HomePage:
    """The HomePage of a person, in a fixed number of queries; `now` is in her time zone, for the greeting."""
    draft = Assessment.objects.of(user).select_related("form__revision__framework").latest_draft()
    entries = history.entries(Assessment.objects.of(user).submitted().latest_first())
    # Only of the latest one, the page says who sees it.
    entries[:1] = shown_beside(entries[:1])
    series = next(iter(history.series_of(entries)), None)
    change = change_for(user)
    invitations = tuple(invitations_to(user))
    role_tasks = tuple(role_tasks_of(user))
    return HomePage(
        greeting=greeting(user, now),
        step=next_step(user, draft, entries, role_tasks, invitations, change),
        change=None if is_next_step(change, draft) else change,
        # Whether somebody sees a profile is asked, but it is never the next step: nothing is shown meanwhile.
        invitations=(*grant_requests_to(user), *invitations),
        tasks=tuple(islice(tasks_of(user), DUE_SHOWN)),
        series=series if series and series.points else None,
        latest=entries[0] if entries else None,
        role_tasks=role_tasks,
        revision=draft.form.revision if draft else Revision.objects.current().first(),
    )


def greeting(user: User, now: datetime) -> str:
    name = {"name": user.get_short_name()}
    if now.hour < 12:
        return _("Good morning, %(name)s") % name
    return (_("Good afternoon, %(name)s") if now.hour < 18 else _("Good evening, %(name)s")) % name


def next_step(
    user: User,
    draft: Assessment | None,
    entries: Sequence[history.Entry],
    role_tasks: Sequence[RoleTask],
    invitations: Sequence[RoleTask],
    change: FrameworkChange | None = None,
) -> NextStep:
    """The NextStep: an update after a revision or an open draft, else an invitation, a task of a role, an assessment.

    Practitioners who are not platform admins come to assess themselves, so for them tasks of roles are no next step.
    """
    if change is not None and is_next_step(change, draft):
        return update_step(change)
    if draft is not None:
        return continue_draft(draft)
    comes_to_assess = access.is_practitioner(user) and not user.is_platform_admin
    waiting = invitations if comes_to_assess else [*invitations, *role_tasks]
    if waiting:
        return NextStep(waiting[0].title, waiting[0].text, waiting[0].link, waiting[0].url)
    if entries:
        return NextStep(
            _("See what to strengthen next"),
            _("Your profile shows your gaps, largest first, each with the modules that close it."),
            _("Open your profile"),
            reverse("assessments:profile", args=[entries[0].pk]),
            _("Begin a new assessment"),
            reverse("assessments:index"),
        )
    return NextStep(
        _("See where you stand"),
        _(
            "Rate your own work, statement by statement, in about ten minutes. Your answers are yours alone until you "
            "share them."
        ),
        _("Begin your assessment"),
        reverse("assessments:index"),
        _("Look at the framework first"),
        reverse("frameworks:index"),
    )


def is_next_step(change: FrameworkChange | None, draft: Assessment | None) -> bool:
    """Whether the change of the framework is the next step: if there is one, and no other draft is open."""
    return change is not None and (draft is None or draft.pk == change.update)


def update_step(change: FrameworkChange) -> NextStep:
    if change.update:
        address = reverse("assessments:update", args=[change.update])
        return NextStep(_("Finish your update"), change.words, _("Go on with the update"), address)
    address = reverse("assessments:changed", args=[change.earlier.pk])
    return NextStep(_("The framework has changed"), change.words, _("See what it means for you"), address)


def continue_draft(draft: Assessment) -> NextStep:
    progress = progress_of(draft)
    contents = reverse("assessments:contents", args=[draft.pk])
    if progress.next is None:
        return NextStep(
            _("Check your answers and submit"),
            _("Every competence is done. Read your answers once more, and decide who may see your profile."),
            _("Review and submit"),
            reverse("assessments:review", args=[draft.pk]),
            _("See all competences"),
            contents,
            progress,
        )
    following, left = progress.next, progress.next.asked - progress.next.answered
    text = _("You have done %(done)d of %(count)d competences.") % {
        "done": len(progress.done),
        "count": len(progress.competences),
    }
    text += " " + ngettext(
        "Next: one statement is left in %(code)s, %(title)s.",
        "Next: %(left)d statements are left in %(code)s, %(title)s.",
        left,
    ) % {"left": left, "code": following.code, "title": following.title}
    return NextStep(
        _("Continue your assessment"),
        text,
        _("Continue with %(code)s") % {"code": following.code},
        following.url,
        _("See all competences"),
        contents,
        progress,
    )


def tasks_of(user: User) -> Iterator[Task]:
    """The open modules of the person's plan, the most urgent first."""
    for item in plan.load(user).open:
        state = _("Not started")
        if item.steps_done:
            state = _("%(done)d of %(steps)d steps") % {"done": item.steps_done, "steps": item.step_count}
        elif item.is_started:
            state = _("Started")
        yield Task(item.title, item.url, item.due, state, item.why)


def grant_requests_to(user: User) -> Iterator[RoleTask]:
    """Yield a RoleTask for each question whether somebody new in a role may see the person's profiles, too."""
    waiting = GrantRequest.objects.of(user).open().filter(recipient__is_active=True)
    for request in waiting.select_related("recipient", "organisation"):
        values = {"name": request.recipient, "organisation": request.organisation}
        yield RoleTask(
            _("Show %(name)s your profile?") % values,
            _("%(name)s has a new role at %(organisation)s. You decide whether your profile is shown to them, too.")
            % values,
            _("Decide"),
            reverse("assessments:grant_request", args=[request.pk]),
        )


def invitations_to(user: User) -> Iterator[RoleTask]:
    """Yield a RoleTask for each invitation that waits for the person's answer, the oldest first."""
    waiting = Invitation.objects.waiting_for(user).select_related("organisation", "invited_by")
    for invitation in waiting.order_by("invited_at", "pk"):
        values = {
            "name": invitation.invited_by,
            "organisation": invitation.organisation,
            "roles": in_words(invitation.roles),
        }
        yield RoleTask(
            _("%(name)s invites you to %(organisation)s") % values
            if invitation.invited_by
            else _("You are invited to %(organisation)s") % values,
            _("Your roles there would be: %(roles)s. See what joining means, and decide.") % values,
            _("See the invitation to %(organisation)s") % values,
            reverse("invitation", args=[invitation.token]),
        )


def role_tasks_of(user: User) -> Iterator[RoleTask]:
    """Yield the tasks of the person's roles, the most urgent first."""
    if user.is_platform_admin:
        yield from platform_tasks()
    if access.is_trainer(user):
        yield from trainer_tasks(user)
    if access.leads_people(user):
        yield people_task(user)
    if access.is_org_admin(user):
        yield administrator_task(user)
    if user.is_platform_admin:
        yield from background_tasks()


def platform_tasks() -> Iterator[RoleTask]:
    """Yield the tasks of platform admins. Open decisions come first, because people are waiting for their results."""
    for decision in hooks.decisions:
        to_do = decision()
        if to_do:
            yield RoleTask(to_do.title, to_do.text, to_do.link, to_do.url)
    counts = Revision.objects.aggregate(
        drafts=Count("pk", filter=Q(status=Revision.Status.DRAFT)),
        draft=Min("pk", filter=Q(status=Revision.Status.DRAFT)),
        current=Count("pk", filter=Q(status=Revision.Status.PUBLISHED)),
    )
    url = reverse("frameworks:manage")
    if counts["drafts"] > 1:
        yield RoleTask(
            _("Drafts of frameworks wait for you"),
            _("%(count)d are there: nobody else sees them until you have checked and published them.")
            % {"count": counts["drafts"]},
            _("See the drafts"),
            url,
        )
    elif counts["drafts"]:
        yield RoleTask(
            _("A framework revision waits for you"),
            _("It is a draft: nobody else sees it until you have checked and published it."),
            _("Review the draft"),
            reverse("frameworks:draft", args=[counts["draft"]]),
        )
    elif not counts["current"]:
        yield RoleTask(
            _("Publish the first framework"),
            _("People can assess themselves as soon as a framework is published. You see all of it before it is."),
            _("Import a framework"),
            url,
        )
    else:
        text = ngettext("One framework is published.", "%(count)d frameworks are published.", counts["current"])
        yield RoleTask(
            _("Frameworks and revisions"), text % {"count": counts["current"]}, _("Look after the frameworks"), url
        )


def background_tasks() -> Iterator[RoleTask]:
    """Yield the tasks about e-mails and jobs. They are never the next step: nobody here can correct a wrong address."""
    unsent = Mail.objects.unsent().count()
    if unsent:
        text = ngettext("One e-mail was not sent.", "%(count)d e-mails were not sent.", unsent) % {"count": unsent}
        address = reverse("mail", query={"state": "not-sent"})
    else:
        text, address = _("No e-mail was left unsent."), reverse("mail")
    yield RoleTask(_("E-mails of the site"), text, _("See the e-mails"), address)
    yield RoleTask(
        _("Jobs in the background"),
        _("What takes long, what is done again and again, and whether a worker is there to do it."),
        _("See the jobs"),
        reverse("jobs"),
    )


def trainer_tasks(user: User) -> Iterator[RoleTask]:
    waiting = Assignment.objects.led_by(user).filter(completed_at__isnull=False, confirmed_at=None).count()
    if waiting:
        yield RoleTask(
            _("Confirm what people have finished"),
            ngettext("One finished module waits for you.", "%(count)d finished modules wait for you.", waiting)
            % {"count": waiting},
            _("Open the assignments"),
            reverse("training:board"),
        )


def people_task(user: User) -> RoleTask:
    """One task for trainers, managers and those who are both: the page it links to shows all their people."""
    trains, manages = access.is_trainer(user), access.is_manager(user)
    if trains and manages:
        title = _("The people you train and manage")
    else:
        title = _("The people you train") if trains else _("The profiles of your team")
    sharing = Assessment.objects.shared_with(user).values("person").distinct().count()
    if not sharing:
        text = _("Nobody has shared a profile with you yet. People decide that themselves.")
        return RoleTask(title, text, _("See how sharing works"), reverse("help"))
    text = ngettext(
        "One person shares a profile with you.", "%(count)d people share their profile with you.", sharing
    ) % {"count": sharing}
    if manages:
        text += " " + ngettext("You can export it as PDF.", "You can export each as PDF.", sharing)
    return RoleTask(
        title, text, _("See their profiles") if trains else _("See the profiles"), reverse("assessments:people")
    )


def administrator_task(user: User) -> RoleTask:
    organisations = Organisation.objects.with_role(user, Role.ORG_ADMIN)
    people = User.objects.in_organisations(organisations).count()
    return RoleTask(
        _("The people of your organisation"),
        ngettext("One person is a member.", "%(count)d people are members.", people) % {"count": people},
        _("Invite people and give roles"),
        reverse("organisation"),
    )
