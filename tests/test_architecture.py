"""The rooms of the house: what may import what, how long a chain of imports is, and that the map of the rooms is true.

The layers themselves are contracts of import-linter (pyproject.toml); here stands what it cannot say.
"""

import re
import tomllib
from functools import cache

import grimp
import pytest
from django.urls import URLPattern, get_resolver

APPS = ("frameworks", "training", "assessments")
# A longer one is hard to follow, and each link of it is a file to open.
LONGEST_CHAIN = 15
# More modules side by side are two subjects.
MOST_MODULES = 12
# What Django looks for at an app's root, and the few modules that belong to no subject.
FLAT = {
    "frameworks": {"admin", "apps", "hooks", "models", "signals", "texts", "urls"},
    "training": {"admin", "apps", "models", "recommendations", "urls"},
    "assessments": {"admin", "apps", "demo", "models", "own", "urls"},
    "kip_site.accounts": {"access", "admin", "apps", "models", "signals", "urls"},
}


@cache
def contracts(checkout):
    return tomllib.loads((checkout / "pyproject.toml").read_text())["tool"]["importlinter"]


def built(checkout, **options):
    return grimp.build_graph(*contracts(checkout)["root_packages"], cache_dir=None, **options)


@pytest.fixture(scope="module")
def graph(checkout):
    return built(checkout)


@pytest.fixture(scope="module")
def imports(checkout):
    """{module: the others that it imports, be it for types alone}, each package of models counted as one module."""
    return imports_in(built(checkout))


def imports_in(graph):
    for package in sorted(graph.find_matching_modules("**.models")):
        if graph.find_children(package):
            graph.squash_module(package)
    return {module: graph.find_modules_directly_imported_by(module) - {module} for module in graph.modules}


def test_no_import_goes_in_a_circle(imports):
    assert circle_in(imports) is None


def circle_in(imports):
    """A list of modules of which each imports the next and the last one the first; or None."""
    done, path = set(), []

    def visit(module):
        if module in path:
            return path[path.index(module) :]
        if module in done:
            return None
        path.append(module)
        found = next((circle for other in sorted(imports[module]) if (circle := visit(other))), None)
        path.pop()
        done.add(module)
        return found

    return next((circle for module in sorted(imports) if (circle := visit(module))), None)


def test_a_circle_is_found():
    assert circle_in({"a": {"b"}, "b": {"c", "d"}, "c": set(), "d": {"b"}}) == ["b", "d"]


def test_no_chain_of_imports_is_longer_than_can_be_followed(checkout):
    # What is imported for types alone (`if TYPE_CHECKING`) never runs, so nobody has to follow it.
    imports = imports_in(built(checkout, exclude_type_checking_imports=True))

    @cache
    def chain_from(module):
        return (module, *max((chain_from(other) for other in sorted(imports[module])), key=len, default=()))

    longest = max((chain_from(module) for module in sorted(imports)), key=len)
    assert len(longest) <= LONGEST_CHAIN, " imports ".join(longest)


def test_every_pattern_of_a_contract_matches_a_module(checkout, graph):
    named = [
        name
        for contract in contracts(checkout)["contracts"]
        for field in ("source_modules", "forbidden_modules", "containers", "layers")
        for entry in contract.get(field, ())
        for container in (contract["containers"] if field == "layers" and "containers" in contract else [""])
        for name in (".".join(filter(None, (container, part))) for part in re.split(r"[\s|:()]+", entry) if part)
    ]
    assert len(named) > 40
    assert [name for name in named if not matched(graph, name)] == []


def matched(graph, name):
    return graph.find_matching_modules(name) if "*" in name else name in graph.modules


def test_a_pattern_without_a_module_is_found(graph):
    assert not matched(graph, "**.no_such_shelf")
    assert not matched(graph, "frameworks.no_such_subject")


def test_what_computes_does_not_import_the_database_of_django_either(checkout, graph):
    """import-linter can forbid Django as a whole, and not a part of it."""
    (contract,) = (
        each for each in contracts(checkout)["contracts"] if each["name"] == "What computes knows no database"
    )
    modules = {
        module
        for name in contract["source_modules"]
        for module in graph.find_matching_modules(name)
        if name in graph.modules or "*" in name
    }
    assert len(modules) > 30
    assert [module for module in sorted(modules) if imports_database(checkout, module)] == []


def imports_database(checkout, module):
    path = checkout / module.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return re.search(r"^\s*(from|import) django\.(db|contrib)\b", path.read_text(encoding="utf-8"), re.MULTILINE)


def modules_by_package(graph):
    """{package: names of the modules in it that are no packages}"""
    found = {}
    for module in graph.modules:
        package, _dot, name = module.rpartition(".")
        if not graph.find_children(module):
            found.setdefault(package, set()).add(name)
    return found


@pytest.mark.parametrize("package", FLAT)
def test_nothing_but_wiring_stands_flat_in(package, graph):
    assert modules_by_package(graph)[package] - FLAT[package] == set()


def test_no_subject_has_more_modules_than_one_sees_at_a_glance(graph):
    subjects = {
        package: names
        for package, names in modules_by_package(graph).items()
        if package.startswith((*(f"{app}." for app in APPS), "kip_site.accounts."))
        and not package.endswith((".migrations", ".models", ".commands", ".views"))
    }
    assert len(subjects) > 15
    assert {package: sorted(names) for package, names in subjects.items() if len(names) > MOST_MODULES} == {}


@pytest.mark.parametrize("package", FLAT)
def test_templates_and_tests_have_the_same_rooms_as(package, checkout, graph):
    app = package.removeprefix("kip_site.")
    subjects = {name.rpartition(".")[2] for name in graph.find_children(package) if graph.find_children(name)} - {
        "migrations",
        "models",
        "management",
        "templatetags",
    }
    assert rooms(checkout / "tests" / app) == subjects
    assert rooms(checkout / "templates" / app) - subjects == set()


def rooms(folder):
    return {path.name for path in folder.iterdir() if path.is_dir()} - {"__pycache__"}


# --- The map: docs/developing.md ------------------------------------------------------------------


def rows_of_the_map(checkout):
    """The cells of each row of the tables that begin "To change"."""
    text = (checkout / "docs" / "developing.md").read_text(encoding="utf-8")
    tables = re.findall(r"^\| To change .*\n\|[-| ]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split("|")] for table in tables for line in table.splitlines()]


def own_addresses():
    """The names of all addresses of the URLconfs that are the site's own."""

    def walk(resolver, prefix):
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern):
                yield prefix + pattern.name
            elif getattr(pattern.urlconf_module, "__name__", "").startswith(("kip_site.", *APPS)):
                yield from walk(pattern, f"{pattern.namespace}:" if pattern.namespace else "")

    return set(walk(get_resolver(), ""))


def test_the_map_names_every_address(checkout):
    named = {name for row in rows_of_the_map(checkout) for name in re.findall(r"`([\w:]+)`", row[1])}
    assert own_addresses() - named == set(), "addresses that the map misses"
    assert named - own_addresses() == set(), "addresses that are not there any more"


def test_whatever_the_map_points_to_is_there(checkout):
    rows = rows_of_the_map(checkout)
    assert len(rows) > 40
    paths = [path for row in rows for cell in row[2:] for path in re.findall(r"`([^`]+)`", cell)]
    assert [path for path in paths if not list(checkout.glob(path))] == []
