"""The signal receiver of the questionnaire, connected in AssessmentsConfig.ready()."""

from django.utils import timezone

from assessments.models import Form


def note_change(sender, instance, action, **kwargs):
    """Update `changed_at` of a form whose competences changed: Django saves these without saving the form."""
    if action in {"post_add", "post_remove", "post_clear"}:
        Form.objects.filter(pk=instance.pk).update(changed_at=timezone.now())
