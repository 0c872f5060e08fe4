"""The only list of the languages of the platform.

Texts of frameworks and modules may be in any of them. `settings.LANGUAGES` has those of the user interface.
"""

from django.utils.translation import gettext_lazy as _

# {code: name}, in the order in which texts are written and shown.
LANGUAGE_NAMES = {
    "en": _("English"),
    "fr": _("French"),
    "it": _("Italian"),
    "pt": _("Portuguese"),
    "hr": _("Croatian"),
}
