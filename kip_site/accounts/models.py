"""People, organisations, and the roles that connect them."""

import secrets
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any, Self
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kip_site.addresses import LONGEST_ADDRESS, AddressField
from kip_site.languages import LANGUAGE_NAMES
from kip_site.natural_keys import loaded_after


class Role(models.TextChoices):
    """What a membership allows a person to do in one organisation."""

    PRACTITIONER = "practitioner", _("Practitioner")
    TRAINER = "trainer", _("Trainer")
    MANAGER = "manager", _("Manager")
    ORG_ADMIN = "org-admin", _("Organisation administrator")


# The roles that see what the people of their organisation share with them.
LEADING = (Role.TRAINER, Role.MANAGER)


def in_words(roles: Collection[str]) -> str:
    """Roles as words, in the order of Role: "Practitioner, Trainer"."""
    return ", ".join(str(role.label) for role in Role if role in roles)


def validate_time_zone(name: str) -> None:
    """Raises ValidationError unless `name` is in the time zone database, like "Europe/Zagreb"."""
    if name not in available_timezones():
        raise ValidationError(
            _("There is no time zone “%(name)s”. Enter one such as Europe/Zagreb."),
            code="unknown_time_zone",
            params={"name": name},
        )


def time_zone_of_site() -> str:
    return settings.TIME_ZONE


class UserQuerySet(models.QuerySet["User"]):
    def in_organisations(self, organisations: "Iterable[Organisation]") -> Self:
        """People with a membership, in any role, in one of the organisations."""
        return self.filter(pk__in=Membership.objects.filter(organisation__in=organisations).values("user"))

    def colleagues_of(self, user: "User") -> Self:
        """The user and everyone in the same organisations. Being a platform admin is no membership."""
        return self.filter(
            models.Q(pk=user.pk)
            | models.Q(
                pk__in=Membership.objects.filter(
                    organisation__in=Membership.objects.filter(user=user).values("organisation")
                ).values("user")
            )
        )

    def led_by(self, user: "User", role: Role) -> Self:
        """People in the organisations in which the user has `role`, without the user."""
        return self.in_organisations(Organisation.objects.with_role(user, role)).exclude(pk=user.pk)

    def practitioners_led_by(self, user: "User") -> Self:
        """Active practitioners in the organisations in which the user is a trainer or manager, without the user."""
        led = Membership.objects.filter(user=user, role__in=LEADING)
        practitioners = Membership.objects.filter(role=Role.PRACTITIONER, organisation__in=led.values("organisation"))
        return self.filter(pk__in=practitioners.values("user"), is_active=True).exclude(pk=user.pk)


UserQueries = models.Manager.from_queryset(UserQuerySet)


class UserManager(UserQueries["User"], BaseUserManager["User"]):
    use_in_migrations = True

    def get_by_natural_key(self, email: str | None) -> "User":
        # People type their address in upper or lower case; it is the same account. Addresses are stored in one form
        # and compared exactly: iexact on PostgreSQL compares capitals, and "I" is the capital of "ı", too.
        return self.get(email=email)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, who signs in by e-mail. Superusers are platform admins; all other rights come from memberships."""

    email = AddressField(_("e-mail"), max_length=LONGEST_ADDRESS)
    name = models.CharField(_("name"), max_length=150)
    # Blank until the person chooses.
    language = models.CharField(_("language"), max_length=8, choices=LANGUAGE_NAMES, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Left empty, it is that of the organisation."),
    )
    is_staff = models.BooleanField(_("may open the administration pages"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_unique",
                violation_error_message=_("There is already an account with this e-mail."),
            )
        ]

    def __str__(self):
        return self.name or self.email

    def save(self, *args, **kwargs):
        # In one line, because e-mails to others contain it: lines of its own would look as if the site had said them.
        self.name = " ".join(self.name.split())
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str]:
        return (self.email,)

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self).split()[0]

    @property
    def initials(self) -> str:
        """One or two letters for the masthead: "AŠ" for Ana Šarić."""
        words = str(self).split()
        return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))

    @cached_property
    def own_memberships(self) -> frozenset[tuple[int, str]]:
        """The user's memberships as (organisation pk, role). One query for each request, because it is cached."""
        return frozenset(self.memberships.order_by().values_list("organisation", "role"))

    @cached_property
    def roles(self) -> frozenset[str]:
        """The user's roles in all her organisations: {"practitioner", …}."""
        return frozenset(role for _organisation, role in self.own_memberships)

    @property
    def is_platform_admin(self) -> bool:
        return self.is_active and self.is_superuser


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of(self, user: User) -> Self:
        """Organisations in which the user is a member."""
        return self.filter(pk__in=Membership.objects.filter(user=user).values("organisation"))

    def with_role(self, user: User, role: Role) -> Self:
        """Organisations in which the user has this role."""
        return self.filter(pk__in=Membership.objects.filter(user=user, role=role).values("organisation"))


