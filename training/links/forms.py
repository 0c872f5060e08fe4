"""The form that decides a link of a module. It validates; it writes nothing."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LinkForm(forms.Form):
    """Which outcomes of a new revision a module serves instead of an old one: suggested ones, or another one.

    `suggested` are LearningOutcomes, `choices` is {pk of a revision: all its LearningOutcomes}.
    """

    suggested = forms.TypedMultipleChoiceField(
        label=_("Link the module to"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose among the outcomes that are suggested.")},
    )
    other = forms.TypedChoiceField(
        label=_("To another learning outcome"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("Choose one of the learning outcomes in the list.")},
    )

    def __init__(self, data=None, *, review, suggested, choices):
        # A page has many of these forms, so the ids contain the primary key.
        super().__init__(data, auto_id=f"link-{review.pk}-%s", initial={"suggested": [each.pk for each in suggested]})
        self.review = review
        self.by_pk = {outcome.pk: outcome for outcome in choices[review.revision_id]}
        if suggested:
            self.fields["suggested"].choices = [(outcome.pk, _labelled(outcome, review)) for outcome in suggested]
        else:
            del self.fields["suggested"]
            self.fields["other"].label = _("Link the module to")
        competences = {}
        for outcome in self.by_pk.values():
            competence = f"{outcome.competence.code} {review.revision.text(outcome.competence.title)}"
            competences.setdefault(competence, []).append((outcome.pk, _labelled(outcome, review)))
        self.fields["other"].choices = [("", _("None")), *competences.items()]

    def clean(self):
        chosen = super().clean()
        if not self.errors and not self.outcomes:
            name = "suggested" if "suggested" in self.fields else "other"
            self.add_error(name, _("Choose an outcome to link to, or drop the link."))
        return chosen

    @property
    def outcomes(self):
        """The LearningOutcomes that were chosen, each once."""
        chosen = [*self.cleaned_data.get("suggested", ()), self.cleaned_data.get("other")]
        return [self.by_pk[pk] for pk in dict.fromkeys(chosen) if pk]


def _labelled(outcome, review):
    return f"{outcome.code} {review.revision.text(outcome.text)}"
