"""Admin pages for people and organisations. What a platform admin can do there to somebody: docs/administration.md.

No password can be read or typed here: people sign in with a code, or set one themselves. allauth's own pages are not
here, because they show secrets in clear text, and an address that is changed there could be used to take the account
over.
"""

from allauth.account import admin as account_admin  # noqa: F401 - importing these registers their models,
from allauth.account.models import EmailAddress
from allauth.mfa import admin as mfa_admin  # noqa: F401 - whatever the order of the apps
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount import admin as socialaccount_admin  # noqa: F401
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin  # noqa: F401
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kip_site.addresses import AddressFormField
from kip_site.administration import Guarded, ReadOnly
from kip_site.refusals import Refused
from kip_site.requests import number, sent

from .access import found_or_refuse, platform_admin_required
from .invitations import actions as invitation_actions
from .invitations.forms import addresses_of_members
from .models import Invitation, Membership, Organisation, Role, User
from .organisation import actions as organisation_actions
from .people import actions

# Rights come from memberships only (access.py). Groups would have no effect, so nobody should be put into one.
admin.site.unregister(Group)
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])


class ForPlatformAdmins(Guarded):
    """Only platform admins write here. Whoever has Django's permissions without being one may look, where she has them.

    Otherwise a permission to add invitations, say, would open every organisation to the person who has it.
    """

    def has_add_permission(self, request):
        return request.user.is_superuser and super().has_add_permission(request)

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser and super().has_delete_permission(request, obj)


class MembershipInline(ReadOnly, admin.TabularInline):
    """To look at: people join by their own decision, and the organisation's administrators give them roles."""

    model = Membership
    extra = 0
    fields = ["user", "organisation", "role"]


class PersonForm(forms.ModelForm):
    def clean_email(self):
        """Also another account's second address, which a constraint of the database does not know."""
        if actions.is_taken(self.cleaned_data["email"]):
            raise ValidationError(_("There is already an account with this e-mail."))
        return self.cleaned_data["email"]


class AddressForm(forms.Form):
    email = AddressFormField(label=_("New e-mail"))

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self):
        email = self.cleaned_data["email"]
        if email == self.person.email:
            raise ValidationError(_("This is the e-mail of this account already. Enter a different one."))
        if actions.is_taken(email, by_another_than=self.person):
            raise ValidationError(_("There is already an account with this e-mail."))
        return email


