"""Everything that writes grants: who sees a submitted assessment.

What changes who sees a profile locks the organisation first, like everything that changes its roles
(kip_site.accounts.organisation.actions), so that nobody gets a grant for a role that is just being taken away.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import Assessment, Grant, GrantRequest
from kip_site.accounts.models import LEADING, Membership, Organisation, User
from kip_site.refusals import Refused

from . import emails

# {organisation pk: the roles that see the profile there}
Audience = Mapping[int, Collection[str]]


@transaction.atomic
def share(assessment: Assessment, audience: Audience) -> None:
    """Set who sees a submitted assessment from now on: everybody who holds one of the roles at this moment.

    Whoever sees it already in a role that stays keeps her grant; all other grants are withdrawn. Organisations of which
    the person is no member any more are ignored. Raises Refused for a draft, which nobody else may see.
    """
    if not Assessment.objects.submitted().filter(pk=assessment.pk).exists():
        raise Refused(_("This assessment is not submitted yet, so nobody else can see it. Submit it first."))
    lock(audience)
    kept = Q(pk__in=[])
    for organisation, roles in audience.items():
        kept |= Q(organisation=organisation, role__in=roles)
    withdraw(Grant.objects.filter(assessment=assessment).exclude(kept))
    give(assessment, _holders(assessment, audience))
    _close_settled(GrantRequest.objects.filter(person=assessment.person_id))


@transaction.atomic
def share_as_before(assessment: Assessment, earlier: Assessment) -> None:
    """Show a newly submitted assessment to exactly those who see an earlier one of the same person; to nobody new."""
    grants = Grant.objects.in_force().filter(assessment=earlier)
    lock(grants.order_by().values_list("organisation", flat=True).distinct())
    give(assessment, grants.values_list("recipient", "organisation", "role", "until"))


def _holders(assessment: Assessment, audience: Audience) -> Iterable[tuple[int, int, str, None]]:
    """Yield (recipient, organisation, role, None) for everybody who holds one of the roles of `audience` now."""
    own = Organisation.objects.of(assessment.person).filter(pk__in=audience)
    memberships = (
        Membership.objects.filter(organisation__in=own, role__in=LEADING, user__is_active=True)
        .exclude(user=assessment.person_id)
        .order_by("pk")
    )
    for recipient, organisation, role in memberships.values_list("user", "organisation", "role"):
        if role in audience[organisation]:
            yield recipient, organisation, role, None


def give(assessment: Assessment, grants: Iterable[tuple[int, int, str, date | None]]) -> None:
    """Write grants, each as (recipient, organisation, role, until). Those that are given already stay as they are."""
    # What is over, but was not withdrawn, would be in the way of the constraint.
    over = Grant.objects.filter(
        assessment=assessment, withdrawn_at=None, lapsed_at=None, until__lt=timezone.localdate()
    )
    withdraw(over)
    Grant.objects.bulk_create(
        [
            Grant(assessment=assessment, recipient_id=recipient, organisation_id=organisation, role=role, until=until)
            for recipient, organisation, role, until in grants
        ],
        ignore_conflicts=True,
    )


def withdraw(grants: QuerySet[Grant]) -> None:
    """Withdraw the grants of a queryset that are not withdrawn yet. They stay as a record."""
    grants.filter(withdrawn_at=None).update(withdrawn_at=timezone.now())


def lock(organisations: Iterable[int]) -> None:
    """Lock the rows of these organisations (primary keys) until the end of the transaction."""
    # In one order, so that two people who share at the same time do not wait for each other for ever.
    list(Organisation.objects.select_for_update().filter(pk__in=list(organisations)).order_by("pk").values_list("pk"))


# --- When roles change --------------------------------------------------------------------------


def end_grants(membership: Membership) -> None:
    """A role was taken away or given up: end what its holder saw by it.

    Whoever left the organisation altogether does not show her own profiles there any more, either.
    """
    user, organisation = membership.user_id, membership.organisation_id
    there = Grant.objects.filter(organisation=organisation)
    there.filter(recipient=user, role=membership.role, lapsed_at=None).update(lapsed_at=timezone.now())
    left = Membership.objects.filter(user=user, organisation=organisation)
    questions = GrantRequest.objects.open().filter(organisation=organisation)
    if not left.exists():
        withdraw(there.filter(assessment__person=user))
        _close(questions.filter(person=user))
    if left.filter(role__in=LEADING).exists():
        _close_settled(questions.filter(recipient=user))
    else:
        _close(questions.filter(recipient=user))


def ask_owners(recipient: User, organisation: Organisation, roles: Collection[str]) -> None:
    """Somebody has got these roles: ask everybody who shares a profile with such a role there.

    Each person gets one question and one e-mail. Nothing is shown to the recipient before the person agrees.
    """
    owners = (
        Grant.objects.meant()
        .filter(organisation=organisation, role__in=set(roles).intersection(LEADING))
        .exclude(assessment__person=recipient)
        .order_by()
        .values("assessment__person")
    )
    waiting = GrantRequest.objects.open().filter(recipient=recipient, organisation=organisation).values("person")
    for person in User.objects.filter(pk__in=owners, is_active=True).exclude(pk__in=waiting).order_by("pk"):
        request = GrantRequest.objects.create(person=person, recipient=recipient, organisation=organisation)
        emails.asked(request, set(roles).intersection(LEADING))


def agree(request: GrantRequest, listed: Collection[int | None]) -> int:
    """Show the recipient what is shown to others with her roles there; returns how many profiles she sees from now on.

    `listed` are the primary keys of the profiles that the person has seen on the page: no other is shown. Raises
    Refused when there are others now, or none (any more), or when the question is answered already.
    """
    with transaction.atomic():
        lock([request.organisation_id])
        offered = offered_by(request)
        if not offered:
            raise Refused(_("There is nothing to show any more. Nothing has changed."))
        if not {assessment.pk for assessment in offered} <= set(listed):
            raise Refused(_("There is more to show now than this page has named. Nothing has changed. Decide again."))
        _answer(request, is_accepted=True)
        for assessment, roles in offered.items():
            give(assessment, [(request.recipient_id, request.organisation_id, role, None) for role in roles])
    return len(offered)


def decline(request: GrantRequest) -> None:
    """Leave everything as it is. Raises Refused when the question is answered already."""
    _answer(request, is_accepted=False)


def _answer(request: GrantRequest, *, is_accepted: bool) -> None:
    # Of two windows, the first one answers.
    answered = GrantRequest.objects.open().filter(pk=request.pk)
    if answered.update(answered_at=timezone.now(), is_accepted=is_accepted) != 1:
        raise Refused(_("You have answered this already. Nothing has changed."))


def _close_settled(requests: QuerySet[GrantRequest]) -> None:
    """Close the open ones of a queryset about which there is nothing to decide any more."""
    for request in requests.filter(answered_at=None, recipient__is_active=True):
        if not offered_by(request):
            _close(GrantRequest.objects.filter(pk=request.pk))


def _close(requests: QuerySet[GrantRequest]) -> None:
    """Close questions without an answer. They stay, because e-mails lead to them."""
    requests.filter(answered_at=None).update(answered_at=timezone.now())


def offered_by(request: GrantRequest) -> dict[Assessment, set[str]]:
    """{profile: the roles in which the recipient would see it} of a question, the newest profile first. Three queries.

    They are the profiles that the person shares with such a role in this organisation, unless the recipient sees them.
    """
    held = set(
        Membership.objects.filter(
            user=request.recipient_id,
            organisation=request.organisation_id,
            role__in=LEADING,
            user__is_active=True,
        ).values_list("role", flat=True)
    )
    grants = Grant.objects.meant().by(request.person_id).filter(organisation=request.organisation_id, role__in=held)
    found: dict[int, set[str]] = {}
    seen = set()
    for assessment, recipient, role, lapsed_at in grants.order_by().values_list(
        "assessment", "recipient", "role", "lapsed_at"
    ):
        if recipient == request.recipient_id and lapsed_at is None:
            seen.add((assessment, role))
        else:
            found.setdefault(assessment, set()).add(role)
    offered = {pk: {role for role in roles if (pk, role) not in seen} for pk, roles in found.items()}
    assessments = Assessment.objects.filter(pk__in=[pk for pk, roles in offered.items() if roles])
    return {each: offered[each.pk] for each in assessments.select_related("form").latest_first()}
