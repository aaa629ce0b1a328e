"""The rules of the source tree, read from its text: who may import whom, and what no file may name."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

APP_LINES = 60

#: folders that are made, not written
MADE = {".git", ".venv", "__pycache__", "static", "mhgis.egg-info", "shots"}
MADE_CACHES = {".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".make"}
MADE_DATA = {("data", "cache"), ("data", "built"), ("data", "published"), ("data", "local")}

#: which of our own parts each part may import; `app.py` and `pages/` are one part
OURS = {
    "mhgis": {"mhgis"},
    "etl": {"etl", "mhgis"},
    "pages": {"mhgis"},
    "app": {"mhgis"},
    "scripts": {"scripts", "mhgis", "etl"},
    "tests": {"tests", "scripts", "mhgis", "etl"},
}

#: which files may import a library that must be known in one place only; the tests may import any
THEIRS = {
    "streamlit": r"app\.py|pages/.*|mhgis/ui/.*",
    "duckdb": r"mhgis/store\.py",
    "plotly": r"mhgis/figures/.*",
    "matplotlib": r"mhgis/(figures|exports)/.*",
}

# in pieces, for the rule reads this file too
UNNAMEABLE = {
    "the folder beside the repository": re.compile(
        r"\.\./" + "shared|" + "shared" + "/(?:reference|look|papers|[A-Z]+\\.md)"
    ),
    "a path of one machine": re.compile(r"(?<![\w.\-/:*])/(?:" + "work|root|home|Users" + r")/\w"),
    "a package registry": re.compile(
        "pypi" + r"\.[a-z]|" + "pythonhosted" + r"\.|--(?:extra-)?index-" + "url|/opt/" + "(?:pypi|wheels)"
    ),
}


@dataclass(frozen=True)
class Import:
    """One import: the file and line it stands in, and the dotted name it asks for."""

    file: str
    line: int
    name: str

    @property
    def part(self) -> str:
        """The part of the tree the file belongs to: `mhgis`, `etl`, `pages`, `app`, ..."""
        return self.file.split("/", 1)[0].removesuffix(".py")


def files(root: Path) -> list[Path]:
    """Return the files that were written, not made, in order."""

    def is_made(parts: tuple[str, ...]) -> bool:
        return bool(set(parts) & (MADE | MADE_CACHES)) or parts[:2] in MADE_DATA

    return sorted(f for f in root.rglob("*") if f.is_file() and not is_made(f.relative_to(root).parts))


def _names(node: ast.AST, package: list[str]) -> Iterator[str]:
    match node:
        case ast.Import(names=aliases):
            yield from (alias.name for alias in aliases)
        case ast.ImportFrom(module=module, names=aliases, level=level):
            base = package[: len(package) - level + 1] if level else []
            prefix = ".".join([*base, *([module] if module else [])])
            yield from (f"{prefix}.{alias.name}" for alias in aliases)
        case ast.Call(func=ast.Attribute(attr="import_module") | ast.Name(id="__import__" | "import_module")):
            yield from (a.value for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str))


def imports(root: Path) -> list[Import]:
    """Return every import of every Python file under `root`, those inside functions included."""
    found = []
    for path in files(root):
        if path.suffix != ".py":
            continue
        relative = path.relative_to(root)
        for node in ast.walk(ast.parse(path.read_text("utf-8"), str(relative))):
            names = _names(node, list(relative.parts[:-1]))
            found += [Import(relative.as_posix(), getattr(node, "lineno", 0), name) for name in names]
    return found


def layering(root: Path) -> list[str]:
    """Return the imports that go the wrong way, or know a library that is another part's business."""
    faults = []
    for one in imports(root):
        asked = one.name.split(".")[0]
        where = f"{one.file}:{one.line}"
        if asked in OURS and asked not in OURS.get(one.part, OURS.keys()):
            faults.append(f"{where}: {one.part} imports {asked}")
        if asked in THEIRS and one.part != "tests" and not re.fullmatch(THEIRS[asked], one.file):
            faults.append(f"{where}: only {THEIRS[asked]} may import {asked}")
    return faults


def _module(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def cycles(root: Path) -> list[str]:
    """Return the first circle of modules of `mhgis` that import each other, if there is one."""
    modules = {_module(p.relative_to(root).as_posix()) for p in (root / "mhgis").rglob("*.py")}
    asks: dict[str, set[str]] = {module: set() for module in modules}
    for one in imports(root):
        if one.part == "mhgis":
            # `from mhgis.measures.rates import shortfall_to` asks for the module, `from mhgis import rates` too
            targets = [name for name in (one.name, one.name.rpartition(".")[0]) if name in modules]
            asks[_module(one.file)] |= set(targets[:1])
    try:
        TopologicalSorter(asks).prepare()
    except CycleError as error:
        return [f"circle of imports: {' -> '.join(reversed(error.args[1]))}"]
    return []


def unnameable(root: Path) -> list[str]:
    """Return the lines that name a folder, machine or registry the repository must not know."""
    faults = []
    for path in files(root):
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            faults += [
                f"{path.relative_to(root).as_posix()}:{number}: names {what}"
                for what, pattern in UNNAMEABLE.items()
                if pattern.search(line)
            ]
    return faults


#: where code speaks to users or computes; a country's facts are in its pack
CODE = ("app.py", "mhgis/", "etl/", "pages/", "scripts/")
CODE_SUFFIXES = {".py", ".js", ".css", ".sql", ".po"}
#: a country, its codes, its datasets; 100000 alone is the scale of a rate where it stands after a sign
A_COUNTRY = re.compile(
    r"\bchina\b|中国|tianditu|天地图|南海|\bcn-[a-z]|[\"']cn[\"']|[\"']100000[\"']|(?-i:\b(?:Taiwan|Macau|Gansu|Testland)\b)",
    re.IGNORECASE,
)


def country_in_code(root: Path) -> list[str]:
    """Return the lines of code that name a country: which one it is, only its pack and the tests know."""
    faults = []
    for path in files(root):
        name = path.relative_to(root).as_posix()
        if path.suffix in CODE_SUFFIXES and name.startswith(CODE):
            lines = path.read_text("utf-8").splitlines()
            faults += [f"{name}:{n}: names a country" for n, line in enumerate(lines, 1) if A_COUNTRY.search(line)]
    return faults


def app_is_short(root: Path) -> list[str]:
    """Return a fault where `app.py` does more than navigate."""
    app = root / "app.py"
    lines = len(app.read_text("utf-8").splitlines()) if app.exists() else 0
    return [f"app.py: {lines} lines, at most {APP_LINES}"] if lines > APP_LINES else []


def violations(root: Path) -> list[str]:
    """Return everything under `root` that breaks a rule, one line each, with its place."""
    return [*layering(root), *cycles(root), *unnameable(root), *country_in_code(root), *app_is_short(root)]
