"""The exceptions with which an action refuses a request: with a sentence, or with the faults of files.

An action that refuses has changed nothing. A view catches `Refused` and shows its text; there are other exceptions only
for what a view answers in another way than with a sentence.
"""


class Refused(Exception):
    """Nothing was changed; the text is a sentence in the user's language that says why and what to do."""


class FaultyFiles(Exception):
    """Files cannot be imported, and nothing was written; `faults` is a tuple of all their faults.

    Each is a `frameworks.files.faults.Fault`; those of one file are in the order of its lines.
    """

    def __init__(self, faults):
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))
