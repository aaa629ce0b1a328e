"""
What is counted is listed in the registry of indicators alone: no other file lists resources by name.

A file that names one resource for itself is none of this; one that names two in one list, as keys, as arguments or in
a text of columns has a list of its own, which a new resource would be missing from.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from mhgis import paths
from mhgis.indicators import REGISTRY, RESOURCES
from tests.rules.architecture import files

#: files that may, each with its reason
MAY_LIST = {
    "mhgis/indicators.py": "the registry itself",
    "mhgis/measures/downscale.py": "the model's method has a step of its own for each quantity that it allocates",
    "etl/model.py": "hands the model the quantities that its method takes",
    "mhgis/planning/alliances.py": "who leads an alliance is a matter of beds and psychiatrists: `COUNTED`",
    "mhgis/importing/header_words.py": "a dictionary of what files call their columns",
    "mhgis/importing/counted.py": "a dictionary of what files say their columns count",
}
#: what is listed: resources, and the indicators that count one
NAMES = frozenset(RESOURCES) | {name for name, indicator in REGISTRY.items() if indicator.numerator in RESOURCES}
#: between two commas of a statement of SQL the first word or the last is a column: `SELECT f.beds, f.nurses FROM`
_WORD = re.compile(r"(?:\w+\.)?(\w+)")
_RATE = "_per_100k"


def resources_listed(root: Path = paths.ROOT) -> list[str]:
    """Return the places under `root` that list resources or their indicators by name, or that make up the id of one."""
    faults = []
    for path in files(root):
        name = path.relative_to(root).as_posix()
        if path.suffix == ".py" and name.startswith(("mhgis/", "etl/", "pages/", "app.py")) and name not in MAY_LIST:
            faults += _faults(name, path.read_text("utf-8"))
    return faults


@cache
def _faults(file: str, text: str) -> list[str]:
    tree = ast.parse(text, file)
    about = _docstrings(tree)
    faults = []
    for node in ast.walk(tree):
        if node in about:
            continue
        listed = set(_named(node)) & NAMES
        if len(listed) > 1:
            faults.append(f"{file}:{getattr(node, 'lineno', 0)}: lists {', '.join(sorted(listed))}")
        if isinstance(node, ast.JoinedStr) and any(_is_text(part, _RATE) for part in node.values):
            faults.append(f"{file}:{node.lineno}: makes up the id of a rate")
    return faults


def _is_text(node: ast.AST, start: str) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(start)


def _docstrings(tree: ast.AST) -> set[ast.AST]:
    return {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _named(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts) | ast.Call(args=parts):
            yield from _texts(parts)
        case ast.Dict(keys=keys):
            yield from _texts([key for key in keys if key is not None])
        case ast.Constant(value=str() as text) if "," in text:
            for part in text.split(","):
                words = _WORD.findall(part)
                yield from (*words[:1], *words[-1:])


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
