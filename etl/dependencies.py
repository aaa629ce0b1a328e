"""
The code that a function runs: its own file, and every file of this tree that is imported from there, directly or not.

Read from the text of the files; nothing is imported or executed, and packages from elsewhere are no part of it. A file
of many functions, such as that of the stages, imports for all of them: what one of them needs is what it, and whatever
else of its file it names, takes from those imports. From there on whole files count, with the imports inside functions.
"""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

#: gives the text of the file at a path below the root, such as `etl/stages.py`; `None` where there is no such file
Reader = Callable[[str], str | None]


def reader(root: Path) -> Reader:
    """Return the reader of a tree on disk, which looks at each file once."""

    @cache
    def read(path: str) -> str | None:
        file = root / path
        return file.read_text("utf-8") if file.is_file() else None

    return read


def code_of(function: Callable[..., Any], read: Reader) -> dict[str, str]:
    """
    Return the text of every file that a function can run, by its path, in the order of paths.

    Parameters
    ----------
    function
        A function of a file in the tree; one that is defined inside another counts as that other.
    read
        The reader of the tree, which may be another than the one the function was loaded from.

    Raises
    ------
    LookupError
        If the tree does not define the function.
    """
    module, name = function.__module__, function.__qualname__.partition(".")[0]
    *_, (own, text) = [("", ""), *_files(module, read)]
    if name not in _definitions(own, text):
        message = f"This tree has no {module}.{name}, so what it depends on is not known."
        raise LookupError(message)
    code = {own: text}
    waiting = [module, *_names_imported_for(name, own, text)]
    while waiting:
        for path, content in _files(waiting.pop(), read):
            if path not in code:
                code[path] = content
                waiting += _names_imported(path, content)
    return dict(sorted(code.items()))


def _files(name: str, read: Reader) -> Iterator[tuple[str, str]]:
    """Yield path and text of the files that Python runs to import a dotted name: its packages, then its module."""
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        stem = "/".join(parts[:length])
        for path in (f"{stem}/__init__.py", f"{stem}.py"):
            text = read(path)
            if text is not None:
                yield path, text


@cache
def _names_imported(path: str, text: str) -> frozenset[str]:
    return frozenset(_dotted(ast.parse(text, path), path))


def _dotted(code: ast.AST, path: str) -> Iterator[str]:
    """Yield the dotted name of everything that is imported anywhere in a piece of code of the file at `path`."""
    for part in _statements(code):
        match part:
            case ast.Import(names=aliases):
                yield from (alias.name for alias in aliases)
            case ast.ImportFrom(module=module, names=aliases, level=level):
                package = path.split("/")[:-level] if level else []
                yield from (".".join([*package, *([module] if module else []), alias.name]) for alias in aliases)


def _statements(code: ast.AST) -> Iterator[ast.AST]:
    # expressions are most of a file and hold no imports
    yield code
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        for part in getattr(code, block, ()):
            yield from _statements(part)


@cache
def _names_imported_for(name: str, path: str, text: str) -> frozenset[str]:
    """Return the dotted names that a definition needs of its file's imports, itself or through others that it names."""
    definitions = _definitions(path, text)
    named, waiting, imported = {name}, [name], set[str]()
    while waiting:
        for statement in definitions[waiting.pop()]:
            imported.update(_dotted(statement, path))
            names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
            waiting += names & definitions.keys() - named
            named |= names
    return frozenset(imported)


@cache
def _definitions(path: str, text: str) -> dict[str, list[ast.stmt]]:
    """Return the statements at the top of a file that give each name its meaning; of an import, that name's part."""
    definitions = defaultdict[str, list[ast.stmt]](list)
    for statement in ast.parse(text, path).body:
        for part in _parts(statement):
            for name in _names_bound(part):
                definitions[name].append(part)
    return dict(definitions)


def _parts(statement: ast.stmt) -> list[ast.stmt]:
    match statement:
        case ast.Import(names=aliases):
            return [ast.Import([alias]) for alias in aliases]
        case ast.ImportFrom(module=module, names=aliases, level=level):
            return [ast.ImportFrom(module, [alias], level) for alias in aliases]
    return [statement]


def _names_bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    bound = set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.alias(name=name, asname=asname):
                bound.add(asname or name.partition(".")[0])
    return bound
