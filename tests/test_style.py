"""The house rules that a machine can check: who may call whom, and how long things may be."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
MODULES: Final = sorted((ROOT / "hub").rglob("*.py"))
NAMES: Final = [str(module.relative_to(ROOT)) for module in MODULES]

# DESIGN.md section 3: calls go down, never up. What stands at the bottom may be used by all, and uses only itself.
BOTTOM: Final = {"errors", "faults", "files", "languages", "settings"}
BELOW: Final = {
    **dict.fromkeys(BOTTOM, BOTTOM),
    "documents": BOTTOM,
    "catalogue": BOTTOM | {"documents"},
    "search": BOTTOM | {"documents", "catalogue"},
    "contribute": BOTTOM | {"documents", "catalogue", "search"},
    "share": BOTTOM | {"documents", "catalogue", "search"},
    "learning": BOTTOM | {"documents", "catalogue", "search"},
    "web": BOTTOM | {"documents", "catalogue", "search", "contribute", "share", "learning"},
    "cli": BOTTOM | {"documents", "catalogue", "search", "contribute", "share", "learning"},
}
DOORS: Final = {"web", "cli"}
# What only a door may know: the request and the command line.
OF_THE_DOORS: Final = {"flask", "flask_babel", "werkzeug", "jinja2", "click", "gunicorn"}

MOST_LINES: Final = 400
MOST_LINES_OF_A_PACKAGE: Final = 60
MOST_LINES_OF_A_CONFTEST: Final = 200
MOST_LINES_OF_A_FUNCTION: Final = 40
# Alembic writes a migration as one list of tables; cutting it up would only hide it.
LONG_BY_NATURE: Final = {"hub/catalogue/migrations/versions"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text("utf-8"))


def room(module: Path) -> str:
    """The part of the house a module stands in; empty for hub/__init__.py, which puts it together."""
    first = module.relative_to(ROOT / "hub").parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imported(parsed: ast.Module) -> Iterator[str]:
    """Every dotted name that a module imports, also inside functions."""
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports say the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def trespasses(name: str, parsed: ast.Module) -> list[str]:
    """The imports that a module of that room may not have."""
    wrong = []
    for dotted in imported(parsed):
        package, _, rest = dotted.partition(".")
        target = rest.split(".")[0]
        if package in OF_THE_DOORS and name not in DOORS:
            wrong.append(dotted)
        # `from hub import create_app` is how a door starts the whole.
        if package == "hub" and target in BELOW and target != name and target not in BELOW[name]:
            wrong.append(dotted)
        if package == "hub" and target not in BELOW and name not in DOORS:
            wrong.append(dotted)
    return wrong


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_a_module_calls_only_what_stands_below_it(module: Path) -> None:
    if room(module):
        assert room(module) in BELOW, f"{room(module)} has no place in the house"
        assert trespasses(room(module), tree(module)) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("documents", "from hub.catalogue import queries"),
        ("documents", "def later():\n    import hub.search.ask"),
        ("catalogue", "from hub.search.refresh import refresh"),
        ("search", "from flask import request"),
        ("catalogue", "import click"),
        ("search", "from hub import create_app"),
        ("web", "from hub.cli import cli"),
        ("errors", "from hub.documents.problems import Problem"),
    ],
)
def test_a_call_upwards_would_be_noticed(name: str, line: str) -> None:
    assert trespasses(name, ast.parse(line)) != []


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_a_module_can_be_read_in_one_sitting(module: Path) -> None:
    most = MOST_LINES_OF_A_PACKAGE if module.name == "__init__.py" else MOST_LINES
    assert len(module.read_text("utf-8").splitlines()) <= most


def test_shared_fixtures_can_be_read_in_one_sitting() -> None:
    for conftest in (ROOT / "tests").rglob("conftest.py"):
        assert len(conftest.read_text("utf-8").splitlines()) <= MOST_LINES_OF_A_CONFTEST, conftest


def functions() -> Iterator[tuple[str, int]]:
    """Every function outside the migrations with the number of lines of its body, without the docstring."""
    for name, module in zip(NAMES, MODULES, strict=True):
        if not any(name.startswith(folder) for folder in LONG_BY_NATURE):
            for node in ast.walk(tree(module)):
                if isinstance(node, Function):
                    yield f"{name}:{node.name}", body_lines(node)


def body_lines(function: Function) -> int:
    first = function.body[1 if ast.get_docstring(function) is not None else 0 :]
    return (function.end_lineno or 0) - first[0].lineno + 1 if first else 0


def test_no_function_is_longer_than_a_screen() -> None:
    assert {name: lines for name, lines in functions() if lines > MOST_LINES_OF_A_FUNCTION} == {}


def test_most_functions_are_short() -> None:
    assert median(lines for _, lines in functions()) <= 10


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_every_module_says_what_it_is_for(module: Path) -> None:
    assert ast.get_docstring(tree(module))
