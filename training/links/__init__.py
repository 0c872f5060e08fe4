"""The links from modules to the learning outcomes they serve, and what happens to them after a revision."""
