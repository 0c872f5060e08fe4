"""Target profiles: the levels that a role requires."""
