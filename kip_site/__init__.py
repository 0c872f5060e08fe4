"""The site: settings, URLs, the home page, and what all apps share."""
