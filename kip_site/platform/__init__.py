"""What platform admins look after besides content: the e-mails of the site, and what it does in the background."""
