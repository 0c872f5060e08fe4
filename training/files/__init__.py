"""Modules from files."""
