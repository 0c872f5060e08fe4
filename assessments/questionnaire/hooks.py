"""What the questionnaire receives from elsewhere, connected in AssessmentsConfig.ready().

`note_change`: the competences of a form are others now.
"""

from django.utils import timezone

from assessments.models import Form


def note_change(sender, instance, action, **kwargs):
    """Say of a form that its competences are others now; Django saves them without saving the form."""
    if action in {"post_add", "post_remove", "post_clear"}:
        Form.objects.filter(pk=instance.pk).update(changed_at=timezone.now())
