"""A person's own account, and the list of the people in an organisation."""
