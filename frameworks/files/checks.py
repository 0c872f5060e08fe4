"""Checks of a framework file that a JSON Schema cannot express: references, unique values and consistency.

Works on the tree that `rules` has checked and skips nodes that already have a fault, so that one mistake of the author
gives one fault.
"""

from django.utils.translation import gettext as _

from .cells import where
from .document import COMPETENCE, LEARNING_OUTCOME, STATEMENT_KINDS
from .faults import FaultList, did_you_mean, listed, shortened
from .yaml_tree import Node


def check_consistency(root: Node, faults: FaultList) -> dict[str, int]:
    """Adds the faults of the whole file to `faults`; returns {key: line number or Cell} for each part of the file.

    The key of an element is its id. The other keys begin with `/`: `/revision`, `/revision/version`, `/scale`,
    `/scale/levels/ID`, `/retired/ID` and the like.
    """
    return _FileCheck(root, faults).run()


class _FileCheck:
    def __init__(self, root: Node, faults: FaultList) -> None:
        self.root = root
        self.faults = faults
        self.lines: dict[str, int] = {}
        self.first_uses: dict[tuple[str, str], Node] = {}  # {(what must be unique, value): node of its first use}
        self.levels: dict[str, None] = {}  # the ids of the levels, as an ordered set
        self.statements: dict[str, tuple[str, Node]] = {}  # {id of a statement: (kind, node)}, in file order
        self.kinds_used: set[str] = set()
        self.outcomes: list[Node] = []
        framework = root.get("framework", dict)
        self.source_language = self.value(framework, "source_language") or ""  # blank if the file does not say it
        self.languages = {entry.value for entry in framework.entries("languages", str)} if framework else set()

    def run(self) -> dict[str, int]:
        self.framework()
        for competence in self.root.entries("competences"):
            self.competence(competence)
        self.scale()
        self.references()
        self.retired()
        return self.lines

    @staticmethod
    def value(node: Node | None, key: str) -> str | None:
        child = node.get(key) if node else None
        return child.value if child else None

    # --- Parts of the file -------------------------------------------------------------------

    def framework(self) -> None:
        for part, node in self.root.value.items():
            self.lines[f"/{part}"] = node.key_line
            if part in ("framework", "revision", "scale") and type(node.value) is dict:
                for key, child in node.value.items():
                    self.lines[f"/{part}/{key}"] = child.key_line
        framework = self.root.get("framework", dict)
        if framework:
            self.text(framework, "title")
            self.text(framework, "summary")
            self.unique("uuid", framework, "uuid")
            if self.source_language and self.languages and self.source_language not in self.languages:
                self.faults.add(
                    framework.value["languages"].key_line,
                    _("the source language `%(code)s` is not among the `languages`: add it")
                    % {"code": self.source_language},
                )
        revision = self.root.get("revision", dict)
        if revision:
            self.text(revision, "notes")
            replaces = self.value(revision, "replaces")
            if replaces and replaces == self.value(revision, "version"):
                self.faults.add(
                    revision.value["replaces"].line, _("a revision cannot replace itself: name the one before")
                )

    def competence(self, node: Node) -> None:
        self.element(node, COMPETENCE)
        self.text(node, "title")
        self.text(node, "learning_outcomes_origin")
        for key, kind in STATEMENT_KINDS.items():
            for statement in node.entries(key):
                self.statement(statement, kind)
        for outcome in node.entries("learning_outcomes"):
            self.element(outcome, LEARNING_OUTCOME)
            self.text(outcome, "text")
            self.outcomes.append(outcome)

    def statement(self, node: Node, kind: str) -> None:
        self.kinds_used.add(kind)
        self.element(node, kind)
        self.text(node, "text")
        self.emphasis(node)
        same_as = node.get("same_as")
        if same_as:
            self.repetition(node, same_as, kind)
        # Added last: `same_as` may name only a statement that comes before this one.
        key = self.value(node, "id")
        if key:
            self.statements.setdefault(key, (kind, node))

    def element(self, node: Node, kind: str) -> None:
        key = self.value(node, "id")
        if key and self.unique("id", node, "id"):
            self.lines[key] = node.line
        self.unique("code", node, "code")
        self.unique("uuid", node, "uuid")

    def unique(self, what: str, node: Node, key: str) -> bool:
        child = node.get(key)
        if not child:
            return False
        first = self.first_uses.setdefault((what, child.value), child)
        if first is child:
            return True
        self.faults.add(
            child.line,
            _("the %(what)s `%(value)s` is taken since %(place)s: choose another")
            % {"what": what, "value": child.value, "place": where(first.line)},
        )
        return False

    # --- Texts -------------------------------------------------------------------------------

    def text(self, node: Node, key: str) -> None:
        """Checks a text in several languages: each language is declared, and the source language is there."""
        texts = node.get(key, dict)
        if not texts:
            return
        if self.languages:
            for code, text in texts.value.items():
                if code not in self.languages and text.valid:
                    self.faults.add(
                        text.key_line,
                        _("`%(code)s` is not among the `languages` of the framework: add it there or remove the text")
                        % {"code": code},
                    )
        if self.source_language and self.source_language not in texts.value:
            self.faults.add(
                texts.key_line,
                _("`%(key)s` has no text in the source language: add `%(code)s`")
                % {"key": key, "code": self.source_language},
            )

    def emphasis(self, node: Node) -> None:
        phrases = node.get("emphasis", list)
        if phrases:
            self.phrases(node, phrases, self.source_language)
        by_language = node.get("emphasis", dict)
        if by_language:
            for code, phrases in by_language.value.items():
                if phrases.valid and type(phrases.value) is list:
                    self.phrases(node, phrases, code)

    def phrases(self, node: Node, phrases: Node, language: str) -> None:
        text = node.value.get("text")
        if text is None or not text.valid:
            return
        if type(text.value) is dict:
            if not language:
                return  # The missing source language is a fault already.
            if language in text.value and not text.value[language].valid:
                return
            text = text.get(language)
        elif language != self.source_language:
            text = None
        if text is None:
            self.faults.add(
                phrases.key_line,
                _("`emphasis` is in `%(code)s`, but the text is not: add the text or remove the phrases")
                % {"code": language},
            )
            return
        start = 0
        for phrase in phrases.value:
            if not phrase.valid or type(phrase.value) is not str:
                continue
            found = text.value.find(phrase.value, start)
            if found < 0:
                self.faults.add(phrase.line, self.phrase_message(phrase.value, text.value))
            else:
                start = found + len(phrase.value)

    @staticmethod
    def phrase_message(phrase: str, text: str) -> str:
        message = (
            _("the phrase “%(phrase)s” stands before the one listed above it: list phrases in the text's order")
            if phrase in text
            else _("the phrase “%(phrase)s” is not in the text: copy it from there letter by letter")
        )
        return message % {"phrase": shortened(phrase)}

    # --- Scale -------------------------------------------------------------------------------

    def scale(self) -> None:
        scale = self.root.get("scale", dict)
        if not scale:
            return
        self.text(scale, "origin")
        before = None
        for level in scale.entries("levels"):
            self.level(level)
            number = level.get("value", int)
            value: int | None = number.value if number else None
            if value is not None and before is not None and value <= before:
                self.faults.add(
                    level.value["value"].line,
                    _("`value` is %(value)d after %(before)d: values grow from level to level")
                    % {"value": value, "before": before},
                )
            before = value if value is not None else before
        self.scale_map(scale)

    def level(self, level: Node) -> None:
        key = self.value(level, "id")
        if key and self.unique("level id", level, "id"):
            self.levels[key] = None
            self.lines[f"/scale/levels/{key}"] = level.line
        self.unique("uuid", level, "uuid")
        self.text(level, "label")
        descriptors = level.get("descriptors", dict)
        if descriptors:
            for kind in descriptors.value:
                self.text(descriptors, kind)
            missing = [kind for kind in STATEMENT_KINDS.values() if kind in self.kinds_used - set(descriptors.value)]
            if missing:
                self.faults.add(
                    descriptors.key_line,
                    _("`descriptors` has no text for %(kinds)s, which the framework uses: add it")
                    % {"kinds": listed(missing)},
                )

    def scale_map(self, scale: Node) -> None:
        replaces = scale.get("replaces", dict)
        if not replaces:
            return
        old = replaces.get("id")
        if old and old.value == self.value(scale, "id"):
            self.faults.add(old.line, _("a scale cannot replace itself: give the new scale another id"))
        levels = replaces.get("map", dict)
        for target in levels.value.values() if levels else ():
            if target.valid and target.value not in self.levels:
                self.faults.add(
                    target.line,
                    _("`%(id)s` is no level of this scale") % {"id": target.value}
                    + did_you_mean(target.value, self.levels),
                )

    # --- References --------------------------------------------------------------------------

    def repetition(self, node: Node, same_as: Node, kind: str) -> None:
        known = self.statements.get(same_as.value)
        if known is None:
            self.faults.add(
                same_as.line,
                _("`same_as` names `%(id)s`, which is no statement before this one") % {"id": same_as.value}
                + did_you_mean(same_as.value, self.statements),
            )
            return
        first_kind, first = known
        if "same_as" in first.value:
            message = _("`same_as` names `%(id)s`, itself a repetition: name the first statement with this text")
        elif first_kind != kind:
            message = _("`same_as` names `%(id)s`, which is of another kind: remove it")
        elif self.differs(node, first):
            message = _("`same_as` names `%(id)s`, whose text is another: correct the text or remove `same_as`")
        else:
            return
        self.faults.add(same_as.line, message % {"id": same_as.value})

    def differs(self, node: Node, other: Node) -> bool:
        mine, theirs = self.source_text(node), self.source_text(other)
        return mine is not None and theirs is not None and mine != theirs

    def source_text(self, node: Node) -> str | None:
        text = node.value.get("text")
        if text is None or not text.valid:
            return None
        return self.value(node, "text") if type(text.value) is str else self.value(text, self.source_language)

    def references(self) -> None:
        for outcome in self.outcomes:
            for served in outcome.entries("serves", str):
                if served.value not in self.statements:
                    self.faults.add(
                        served.line,
                        _("`serves` names `%(id)s`, which is no statement of this file") % {"id": served.value}
                        + did_you_mean(served.value, self.statements),
                    )
            level = outcome.get("level")
            if level and self.levels and level.value not in self.levels:
                self.faults.add(
                    level.line,
                    _("`level` names `%(id)s`, which is no level of the scale") % {"id": level.value}
                    + did_you_mean(level.value, self.levels),
                )

    def retired(self) -> None:
        for entry in self.root.entries("retired"):
            self.text(entry, "note")
            key = entry.get("id")
            if not key:
                continue
            self.lines.setdefault(f"/retired/{key.value}", entry.line)
            if key.value in self.lines:
                self.faults.add(
                    key.line,
                    _("`%(id)s` is listed as retired but is there too (%(place)s): remove one of them")
                    % {"id": key.value, "place": where(self.lines[key.value])},
                )
            else:
                self.unique("retired id", entry, "id")