@admin.register(User)
class UserAdmin(ForPlatformAdmins):
    """Somebody with the permission to change people, but no platform admin, may mend names, of ordinary people only."""

    form = PersonForm
    list_filter = ["is_active", "is_superuser", "memberships__organisation"]
    search_fields = ["name", "email"]
    inlines = [MembershipInline]

    def get_list_display(self, request):
        shown = ["name", "email", "is_active", "is_superuser"]
        return [*shown, "last_login"] if request.user.is_superuser else shown

    def get_fieldsets(self, request, obj=None):
        rights = {
            "fields": ["is_active", "is_staff", "is_superuser"],
            "description": _(
                "A platform admin has both ticks below “active”. An account that is not active cannot sign in; its "
                "ratings are kept. The person is told by e-mail."
            ),
        }
        fieldsets = [
            (None, {"fields": ["name", "email"]}),
            (_("What the person may do"), rights),
            (_("Language and time"), {"fields": ["language", "time_zone"]}),
        ]
        if request.user.is_superuser and obj is not None:
            # It would tell others whose account is the easiest to get into.
            sign_in = {"fields": ["addresses", "has_second_step", "date_joined", "last_login"]}
            fieldsets.append((_("Sign-in"), sign_in))
        return fieldsets

    @admin.display(description=_("addresses"))
    def addresses(self, obj):
        """To look at: why somebody cannot sign in."""
        said = {True: gettext("%(email)s, confirmed"), False: gettext("%(email)s, not confirmed")}
        found = EmailAddress.objects.filter(user=obj).order_by("-primary", "pk")
        return "; ".join(said[address.verified] % {"email": address.email} for address in found)

    @admin.display(description=_("second step"), boolean=True)
    def has_second_step(self, obj):
        return is_mfa_enabled(obj)

    def get_readonly_fields(self, request, obj=None):
        fields = ["addresses", "has_second_step", "date_joined", "last_login"]
        if obj is not None:
            # It has a page of its own, because changing it is no correction.
            fields.append("email")
        if obj == request.user or not request.user.is_superuser:
            # Nobody can lock themselves out, or make themselves a platform admin.
            fields += ["is_active", "is_staff", "is_superuser"]
        return fields

    def has_change_permission(self, request, obj=None):
        if request.user.is_superuser:
            return True
        is_above = obj is not None and (obj.is_staff or obj.is_superuser)
        return not is_above and admin.ModelAdmin.has_change_permission(self, request, obj)

    def has_delete_permission(self, request, obj=None):
        return obj != request.user and super().has_delete_permission(request, obj)

    def save_model(self, request, obj, form, change):
        if change:
            actions.change(obj, form.changed_data, request.user)
        else:
            actions.make(obj, request.user)

    def delete_model(self, request, obj):
        actions.delete(obj, request.user)

    # --- Another e-mail -------------------------------------------------------------------------

    def get_urls(self):
        own = path(
            "<path:object_id>/address/", self.admin_site.admin_view(self.address_view), name="accounts_user_address"
        )
        return [own, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        # People change their own on their account's page, which asks for their password.
        may = request.user.is_superuser and object_id != str(request.user.pk)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "may_change_address": may})

    @method_decorator(platform_admin_required)
    def address_view(self, request, object_id):
        """Give the account of somebody who has lost her mailbox another address."""
        others = User.objects.exclude(pk=request.user.pk)
        person = found_or_refuse(others, User.objects.all, pk=number(object_id))
        form = AddressForm(sent(request), person=person)
        if request.method == "POST" and form.is_valid():
            try:
                actions.change_address(person, form.cleaned_data["email"], request.user)
            except Refused as refusal:
                form.add_error("email", str(refusal))
            else:
                self.log_change(request, person, gettext("Changed the e-mail."))
                messages.success(request, gettext("The e-mail is changed. The old and the new one are told."))
                return redirect(reverse("admin:accounts_user_change", args=[person.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Change the e-mail"),
            "opts": self.opts,
            "original": person,
            "form": form,
        }
        return TemplateResponse(request, "admin/accounts/user/address.html", context)


@admin.register(Organisation)
class OrganisationAdmin(ForPlatformAdmins):
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]

    def has_delete_permission(self, request, obj=None):
        """Only an empty one: what its people and what others have with it would go too."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not _is_used(obj))


def _is_used(organisation):
    """Whether anything but an invitation names the organisation, also in the apps above."""
    keys = [one for one in organisation._meta.related_objects if one.related_model is not Invitation]
    return any(key.related_model._base_manager.filter(**{key.field.name: organisation}).exists() for key in keys)


@admin.register(Membership)
class MembershipAdmin(ForPlatformAdmins):
    """To see and to take back roles. Nobody is made a member here: people join when they accept an invitation."""

    list_display = ["user", "organisation", "role"]
    list_filter = ["role", "organisation"]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__name", "user__email", "organisation__name"]
    fields = ["user", "organisation", "role"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def delete_model(self, request, obj):
        """As an administrator of the organisation does it: the person is told, and the last administrator stays."""
        organisation_actions.take_back(obj, request.user)


class FirstAdministratorForm(forms.ModelForm):
    """Invites an administrator to an organisation that has none; everybody else is invited by those it has."""

    class Meta:
        model = Invitation
        fields = ["organisation", "email"]

    def clean_organisation(self):
        organisation = self.cleaned_data["organisation"]
        if organisation.memberships.filter(role=Role.ORG_ADMIN, user__is_active=True).exists():
            raise ValidationError(_("This organisation has an administrator, who invites its people."))
        return organisation

    def clean(self):
        cleaned = super().clean()
        email, organisation = cleaned.get("email"), cleaned.get("organisation")
        if email and organisation and email in addresses_of_members(organisation):
            self.add_error("email", _("This address belongs to a member already."))
        return cleaned


@admin.register(Invitation)
class InvitationAdmin(ForPlatformAdmins):
    """To see and to withdraw invitations, and to invite the first administrator of an organisation."""

    list_display = ["email", "organisation", "role_labels", "invited_at", "valid_until", "sent_at"]
    list_select_related = ["organisation"]
    search_fields = ["email", "organisation__name"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, **({"form": FirstAdministratorForm} if obj is None else {}))

    def get_fieldsets(self, request, obj=None):
        if obj is not None:
            return super().get_fieldsets(request, obj)
        words = _(
            "For an organisation that has no administrator yet: the owner of this e-mail becomes one when she accepts. "
            "Everybody else is invited by the organisation’s administrators."
        )
        return [(None, {"fields": ["organisation", "email"], "description": words})]

    def get_fields(self, request, obj=None):
        return ["email", "organisation", "role_labels", "invited_by", "invited_at", "valid_until", "sent_at"]

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None else self.get_fields(request, obj)

    def has_change_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        invitation_actions.invite(obj.organisation, [obj.email], [Role.ORG_ADMIN], request.user)
        obj.pk = Invitation.objects.get(organisation=obj.organisation, email=obj.email).pk

    def delete_model(self, request, obj):
        invitation_actions.withdraw(obj)
