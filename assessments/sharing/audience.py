"""Who can see a person's profiles, and who could: the trainers and managers of each of her organisations."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Assessment, Grant
from kip_site.accounts.models import LEADING, Membership, Organisation, Role, User
from kip_site.searching import folded

E = TypeVar("E", bound=Any)  # a history.Entry, which belongs to a higher subject

WITH_ROLE = {
    Role.TRAINER.value: gettext_lazy("%(name)s (trainer)"),
    Role.MANAGER.value: gettext_lazy("%(name)s (manager)"),
}
_WITH_BOTH_ROLES = gettext_lazy("%(name)s (trainer and manager)")


def _each_once(readers: Iterable[tuple[int, str, str]]) -> tuple[str, ...]:
    """Words for readers (primary key, name, role), each person once, in the order in which she comes first."""
    roles: dict[int, list[str]] = defaultdict(list)
    names: dict[int, str] = {}
    for pk, name, role in readers:
        names[pk] = name
        roles[pk].append(role)
    return tuple(
        str(_WITH_BOTH_ROLES if len(set(roles[pk])) > 1 else WITH_ROLE[roles[pk][0]]) % {"name": name}
        for pk, name in names.items()
    )


@dataclass(frozen=True)
class Leader:
    """A trainer or a manager of the person in one organisation."""

    pk: int
    name: str
    sees: bool = False  # whether she sees the profile in this role


@dataclass(frozen=True)
class Circle:
    """One organisation of a person, with everybody to whom she can show a profile there."""

    organisation: int  # primary key
    name: str
    trainers: tuple[Leader, ...] = ()
    managers: tuple[Leader, ...] = ()

    @property
    def leaders(self) -> dict[Role, tuple[Leader, ...]]:
        """{role: those who hold it}, without roles that nobody holds."""
        held = {Role.TRAINER: self.trainers, Role.MANAGER: self.managers}
        return {role: leaders for role, leaders in held.items() if leaders}

    @property
    def chosen(self) -> frozenset[Role]:
        """The roles with which the profile is shared here: somebody sees it in this role."""
        return frozenset(role for role, leaders in self.leaders.items() if any(leader.sees for leader in leaders))

    @property
    def seen_by(self) -> tuple[str, ...]:
        """Those who see the profile, each once: "Marco Bellini (trainer)"."""
        return _each_once(
            (leader.pk, leader.name, role.value)
            for role, leaders in self.leaders.items()
            for leader in leaders
            if leader.sees
        )

    @property
    def left_out(self) -> tuple[str, ...]:
        """The names of those who have a chosen role, but do not see the profile: they got the role later."""
        return tuple(
            dict.fromkeys(
                leader.name
                for role in LEADING
                if role in self.chosen
                for leader in self.leaders[role]
                if not leader.sees
            )
        )


def circles_of(person: User, assessment: Assessment | None = None) -> list[Circle]:
    """The Circles of a person, by name of the organisation, as far as she shares `assessment` there now.

    Two queries, and one more with an assessment. Closed accounts are left out.
    """
    organisations = {organisation for organisation, _role in person.own_memberships}
    sees = set()
    if assessment is not None:
        sees = set(
            Grant.objects.in_force()
            .filter(assessment=assessment)
            .order_by()
            .values_list("organisation", "role", "recipient")
        )
    names: dict[int, str] = {}
    leaders: dict[tuple[int, str], list[Leader]] = defaultdict(list)
    memberships = (
        Membership.objects.filter(organisation__in=organisations)
        .order_by("user__name", "user")
        .values_list(
            "organisation", "organisation__name", "role", "user", "user__name", "user__email", "user__is_active"
        )
    )
    for organisation, title, role, pk, name, email, is_active in memberships:
        names[organisation] = title
        if is_active and pk != person.pk and role in LEADING:
            leaders[organisation, role].append(Leader(pk, name or email, (organisation, role, pk) in sees))
    return [
        Circle(pk, name, tuple(leaders[pk, Role.TRAINER]), tuple(leaders[pk, Role.MANAGER]))
        for pk, name in sorted(names.items(), key=lambda item: (folded(item[1]), item[0]))
    ]


def who_sees(circles: Iterable[Circle]) -> str:
    """A sentence for the owner: who can see her profile besides her; `circles` are from `circles_of`, with it."""
    circles = list(circles)
    seen = [(circle.name, ", ".join(circle.seen_by)) for circle in circles if circle.seen_by]
    if not seen:
        return _("Only you see this profile.")
    if len(circles) == 1:
        return _("Besides you, this profile is seen by %(names)s.") % {"names": seen[0][1]}
    there = [_("at %(organisation)s by %(names)s") % {"organisation": title, "names": names} for title, names in seen]
    return _("Besides you, this profile is seen %(there)s.") % {"there": "; ".join(there)}


def shown_beside(entries: Iterable[E]) -> list[E]:
    """The entries (history.Entry), each with those who see its assessment: "Marco Bellini (trainer)". One query.

    Closed accounts are left out, as in `circles_of`.
    """
    entries = list(entries)
    readers: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    seen = Grant.objects.in_force().filter(recipient__is_active=True)
    grants = seen.filter(assessment__in=[entry.pk for entry in entries])
    rows = grants.order_by("-role", "recipient__name", "recipient").values_list(
        "assessment", "recipient", "role", "recipient__name", "recipient__email"
    )
    for assessment, recipient, role, name, email in rows:
        readers[assessment].append((recipient, name or email, role))
    return [replace(entry, shown_to=_each_once(readers[entry.pk])) for entry in entries]


class Way(NamedTuple):
    """By which organisation, and in which role there, somebody sees a profile."""

    organisation: Organisation
    role: str  # trainer, if she is both


def ways_to(assessment: Assessment, user: User) -> list[Way]:
    """The Ways by which somebody sees another person's profile, by name of the organisation; one query."""
    grants = Grant.objects.in_force().to(user).filter(assessment=assessment).select_related("organisation")
    found: dict[int, Way] = {}
    for grant in grants.order_by():
        if grant.organisation_id not in found or grant.role == Role.TRAINER:
            found[grant.organisation_id] = Way(grant.organisation, grant.role)
    return sorted(found.values(), key=lambda way: (folded(way.organisation.name), way.organisation.pk))


def organisations_showing(assessment: Assessment, user: User) -> frozenset[int] | None:
    """The organisations (primary keys) by which somebody sees a profile; None for its owner, who sees everything."""
    if assessment.person_id == user.pk:
        return None
    grants = Grant.objects.in_force().to(user).filter(assessment=assessment).order_by()
    return frozenset(grants.values_list("organisation", flat=True))


def organisations_showing_each(user: User) -> dict[int, set[int]]:
    """{profile pk: the organisations (primary keys) by which the user sees it} of all that others show to her."""
    found: dict[int, set[int]] = defaultdict(set)
    grants = Grant.objects.in_force().to(user).order_by()
    for assessment, organisation in grants.values_list("assessment", "organisation"):
        found[assessment].add(organisation)
    return found
