"""Signing up and signing in: what the platform changes of django-allauth."""
