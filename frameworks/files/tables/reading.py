"""Builds from tables the tree of nodes that YAML would give, so that the same checks follow; lines are Cells.

Pure. Finds the faults that only tables can have: in names of fields, kinds of statements, and values of cells.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tablib import Dataset

from frameworks.files.cells import Cell
from frameworks.files.document import LEARNING_OUTCOME, STATEMENT_KINDS
from frameworks.files.faults import FaultList, did_you_mean, listed, nearest, shortened
from frameworks.files.yaml_tree import FORBIDDEN, Node, forbidden_message

from .columns import DATE, FLAG, IDS, NUMBER, PHRASES, Column, known_columns, known_fields
from .limits import LONGEST_CELL, CellValue, Unusable
from .sheets import Rows, TableRow, rows_of
from .writing import phrases_of, unescaped

# Ids contain none of these. Authors copy the brackets and quotes from messages, which show how to write it in YAML.
_BETWEEN_IDS = re.compile(r"[\s,;|\[\]\"']+")
# Spreadsheet programs write TRUE in their own language.
_YES = frozenset(("yes", "y", "x", "1", "true", "oui", "vrai", "sì", "si", "vero", "sim", "verdadeiro", "da", "istina"))
_NO = frozenset(("no", "n", "0", "false", "non", "faux", "falso", "não", "nao", "ne", "laž"))
_CLUSTERS = {kind: cluster for cluster, kind in STATEMENT_KINDS.items()}
_NO_NUMBER = gettext_lazy("`%(column)s` is `%(value)s`: write a whole number")
_NO_FLAG = gettext_lazy("`%(column)s` is `%(value)s`: write `yes` or leave the cell empty")
_NO_TEXT = gettext_lazy(
    "`%(column)s` should be text, but the program made `%(value)s` of what was typed: "
    "format the cell as text and type it again"
)
_WHERE_IT_BELONGS = frozenset(("competence", "kind"))  # columns that are no keys of an element


def tree_of(tables: Sequence[Dataset], faults: FaultList) -> Node | None:
    """The root node of Datasets in the shape that `sheets.rows_of` takes; None, with faults, if that returns None."""
    rows = rows_of(tables, faults)
    return _Tree(rows, faults).root() if rows else None


class _Tree:
    def __init__(self, rows: Rows, faults: FaultList) -> None:
        self.rows, self.starts, self.faults = rows.by_kind, rows.starts, faults

    def root(self) -> Node:
        parts = self.framework()
        root = Node(parts, self.starts["framework"])
        levels = [self.level(row) for row in self.rows["level"]]
        if "scale" in parts:
            parts["scale"].value["levels"] = Node(levels, self.starts["level"])
            self.scale_map(parts["scale"].value)
        parts["competences"] = Node(self.competences(), self.starts["competence"])
        if self.rows["retired"]:
            retired = [Node(self.values(row), row.cell) for row in self.rows["retired"]]
            parts["retired"] = Node(retired, self.starts["retired"])
        return root

    def framework(self) -> dict[str, Node]:
        """{key of the document: node}, from the rows that have a field and a value."""
        parts: dict[str, Node] = {}
        taken: dict[str, Cell] = {}
        for row in self.rows["framework"]:
            filled = row.cells.get("value")
            if "field" not in row.cells:
                if filled:
                    self.faults.add(filled.cell, _("this value has no `field` before it: name one or empty the cell"))
                continue
            cell, name = self.word(row, "field")
            known = known_fields().get(name.casefold())
            if not name:
                continue
            if known is None:
                hint = did_you_mean(name, known_fields()) or _(": the documentation lists the fields")
                self.faults.add(cell, _("unknown field `%(name)s`") % {"name": shortened(name)} + hint)
            elif name in taken:
                message = _("the field `%(name)s` is there twice, first in %(place)s: keep one")
                self.faults.add(cell, message % {"name": name, "place": taken[name]})
            else:
                taken[name] = row.cell
                if filled and (node := self.node(*filled, known.column)):
                    self.put(parts, [*known.path, known.language] if known.language else known.path, node, row.cell)
        return parts

    def put(self, parts: dict[str, Node], path: Sequence[str], node: Node, cell: Cell) -> None:
        for key in path[:-1]:
            if key not in parts:
                parts[key] = Node({}, cell)
            parts = parts[key].value
        parts[path[-1]] = node

    def level(self, row: TableRow) -> Node:
        values = self.values(row)
        values.pop("replaces", None)  # see scale_map
        kinds = [kind for kind in _CLUSTERS if kind in values]
        values["descriptors"] = Node({kind: values.pop(kind) for kind in kinds}, row.cell)
        return Node(values, row.cell)

    def scale_map(self, scale: dict[str, Node]) -> None:
        """Completes `scale.replaces`: its `map` is in the column `replaces` of the levels."""
        levels: dict[str, Node] = {}
        for row, level in zip(self.rows["level"], scale["levels"].value, strict=True):
            filled = row.cells.get("replaces")
            old = self.node(*filled, known_columns("level")["replaces"].column) if filled else None
            for entry in old.value if old and old.valid else ():
                if entry.value in levels:
                    message = _("the level `%(id)s` of the scale before turns into two levels: name it once")
                    self.faults.add(entry.line, message % {"id": shortened(entry.value)})
                elif new := level.get("id"):
                    levels[entry.value] = Node(new.value, entry.line)
        replaces = scale.get("replaces")
        if levels and replaces:
            replaces.value["map"] = Node(levels, replaces.line)
        elif levels:
            message = _("`replaces` names levels of the scale before: name that scale in the field `scale.replaces.id`")
            self.faults.add(next(iter(levels.values())).line, message)
        elif replaces:
            message = _("say in the column `replaces` of the levels which of the old ones each takes the place of")
            self.faults.add(scale.pop("replaces").value["id"].line, message)

    def competences(self) -> list[Node]:
        """The nodes of the competences, each with the statements and outcomes that name it, in the rows' order."""
        competences: list[Node] = []
        by_id: dict[str, Node] = {}
        for row in self.rows["competence"]:
            node = Node(self.values(row), row.cell)
            competences.append(node)
            if key := node.get("id"):
                by_id.setdefault(key.value, node)
        first = competences[0] if competences else Node({}, 1)
        for row in self.rows["statement"]:
            cluster = self.cluster_of(row)
            if cluster:
                self.attach(row, self.competence_of(row, by_id) or first, cluster)
        for row in self.rows[LEARNING_OUTCOME]:
            self.attach(row, self.competence_of(row, by_id) or first, "learning_outcomes")
        return competences

    def attach(self, row: TableRow, competence: Node, cluster: str) -> None:
        # A row whose competence is unknown has its fault already. It is put into the first competence, so that
        # references to the row do not become faults too.
        entries = competence.value.setdefault(cluster, Node([], row.cell))
        entries.value.append(Node(self.values(row), row.cell))

    def competence_of(self, row: TableRow, by_id: dict[str, Node]) -> Node | None:
        if "competence" not in row.cells:
            self.faults.add(row.cell, _("`competence` is blank: write the id of the competence"))
            return None
        cell, key = self.word(row, "competence")
        if key and key not in by_id:
            message = _("`competence` names `%(id)s`, which is the id of no competence") % {"id": shortened(key)}
            by_code = {code.value: known for known, node in by_id.items() if (code := node.get("code"))}
            hint = _(": write `%(id)s`") % {"id": by_code[key]} if key in by_code else did_you_mean(key, by_id)
            self.faults.add(cell, message + hint)
        return by_id.get(key)

    def cluster_of(self, row: TableRow) -> str | None:
        if "kind" not in row.cells:
            message = _("`kind` is blank: write one of %(kinds)s")
            self.faults.add(row.cell, message % {"kinds": listed(_CLUSTERS)})
            return None
        cell, word = self.word(row, "kind")
        kind = re.sub(r"[\s-]+", "_", word.casefold())
        if kind and kind not in _CLUSTERS:
            hint = did_you_mean(kind, _CLUSTERS) or _(": known are %(kinds)s") % {"kinds": listed(_CLUSTERS)}
            self.faults.add(cell, _("unknown kind `%(kind)s`") % {"kind": shortened(word)} + hint)
            kind = nearest(kind, _CLUSTERS) or ""
        return _CLUSTERS.get(kind)

    # --- Cells → nodes -----------------------------------------------------------------------

    def values(self, row: TableRow) -> dict[str, Node]:
        """{key: node} of a row; the texts of several languages are one node."""
        values: dict[str, Node] = {}
        for name, (cell, value) in row.cells.items():
            column, language = known_columns(row.kind)[name]
            if column.key not in _WHERE_IT_BELONGS and (node := self.node(cell, value, column)):
                self.put(values, [column.key, language] if language else [column.key], node, row.cell)
        return values

    def word(self, row: TableRow, name: str) -> tuple[Cell, str]:
        """The Cell and the text of a cell that must hold text; blank, with a fault, if it holds anything else."""
        cell, value = row.cells[name]
        node = self.node(cell, value, Column(name))
        return cell, node.value if node else ""

    def node(self, cell: Cell, value: CellValue, column: Column) -> Node | None:
        """The node of a cell; an invalid one, with a fault, if the value does not fit the column; None if blank."""
        message = self.unfit(value, column)
        if message:
            self.faults.add(cell, message)
            return Node("", cell, valid=False)
        if isinstance(value, date):
            value = value.isoformat()[:10]
        elif isinstance(value, float):
            value = int(value)
        text = self.text(cell, str(value))
        if not text:
            return None
        if column.shape == FLAG:
            return self.flag(cell, text, column)
        if column.shape == IDS:
            return Node([Node(part, cell) for part in _BETWEEN_IDS.split(text) if part], cell)
        if column.shape == PHRASES:
            return Node([Node(part, cell) for part in phrases_of(text)], cell)
        return Node(text, cell, plain=column.shape == NUMBER)

    @staticmethod
    def unfit(value: CellValue, column: Column) -> str | None:
        """What is wrong with the type of a cell's value, or None."""
        if isinstance(value, Unusable):
            return value.message
        if isinstance(value, str):
            if len(value) > LONGEST_CELL:
                return _("%(length)d characters in one cell: shorten it") % {"length": len(value)}
            return None
        is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if column.shape == NUMBER:
            fits, message = is_whole and not isinstance(value, bool), _NO_NUMBER
        elif column.shape == FLAG:
            fits, message = is_whole, _NO_FLAG
        else:
            fits, message = column.shape == DATE and isinstance(value, date), _NO_TEXT
        return None if fits else message % {"column": column.key, "value": shortened(str(value))}

    def text(self, cell: Cell, value: str) -> str:
        if found := FORBIDDEN.search(value.replace("\r", "\n")):
            self.faults.add(cell, forbidden_message(found[0]))
            value = FORBIDDEN.sub("?", value)
        value = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        return unicodedata.normalize("NFC", unescaped(value))

    def flag(self, cell: Cell, text: str, column: Column) -> Node:
        word = text.casefold()
        if word in _YES or word in _NO:
            return Node("true" if word in _YES else "false", cell, plain=True)
        self.faults.add(cell, _NO_FLAG % {"column": column.key, "value": shortened(text)})
        return Node("", cell, valid=False)
