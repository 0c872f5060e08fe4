"""What fields are said to hold, and where the check of types is told to look away.

The types themselves are checked by mypy (pyproject.toml); here stands what it lets pass.
"""

import ast
import re

import pytest

PACKAGES = ("assessments", "frameworks", "kip_site", "training")
# Without what they hold, or take and give, these say next to nothing.
BARE = {"object", "dict", "list", "tuple", "set", "frozenset", "Callable"}
# Which error, and why it is none: `# type: ignore[attr-defined]  # the library has no types`.
WITH_REASON = re.compile(r"# type: ignore\[[\w-]+(, [\w-]+)*\]  # \S+( \S+)+$")


def modules(checkout):
    return [path for package in PACKAGES for path in sorted((checkout / package).rglob("*.py"))]


def test_every_field_says_what_it_holds(checkout):
    found = [
        f"{path.relative_to(checkout)}:{line}: {field}"
        for path in modules(checkout)
        for line, field in vague_fields(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def vague_fields(source):
    """(line, "Class.field: annotation") of each field of a dataclass or NamedTuple that does not say what it holds."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and has_fields(node):
            for field in node.body:
                if isinstance(field, ast.AnnAssign) and is_vague(field.annotation):
                    yield field.lineno, f"{node.name}.{field.target.id}: {ast.unparse(field.annotation)}"


def has_fields(node):
    decorators = {name_of(each.func if isinstance(each, ast.Call) else each) for each in node.decorator_list}
    return "dataclass" in decorators or "NamedTuple" in map(name_of, node.bases)


def name_of(node):
    """The last part of a dotted name: "Callable" for `abc.Callable`; None for whatever else."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
    return None


def is_vague(annotation):
    """Whether a bare type stands anywhere in the annotation, or `Any` for the whole of it or a part of a union.

    Inside brackets `Any` may stand: of what comes from JSON, `dict[str, Any]` is all that can be said.
    """
    match annotation:
        case ast.Constant(value=str() as text):
            return is_vague(ast.parse(text, mode="eval").body)
        case ast.BinOp():
            return is_vague(annotation.left) or is_vague(annotation.right)
        case ast.Subscript() if name_of(annotation.value) == "Literal":
            return False
        case ast.Subscript():
            return any(is_vague(each) for each in parts(annotation.slice) if name_of(each) != "Any")
    return name_of(annotation) in BARE | {"Any"}


def parts(node):
    """What stands between brackets, also of a list in them: `int, str` and `None` of `Callable[[int, str], None]`."""
    if isinstance(node, ast.Tuple | ast.List):
        return [part for each in node.elts for part in parts(each)]
    return [node]


@pytest.mark.parametrize(
    "annotation",
    [
        "dict", "object", "Any", "typing.Any", "dict | None", "list[tuple]", "tuple[dict, ...]", '"list"', "Callable",
        "Callable[[int, dict], None]", "int | Any", "list[dict | None]",
    ],
)  # fmt: skip
def test_a_vague_field_is_found(annotation):
    for head in ("@dataclass(frozen=True)\nclass A:", "@dataclasses.dataclass\nclass A:", "class A(NamedTuple):"):
        assert len(list(vague_fields(f"{head}\n    one: {annotation}\n"))) == 1, head


@pytest.mark.parametrize(
    "annotation",
    [
        "int", "dict[str, int]", "dict[str, Any]", "tuple[()]", '"list[Later]"', 'Literal["dict"]', "datetime | None",
        "abc.Callable[[int], None]", "Callable[..., None]", "Mapping[str, tuple[int, ...]]",
    ],
)  # fmt: skip
def test_a_clear_field_is_let_pass(annotation):
    assert list(vague_fields(f"@dataclass\nclass A:\n    one: {annotation}\n")) == []


def test_a_class_without_fields_is_let_pass():
    assert list(vague_fields("class A:\n    one: dict\n")) == []


def test_every_error_of_types_that_is_ignored_is_named_and_explained(checkout):
    found = [
        f"{path.relative_to(checkout)}:{number}"
        for path in modules(checkout)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if is_unexplained(line)
    ]
    assert found == []


def is_unexplained(line):
    return "# type: ignore" in line and not WITH_REASON.search(line)


def test_an_error_that_is_ignored_without_a_reason_is_found():
    assert is_unexplained("a.b = c  # type: ignore")
    assert is_unexplained("a.b = c  # type: ignore  # as the library documents it")
    assert is_unexplained("a.b = c  # type: ignore[attr-defined]")
    assert not is_unexplained("a.b = c  # type: ignore[attr-defined, misc]  # as the library documents it")
    assert not is_unexplained("a.b = c")
