"""The rules of the source tree, read from its text: who may import whom, and what no file may name."""

import ast
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
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

#: the wings of `mhgis`, in order: each may import those before it and the ground, never one after it
WINGS = ("measures", "planning", "view", "words", "figures", "exports", "importing", "queries", "ui")
#: the modules at the top of `mhgis`, which are used by all and use nothing above
GROUND = "the ground"

#: what is never imported by whom beside the order of the wings: files, names, and the rule as a reader is told it
NEVER = (
    (r"etl/.*", r"mhgis\.(view|ui)(\..*)?", "etl imports neither view nor ui"),
    (r"mhgis/ui/part/.*", r"mhgis\.ui\.page(\..*)?", "ui/part does not import ui/page"),
)

#: statements of SQL, which the parts that draw have none of
A_STATEMENT = re.compile(r"\b(?:SELECT|INSERT INTO|CREATE (?:TABLE|VIEW)|DELETE FROM)\b")
DRAWS = ("mhgis/ui/", "pages/", "app.py")

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
    found = []
    for folder, inner, names in os.walk(root):
        above = Path(folder).relative_to(root).parts
        # what was made is not entered: an environment has tens of thousands of files
        inner[:] = [name for name in inner if not _is_made((*above, name))]
        found += [Path(folder, name) for name in names if not _is_made((*above, name))]
    return sorted(file for file in found if file.is_file())


def _is_made(parts: tuple[str, ...]) -> bool:
    return parts[-1] in MADE | MADE_CACHES or parts[:2] in MADE_DATA


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
    return [
        one
        for path in files(root)
        if path.suffix == ".py"
        for one in _imports(path.relative_to(root).as_posix(), path.read_text("utf-8"))
    ]


# two rules ask for the imports of the same files
@cache
def _imports(file: str, text: str) -> list[Import]:
    found = []
    for node in ast.walk(ast.parse(text, file)):
        found += [Import(file, getattr(node, "lineno", 0), name) for name in _names(node, file.split("/")[:-1])]
    return found


def layering(asked_for: Iterable[Import]) -> list[str]:
    """Return the imports that go the wrong way, or know a library that is another part's business."""
    faults = []
    for one in asked_for:
        asked = one.name.split(".")[0]
        where = f"{one.file}:{one.line}"
        if asked in OURS and asked not in OURS.get(one.part, OURS.keys()):
            faults.append(f"{where}: {one.part} imports {asked}")
        if asked in THEIRS and one.part != "tests" and not re.fullmatch(THEIRS[asked], one.file):
            faults.append(f"{where}: only {THEIRS[asked]} may import {asked}")
    return faults


def _wing_of_file(file: str) -> str | None:
    parts = file.split("/")
    if parts[0] != "mhgis":
        return None
    return parts[1] if len(parts) > 2 and parts[1] in WINGS else GROUND


def _wing_of_name(name: str) -> str | None:
    parts = name.split(".")
    if parts[0] != "mhgis":
        return None
    return parts[1] if len(parts) > 1 and parts[1] in WINGS else GROUND


def order_of_wings(asked_for: Iterable[Import]) -> list[str]:
    """Return the imports of a wing by one that comes before it, and those of a wing by the ground."""
    place = {GROUND: -1, **{wing: at for at, wing in enumerate(WINGS)}}
    faults = []
    for asked in asked_for:
        wing, other = _wing_of_file(asked.file), _wing_of_name(asked.name)
        if wing is not None and other is not None and place[other] > place[wing]:
            faults.append(f"{asked.file}:{asked.line}: {wing} imports {other}, which comes after it")
    return faults


def nevers(asked_for: Iterable[Import]) -> list[str]:
    """Return the imports that are never made, whatever the order of the wings."""
    return [
        f"{asked.file}:{asked.line}: {rule}"
        for asked in asked_for
        for files_of, names, rule in NEVER
        if re.fullmatch(files_of, asked.file) and re.fullmatch(names, asked.name)
    ]


