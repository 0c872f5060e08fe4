"""Modules that somebody is to take: given, taken step by step, approved."""
