"""The statements of a draft that somebody chose to merge, kept in her session while she walks from page to page."""

from frameworks.files.document import elements


class Choice:
    """`keys` are the ids as they were chosen; those that left the draft in the meantime are passed over."""

    def __init__(self, request, context):
        self.session = request.session
        self.name = f"merge-{context.revision.pk}"
        self.document = context.document
        self.keys = list(self.session.get(self.name, ()))

    def elements(self):
        """The chosen statements as Elements, in the order of the draft."""
        if not self.keys:
            return []
        keys = set(self.keys)
        return [element for element in elements(self.document) if element.id in keys and element.family == "statement"]

    def set_within(self, competence, keys):
        """Of a competence these are chosen, and no others; what is chosen in other competences stays."""
        elsewhere = [element.id for element in self.elements() if element.competence != competence]
        self._keep([*elsewhere, *keys])

    def add(self, keys):
        self._keep([*self.keys, *keys])

    def drop(self, key):
        self._keep([kept for kept in self.keys if kept != key])

    def empty(self):
        self._keep([])

    def _keep(self, keys):
        self.keys = list(dict.fromkeys(keys))
        if self.keys:
            self.session[self.name] = self.keys
        else:
            self.session.pop(self.name, None)
