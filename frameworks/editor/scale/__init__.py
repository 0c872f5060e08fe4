"""Editing the levels of a draft in the browser."""
