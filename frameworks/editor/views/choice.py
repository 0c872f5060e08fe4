"""The statements of a draft that an author chose for merging, kept in her session."""

from collections.abc import Iterable

from django.http import HttpRequest

from frameworks.files.document import Element, elements

from .context import EditingContext


class Choice:
    """`keys` are the chosen ids; ids that are no longer in the draft are ignored."""

    def __init__(self, request: HttpRequest, context: EditingContext) -> None:
        self.session = request.session
        self.name = f"merge-{context.revision.pk}"
        self.document = context.document
        self.keys: list[str] = list(self.session.get(self.name, ()))

    def elements(self) -> list[Element]:
        """The chosen statements, in the order of the draft."""
        if not self.keys:
            return []
        keys = set(self.keys)
        return [element for element in elements(self.document) if element.id in keys and element.family == "statement"]

    def set_within(self, competence: str, keys: Iterable[str]) -> None:
        """Choose exactly these statements of a competence; those chosen in other competences stay."""
        elsewhere = [element.id for element in self.elements() if element.competence != competence]
        self._keep([*elsewhere, *keys])

    def add(self, keys: Iterable[str]) -> None:
        self._keep([*self.keys, *keys])

    def drop(self, key: str) -> None:
        self._keep([kept for kept in self.keys if kept != key])

    def empty(self) -> None:
        self._keep([])

    def _keep(self, keys: Iterable[str]) -> None:
        self.keys = list(dict.fromkeys(keys))
        if self.keys:
            self.session[self.name] = self.keys
        else:
            self.session.pop(self.name, None)
