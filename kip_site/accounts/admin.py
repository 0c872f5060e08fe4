"""Admin pages for people and organisations, for platform admins.

No password can be read or typed here: people choose theirs by "Set a new password". An address of an existing account
is read-only, because its owner has confirmed it: whoever could change it could ask for a new password and take the
account over. For the same reason allauth's own pages are not here, which also show secrets in clear text.
"""

from allauth.account import admin as account_admin  # noqa: F401 - importing these registers their models,
from allauth.account.models import EmailAddress
from allauth.mfa import admin as mfa_admin  # noqa: F401 - whatever the order of the apps
from allauth.mfa.models import Authenticator
from allauth.socialaccount import admin as socialaccount_admin  # noqa: F401
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth import admin as auth_admin  # noqa: F401
from django.contrib.auth.models import Group
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import Invitation, Membership, Organisation, User

# Rights come from memberships only (access.py). Groups would have no effect, so nobody should be put into one.
admin.site.unregister(Group)
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])


class ForPlatformAdmins(admin.ModelAdmin):
    """Rows can be deleted only one by one, after Django's page that shows the consequences; not many by mistake."""

    def get_actions(self, request):
        return {}


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user", "organisation"]


@admin.register(User)
class UserAdmin(ForPlatformAdmins):
    list_display = ["name", "email", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser", "memberships__organisation"]
    search_fields = ["name", "email"]
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["name", "email"]}),
        (
            _("What the person may do"),
            {
                "fields": ["is_active", "is_staff", "is_superuser"],
                "description": _(
                    "A platform admin has both ticks below “active”. An account that is not active cannot sign in; its "
                    "ratings are kept."
                ),
            },
        ),
        (_("Language and time"), {"fields": ["language", "time_zone"]}),
        (_("Sign-in"), {"fields": ["addresses", "has_second_step", "date_joined", "last_login"]}),
    ]

    @admin.display(description=_("addresses"))
    def addresses(self, obj):
        """To look at: why somebody cannot sign in."""
        said = {True: gettext("%(email)s, confirmed"), False: gettext("%(email)s, not confirmed")}
        found = EmailAddress.objects.filter(user=obj).order_by("-primary", "pk")
        return "; ".join(said[address.verified] % {"email": address.email} for address in found)

    @admin.display(description=_("second step"), boolean=True)
    def has_second_step(self, obj):
        return Authenticator.objects.filter(user=obj, type=Authenticator.Type.TOTP).exists()

    def get_readonly_fields(self, request, obj=None):
        fields = ["addresses", "has_second_step", "date_joined", "last_login"]
        if obj is not None:
            fields.append("email")
        if obj == request.user or not request.user.is_superuser:
            # Nobody can lock themselves out, or make themselves a platform admin.
            fields += ["is_active", "is_staff", "is_superuser"]
        return fields

    def has_delete_permission(self, request, obj=None):
        return obj != request.user and super().has_delete_permission(request, obj)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            # Not verified yet: the person confirms it when she first signs in.
            EmailAddress.objects.create(user=obj, email=obj.email.lower(), primary=True, verified=False)


@admin.register(Organisation)
class OrganisationAdmin(ForPlatformAdmins):
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]


@admin.register(Membership)
class MembershipAdmin(ForPlatformAdmins):
    list_display = ["user", "organisation", "role"]
    list_filter = ["role", "organisation"]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__name", "user__email", "organisation__name"]
    autocomplete_fields = ["user", "organisation"]


@admin.register(Invitation)
class InvitationAdmin(ForPlatformAdmins):
    """To see and to withdraw invitations. Only an organisation's own administrators invite, which sends the e-mail."""

    list_display = ["email", "organisation", "role_labels", "invited_at", "valid_until", "sent_at"]
    list_select_related = ["organisation"]
    search_fields = ["email", "organisation__name"]
    readonly_fields = ("email", "organisation", "role_labels", "invited_by", "invited_at", "valid_until", "sent_at")
    fields = readonly_fields

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
