"""What the site says when it does not do what somebody asked for: a sentence, or the faults of a file.

Whatever refuses has changed nothing. A view catches `Refused` and shows its text; only what is answered in another way
than with a sentence has an exception of its own.
"""


class Refused(Exception):
    """Nothing was changed; the text is a sentence, in the language of whoever asked, that says why and what to do."""


class FaultyFiles(Exception):
    """Files cannot be taken in, and nothing was written; `faults` is a tuple of all that is wrong with them.

    The faults are `frameworks.files.faults.Fault`, of a file in the order of its lines.
    """

    def __init__(self, faults):
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))
