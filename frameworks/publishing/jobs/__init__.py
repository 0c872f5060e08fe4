"""Large imports and publications as background jobs: creating a job, its work, and the page with its result."""
