"""
One way to escape, in the code that users read: no second escaper of Markdown, no second writer of CSV, and no HTML of
the screen but by `markupsafe`, which escapes what is put into it.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

#: the one escaper, and the one writer of cells
ESCAPER = "mhgis/formats.py"
CSV_WRITER = "mhgis/exports/csv_json.py"
#: modules of ours whose `to_csv` is that writer
OURS = {"csv_json", "faults"}
#: who lists these signs in one text is about to escape Markdown
SIGNS = set("`*_[]")
#: an element of HTML that opens or closes
TAG = re.compile(r"</?[a-z]+[1-6]?[\s>]")


def _docstrings(tree: ast.Module) -> set[int]:
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, owners) and node.body and isinstance(node.body[0], ast.Expr)
    }


def _fixed(text: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in text.values)


def _faults(tree: ast.Module, name: str) -> Iterator[str]:
    said = _docstrings(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if set(text) >= SIGNS and id(node) not in said and name != ESCAPER:
                yield f"{name}:{node.lineno}: {text!r} is a second escaper of Markdown: use formats.plain"
            case ast.JoinedStr() if name.startswith("mhgis/ui/") and TAG.search(_fixed(node)):
                yield f"{name}:{node.lineno}: HTML without an escape: use markupsafe.Markup(...).format(...)"
            case ast.Import(names=[ast.alias(name="html")]) if name.startswith(("mhgis/ui/", "mhgis/figures/")):
                yield f"{name}:{node.lineno}: HTML is escaped by hand: use markupsafe.Markup, in a figure text.typed"
            case ast.Attribute(value=ast.Name(id="csv"), attr="writer" | "DictWriter") if name != CSV_WRITER:
                yield f"{name}:{node.lineno}: a second writer of CSV: use csv_json.to_csv"
            case ast.Call(func=ast.Attribute(value=source, attr="to_csv")):
                if not (isinstance(source, ast.Name) and source.id in OURS):
                    yield f"{name}:{node.lineno}: a table is written as it is: use csv_json.to_csv"


def second_ways(root: Path) -> list[str]:
    """Return where code under `root` that speaks to users escapes, or writes CSV, in a way of its own."""
    faults = []
    for path in sorted([*root.glob("app.py"), *(root / "pages").rglob("*.py"), *(root / "mhgis").rglob("*.py")]):
        name = path.relative_to(root).as_posix()
        faults += sorted(_faults(ast.parse(path.read_text("utf-8"), name), name))
    return faults
