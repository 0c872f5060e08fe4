"""Pages for platform admins about the operation of the site: its e-mails, its jobs and its scheduled work."""
