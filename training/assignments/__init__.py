"""Modules that somebody is to take: assigning them, taking them step by step, approving them."""
