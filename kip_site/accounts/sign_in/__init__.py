"""Signing up and in: where the platform differs from django-allauth's ways."""
