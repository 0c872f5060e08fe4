"""The site: settings, addresses and the home page, which bring the apps together."""