OrganisationQueries = models.Manager.from_queryset(OrganisationQuerySet)


class OrganisationManager(OrganisationQueries["Organisation"]):
    def get_by_natural_key(self, slug: str) -> "Organisation":
        return self.get(slug=slug)


class Organisation(models.Model):
    """A guidance service, university, network … whose people assess themselves together."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=time_zone_of_site, validators=[validate_time_zone]
    )
    members = models.ManyToManyField(User, through="Membership", related_name="organisations")

    objects = OrganisationManager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self):
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class MembershipManager(models.Manager["Membership"]):
    def get_by_natural_key(self, email: str, slug: str, role: str) -> "Membership":
        return self.get(user__email=email, organisation__slug=slug, role=role)


class Membership(models.Model):
    """One role of one person in one organisation; a person may have several."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)

    objects = MembershipManager()

    class Meta:
        ordering = ["organisation__name", "user__name", "role"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                name="accounts_membership_unique",
                violation_error_message=_("This person already has this role in this organisation."),
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="accounts_membership_role_known"),
        ]

    def __str__(self):
        return f"{self.user}, {self.get_role_display()}, {self.organisation}"

    @loaded_after("accounts.user", "accounts.organisation")
    def natural_key(self) -> tuple[str, str, str]:
        return (*self.user.natural_key(), *self.organisation.natural_key(), self.role)


def unguessable() -> str:
    """43 random characters, for an address that only the reader of an e-mail should know."""
    return secrets.token_urlsafe(32)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> Self:
        """Those of the organisations that the user administers."""
        return self.filter(organisation__in=Organisation.objects.with_role(user, Role.ORG_ADMIN))

    def known_to(self, user: User) -> Self:
        """Those of all the user's organisations: what she may not see of them is answered with 403 instead of 404."""
        return self.filter(organisation__in=Organisation.objects.of(user))

    def to_addresses(self, addresses: Iterable[str]) -> Self:
        return self.filter(email__in=list(addresses))

    def in_time(self) -> Self:
        """Those that have not expired."""
        return self.filter(invited_at__date__gte=_first_valid_day())

    def expired(self) -> Self:
        return self.filter(invited_at__date__lt=_first_valid_day())

    def waiting_for(self, user: User) -> Self:
        """Those that the user may answer: to addresses that she has confirmed, because others may not be hers."""
        confirmed = user.emailaddress_set.filter(verified=True)  # type: ignore[attr-defined]  # by allauth, without types
        return self.in_time().filter(email__in=confirmed.annotate(small=Lower("email")).values("small"))


def _first_valid_day() -> date:
    """The earliest day on which an invitation can have been sent that is still valid today."""
    return timezone.localdate() - timedelta(days=settings.INVITATION_DAYS)


class Invitation(models.Model):
    """Roles in an organisation that the owner of an e-mail address gets when she accepts them.

    The row is deleted when the invitation is accepted, declined or withdrawn. An expired one stays, so that an
    administrator can send it again.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="invitations", verbose_name=_("organisation")
    )
    email = AddressField(_("e-mail"), max_length=LONGEST_ADDRESS)
    roles = models.JSONField(_("roles"), help_text=_("A list of roles."))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by")
    )
    # When it was sent last: an invitation that is sent again is valid as long as a new one.
    invited_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    # The newest e-mail of this invitation; None after that e-mail has been deleted.
    mail = models.ForeignKey(
        "mail.Mail", models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("e-mail")
    )
    # None until a mail server has accepted the e-mail.
    sent_at = models.DateTimeField(_("e-mail sent"), null=True, editable=False)
    token = models.CharField(max_length=64, unique=True, default=unguessable, editable=False)

    objects = models.Manager.from_queryset(InvitationQuerySet)()

    class Meta:
        ordering = ["email", "pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "email"], name="accounts_invitation_unique"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="accounts_invitation_email_lower"),
        ]

    def __str__(self):
        return f"{self.email}, {self.organisation}"

    @property
    def is_unsent(self) -> bool:
        """Whether no mail server accepted its e-mail, and the queue does not try any more."""
        return self.sent_at is None and (self.mail is None or self.mail.is_unsent)

    @property
    def role_labels(self) -> str:
        return in_words(self.roles)

    @property
    def valid_until(self) -> date:
        """The last day on which it can be answered."""
        return timezone.localdate(self.invited_at) + timedelta(days=settings.INVITATION_DAYS)

    @property
    def is_expired(self) -> bool:
        return timezone.localdate() > self.valid_until
