"""E-mails: the only function that sends them, their queue in the database, and their delivery by a worker."""
