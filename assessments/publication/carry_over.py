"""Gives a newly published revision its forms and target profiles; connected in AssessmentsConfig.ready()."""

from django.utils.translation import gettext_noop as _

from assessments.models import Form, RequiredLevel, TargetProfile, TargetReview
from assessments.targets.rules import carry_required, continued
from frameworks.models import Kind, Level, Statement


def offer_forms(sender, revision, previous, comparison, **kwargs):
    """Give a published revision its forms: default ones, or those of the revision before, together with its targets.

    Receives `revision_published` inside the transaction that publishes, so that no revision is ever without forms.
    """
    if previous is None:
        create_default_forms(revision)
    else:
        carry_forms(previous, revision)
        carry_targets(previous, revision, comparison)


def create_default_forms(revision):
    """ "Full" asks everything. "Essential" asks the sub-competences, if the framework has these and other kinds too."""
    kinds = set(Statement.objects.filter(revision=revision).order_by().values_list("kind", flat=True).distinct())
    forms = []
    if Kind.SUB_COMPETENCE in kinds and len(kinds) > 1:
        forms.append(
            Form(
                revision=revision,
                key="essential",
                position=1,
                title=_("Essential"),
                description=_("The sub-competences: what you do in your work."),
                kinds=[Kind.SUB_COMPETENCE],
            )
        )
    forms.append(
        Form(
            revision=revision,
            key="full",
            position=2,
            title=_("Full"),
            description=_("Every statement of the framework."),
            kinds=[kind for kind in Kind.values if kind in kinds],
        )
    )
    Form.objects.bulk_create(forms, ignore_conflicts=True)


def carry_forms(previous, revision):
    """Copy the forms to the next revision; their competences are matched by key."""
    successors = {competence.key: competence for competence in revision.competences.all()}
    for form in previous.forms.prefetch_related("competences"):
        chosen = [competence.key for competence in form.competences.all()]
        surviving = [successors[key] for key in chosen if key in successors]
        if chosen and not surviving:
            # A form without chosen competences would ask all of them, which is not what this form was for.
            continue
        carried, is_new = Form.objects.get_or_create(
            revision=revision,
            key=form.key,
            defaults={
                "position": form.position,
                "title": form.title,
                "description": form.description,
                "kinds": form.kinds,
                "is_open": form.is_open,
            },
        )
        if is_new:
            carried.competences.set(surviving)


def carry_targets(previous, revision, comparison):
    """Copy the target profiles to the next revision, with required levels wherever people's ratings are carried too.

    For every other statement, a TargetReview asks somebody to decide.
    """
    targets = []
    for target in previous.target_profiles.in_order():
        carried, is_new = TargetProfile.objects.get_or_create(
            revision=revision,
            key=target.key,
            defaults={
                "organisation": target.organisation,
                "position": target.position,
                "title": target.title,
                "description": target.description,
            },
        )
        if is_new:
            targets.append((target, carried))
    statements = dict(Statement.objects.filter(revision=revision).values_list("key", "pk"))
    levels = dict(Level.objects.filter(scale__revision=revision).values_list("value", "pk"))
    after = continued(comparison)
    required, reviews = [], []
    for target, carried in targets:
        before = dict(target.required.values_list("statement__key", "level__value"))
        for decision in carry_required(before, after, comparison.level_values):
            values = {"target": carried, "statement_id": statements[decision.statement]}
            level = levels.get(decision.level)
            if decision.is_carried:
                required.append(RequiredLevel(level_id=level, **values))
            else:
                reviews.append(TargetReview(suggested_level_id=level, **values))
    RequiredLevel.objects.bulk_create(required, batch_size=500)
    TargetReview.objects.bulk_create(reviews, batch_size=500)
