from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    label = "training"
    verbose_name = _("Training")

    def ready(self):
        # `frameworks` may not import `training`, so training registers its functions there.
        from frameworks import hooks
        from frameworks.signals import revision_published, revision_taken_back
        from kip_site.accounts.models import Membership
        from kip_site.jobs import due

        from .assignments.actions import remind
        from .assignments.hooks import hide_where_left
        from .catalogue.actions import measure
        from .catalogue.page import module_links
        from .links.affected import affected
        from .links.carry_over import carry_modules, remove_carried
        from .links.page import waiting
        from .models import Material

        hooks.modules = module_links
        hooks.decisions.append(waiting)
        hooks.affected_modules = affected
        revision_published.connect(carry_modules, dispatch_uid="training.carry_modules")
        revision_taken_back.connect(remove_carried, dispatch_uid="training.remove_carried")
        due.register(due.Part("reminders", _("Remind people of modules that are due soon"), remind))
        post_delete.connect(hide_where_left, sender=Membership, dispatch_uid="training.hide_where_left")
        post_save.connect(measure, sender=Material, dispatch_uid="training.measure_saved")
        post_delete.connect(measure, sender=Material, dispatch_uid="training.measure_deleted")
