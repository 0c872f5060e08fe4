"""Editing a draft in the browser."""
