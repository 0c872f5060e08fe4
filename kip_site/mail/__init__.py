"""E-mails: the one sender of the site, its queue in the database, and how a worker delivers what waits there."""
