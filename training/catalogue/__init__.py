"""The modules that people find, and what each is about."""
