"""A mail server for tests in which it fails."""


class BrokenServer:
    """A mail server that nobody answers at."""

    def __init__(self, *args, **kwargs):
        pass

    def open(self):
        raise ConnectionRefusedError("nobody answers")
