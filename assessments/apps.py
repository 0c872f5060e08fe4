from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_delete
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    label = "assessments"
    verbose_name = _("Assessments")

    def ready(self):
        from frameworks import hooks as frameworks_hooks
        from frameworks.signals import revision_published, revision_taken_back
        from kip_site.accounts.models import Membership
        from kip_site.accounts.signals import roles_given
        from kip_site.jobs import due, kinds

        from .models import Evidence, Form
        from .profile import page as profiles
        from .publication import carry_over, impact, notices, withdrawal
        from .questionnaire import hooks as questionnaire_hooks
        from .rating import hooks as rating_hooks
        from .sharing import hooks as sharing_hooks
        from .targets import page as targets

        revision_published.connect(carry_over.offer_forms, dispatch_uid="assessments.offer_forms")
        kinds.register(notices.KIND)
        due.register(due.Part("revision-notices", _("Tell people of revisions of their frameworks"), notices.tell_all))
        revision_published.connect(notices.tell_soon, dispatch_uid="assessments.tell_soon")
        revision_taken_back.connect(
            withdrawal.remove_what_was_carried, dispatch_uid="assessments.remove_what_was_carried"
        )
        post_delete.connect(rating_hooks.delete_file, sender=Evidence, dispatch_uid="assessments.delete_file")
        m2m_changed.connect(
            questionnaire_hooks.note_change, sender=Form.competences.through, dispatch_uid="assessments.note_change"
        )
        roles_given.connect(sharing_hooks.roles_given, dispatch_uid="assessments.roles_given")
        post_delete.connect(
            sharing_hooks.membership_deleted, sender=Membership, dispatch_uid="assessments.membership_deleted"
        )
        frameworks_hooks.own_levels = profiles.own_levels
        frameworks_hooks.decisions.append(targets.waiting)
        frameworks_hooks.in_use = withdrawal.in_use
        frameworks_hooks.impact = impact.impact
