"""One person: their account, and the people of an organisation in a list."""
