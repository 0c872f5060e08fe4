"""Levels that trainers and managers confirm."""
