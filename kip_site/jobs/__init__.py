"""Background jobs: work that takes too long for a request or must not be lost waits in the database for a worker."""
