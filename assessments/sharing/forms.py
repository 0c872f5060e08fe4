"""The form on which people choose who may see their profile."""

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kip_site.accounts.models import Role


class Audience(models.TextChoices):
    """Who else sees a submitted profile in one organisation."""

    NOBODY = "nobody", gettext_lazy("Nobody but me")
    TRAINERS = "trainers", gettext_lazy("My trainers")
    MANAGERS = "managers", gettext_lazy("My managers")
    BOTH = "both", gettext_lazy("My trainers and my managers")


ROLES = {
    Audience.NOBODY: frozenset(),
    Audience.TRAINERS: frozenset({Role.TRAINER}),
    Audience.MANAGERS: frozenset({Role.MANAGER}),
    Audience.BOTH: frozenset({Role.TRAINER, Role.MANAGER}),
}
_AUDIENCES = {roles: audience for audience, roles in ROLES.items()}


def _token(circle, role, leader):
    return f"{circle.organisation}-{role.value}-{leader.pk}"


class SharingForm(forms.Form):
    """Who may see this profile: a field for each organisation of the person in which somebody could.

    `circles` are from audience.circles_of. No field has a default, because sharing must be the person's own decision;
    `preset` shows the choice of the circles.
    """

    def __init__(self, *args, circles, preset=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.circles = circles
        self.open_circles = [circle for circle in circles if circle.leaders]
        for circle in self.open_circles:
            self.fields[self.name_of(circle)] = forms.ChoiceField(
                label=self._label(circle),
                choices=[
                    (audience.value, audience.label)
                    for audience, roles in ROLES.items()
                    if roles <= circle.leaders.keys()
                ],
                initial=_AUDIENCES[circle.chosen] if preset else None,
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Choose who may see this profile; “Nobody but me” is an answer too."),
                },
            )

    @property
    def named(self):
        """Whom the page names as those who could see the profile; it sends this back with the choice."""
        return " ".join(
            _token(circle, role, leader)
            for circle in self.open_circles
            for role, leaders in circle.leaders.items()
            for leader in leaders
        )

    def clean(self):
        """Refuses to show the profile to somebody whom the page did not name, because she got the role meanwhile.

        Whoever sends a choice without the page, from a script of her own, has been told no names.
        """
        cleaned = super().clean()
        if "named" not in self.data:
            return cleaned
        named = set(self.data.get("named", "").split())
        for circle in self.open_circles:
            field = self.name_of(circle)
            roles = ROLES[Audience(cleaned[field])] if field in cleaned else ()
            unnamed = {
                leader.name
                for role in sorted(roles)
                for leader in circle.leaders[role]
                if _token(circle, role, leader) not in named
            }
            if unnamed:
                text = _("%(names)s would see it now, too, but was not named when you opened this page. Choose again.")
                self.add_error(field, text % {"names": ", ".join(sorted(unnamed))})
        return cleaned

    def name_of(self, circle):
        """With one organisation, its name does not matter, so the field is just called "audience"."""
        return "audience" if len(self.circles) == 1 else f"audience-{circle.organisation}"

    def _label(self, circle):
        if len(self.circles) == 1:
            return _("Who may see this profile")
        return _("Who may see this profile at %(organisation)s") % {"organisation": circle.name}

    @property
    def choices(self):
        """[(circle, its bound field), …] for the template."""
        return [(circle, self[self.name_of(circle)]) for circle in self.open_circles]

    @property
    def closed_circles(self):
        """The organisations in which nobody could see the profile."""
        return [circle for circle in self.circles if not circle.leaders]

    @property
    def audience(self):
        """{organisation pk: the roles chosen}, as sharing.actions.share takes it."""
        return {
            circle.organisation: ROLES[Audience(self.cleaned_data[self.name_of(circle)])]
            for circle in self.open_circles
        }