def statements_where_it_is_drawn(root: Path) -> list[str]:
    """Return the lines of the screen that hold a statement of SQL: what is asked of the tables stands in queries."""
    faults = []
    for path in files(root):
        name = path.relative_to(root).as_posix()
        if path.suffix in CODE_SUFFIXES and name.startswith(DRAWS):
            lines = path.read_text("utf-8").splitlines()
            numbers = [number for number, line in enumerate(lines, 1) if A_STATEMENT.search(line)]
            faults += [f"{name}:{number}: SQL where it is drawn" for number in numbers]
    return faults


def _module(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def cycles(asked_for: Iterable[Import], modules: Collection[str]) -> list[str]:
    """Return the first circle of modules of `mhgis` that import each other, if there is one."""
    asks: dict[str, set[str]] = {module: set() for module in modules}
    for one in asked_for:
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


#: what reads the text of one part of a link, beside the functions that take a `text`; `links.parse` reads the link
READERS = {"parse", "parse_order"}
#: what is asked, and what takes a text of it apart
ASKED = {"view", "asked", "question", "reach"}
SPLITTERS = {"split", "rsplit", "partition", "rpartition", "splitlines"}
#: where such a text is read: where the link is, and beside the question that it asks
READING = ("mhgis/view/", "mhgis/measures/", "mhgis/planning/")
SHOWING = ("app.py", "pages/", "mhgis/")


def texts_read(root: Path) -> list[str]:
    """Return the calls that read the text of a part of a link anywhere but where links are read."""
    sources = {
        path.relative_to(root).as_posix(): path.read_text("utf-8") for path in files(root) if path.suffix == ".py"
    }
    takers = {taker for name, text in sources.items() if name.startswith(READING) for taker in _take_a_text(name, text)}
    faults = []
    for name, text in sources.items():
        if name.startswith(SHOWING) and not name.startswith(READING):
            tree = ast.parse(text, name)
            imported = _imported(tree)
            calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
            lines = [call.lineno for call in calls if _reads_a_text(call) or _asked_of(call, imported) in takers]
            faults += [f"{name}:{line}: reads the text of a part of a link" for line in lines]
    return faults


@cache
def _take_a_text(file: str, source: str) -> frozenset[str]:
    """Return the functions of a module that are given a `text` and nothing else, by their full names."""
    return frozenset(
        f"{_module(file)}.{node.name}"
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and [argument.arg for argument in node.args.args] == ["text"]
    )


def _imported(tree: ast.AST) -> dict[str, str]:
    """Return the full name of each name that a file imports from another."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _asked_of(call: ast.Call, imported: Mapping[str, str]) -> str:
    match call.func:
        case ast.Name(id=name):
            return imported.get(name, "")
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            return f"{imported.get(module, '')}.{name}"
    return ""


def _reads_a_text(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id="links"), attr="parse"):
            return False
        # of a kind of part: `question.kinds["steps"].read(...)`
        case ast.Attribute(value=ast.Subscript(value=ast.Attribute(attr="kinds")), attr="read"):
            return True
        # a part of what is asked, taken apart by hand: `asked.steps.split("/")`
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id=asked) | ast.Attribute(attr=asked)), attr=splits) if (
            splits in SPLITTERS
        ):
            return asked in ASKED
        case ast.Attribute(attr=reader) | ast.Name(id=reader):
            return reader in READERS
    return False


def app_is_short(root: Path) -> list[str]:
    """Return a fault where `app.py` does more than navigate."""
    app = root / "app.py"
    lines = len(app.read_text("utf-8").splitlines()) if app.exists() else 0
    return [f"app.py: {lines} lines, at most {APP_LINES}"] if lines > APP_LINES else []


def violations(root: Path) -> list[str]:
    """Return everything under `root` that breaks a rule, one line each, with its place."""
    asked_for = imports(root)
    modules = {_module(p.relative_to(root).as_posix()) for p in (root / "mhgis").rglob("*.py")}
    of_imports = [*layering(asked_for), *order_of_wings(asked_for), *nevers(asked_for), *cycles(asked_for, modules)]
    of_texts = [*statements_where_it_is_drawn(root), *unnameable(root), *country_in_code(root), *texts_read(root)]
    return [*of_imports, *of_texts, *app_is_short(root)]
