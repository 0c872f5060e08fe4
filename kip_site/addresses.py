"""E-mail addresses as they are stored, whatever people typed or pasted: one form for each, so that each is found again.

Stored is what mail servers are given: no invisible characters, the domain in ASCII ("xn--…"), all in lower case.
"""

import re
import unicodedata
from typing import Any

import idna
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models

LONGEST_ADDRESS = 254

# Variation selectors and the grapheme joiner are as invisible as format characters, but Unicode calls them marks.
_INVISIBLE_MARKS = re.compile("[\u034f\ufe00-\ufe0f]")


def normalised(typed: str) -> str:
    """The address as it is stored: "\u200bAna@Žito.HR " is "ana@xn--ito-b3a.hr". One that is stored stays the same.

    What is no address comes back without invisible characters at least; no account has it, and forms refuse it.
    """
    if typed.isascii():
        return typed.strip().lower()
    visible = _INVISIBLE_MARKS.sub("", "".join(sign for sign in typed if unicodedata.category(sign) != "Cf")).strip()
    if visible.isascii() or "@" not in visible:
        return visible.lower()
    name, at, domain = visible.rpartition("@")
    # Only of ASCII: the small letter of "K", the sign of Kelvin, is the "k" of somebody else's address.
    name = name.lower() if name.isascii() else name
    return f"{name}{at}{_in_ascii(domain)}"


def _in_ascii(domain: str) -> str:
    """The domain as the name system has it, in lower case; as it is if it cannot be one."""
    if domain.isascii():
        return domain.lower()
    if len(domain) > LONGEST_ADDRESS:
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except UnicodeError:
        return domain


def is_address(address: str) -> bool:
    """Whether a normalised text is an address to which mail can be sent."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return address.isascii() and len(address) <= LONGEST_ADDRESS


def validate_stored(address: str) -> None:
    """Raises ValidationError unless the address is in ASCII: Django's own validator takes foreign letters, too."""
    if not address.isascii():
        raise ValidationError(validate_email.message, code="invalid")


class AddressFormField(forms.EmailField):
    """Takes an address as people type or paste it; gives it as it is stored."""

    default_validators = [*forms.EmailField.default_validators, validate_stored]

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": LONGEST_ADDRESS, **kwargs})

    def to_python(self, value: Any) -> str:
        return normalised(super().to_python(value) or "")

    def run_validators(self, value: str) -> None:
        """Says once that it is no address, even if both validators find so."""
        try:
            super().run_validators(value)
        except ValidationError as error:
            raise error.error_list[0] from error


class AddressField(models.EmailField):
    """Stores addresses normalised, and finds them however they are given to a query, a form or a command."""

    default_validators = [*models.EmailField.default_validators, validate_stored]

    def deconstruct(self):
        """As Django's own field: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return normalised(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return normalised(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": AddressFormField, **kwargs})
