"""The queue: what takes longer than a request, or must not be lost with one, waits in the database for a worker."""
