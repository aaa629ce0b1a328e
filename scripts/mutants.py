"""
Change one thing in the code and see whether a test of that module notices: a sample of such mutants, and the survivors.

A mutant is one comparison, operator, number or truth value made another, by the operators of `mutmut`; they are
drawn by chance from the wings that calculate, and the same seed draws the same ones. Text for readers, type annotations
and decorators are left alone, and so is the promise of `zip` that its parts are of one length. No file is changed: see
`scripts.mutant_runs`. `make mutants` runs it.
"""

import argparse
import ast
import csv
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, cast

import libcst
from libcst.metadata import (
    CodePosition,
    CodeRange,
    MetadataWrapper,
    PositionProvider,
    WhitespaceInclusivePositionProvider,
)
from mutmut.mutation import mutators

from mhgis import paths
from scripts.mutant_runs import Outcome, run_all

#: the wings that calculate, and check what is given to them
WINGS: Final = ("mhgis/measures", "mhgis/planning", "mhgis/importing")
#: the tests that may notice; those of the published data, of the pages and of the browser say nothing of one module
TESTS: Final = ("tests/unit",)
#: mutants that no test can notice, each with the reason, reviewed by hand
EQUIVALENTS: Final = Path("tests/mutants_equivalent.csv")

SAMPLE: Final = 200

#: is said of a survivor where it is so
UNTESTED: Final = "\n    no test runs this"

#: what is changed, of all that mutmut can change: no text, no argument left out, no assignment of nothing
OPERATORS: Final = (
    (libcst.BaseNumber, mutators.operator_number),
    (libcst.Name, mutators.operator_name),
    (libcst.UnaryOperation, mutators.operator_remove_unary_ops),
    (libcst.CSTNode, mutators.operator_keywords),
    (libcst.CSTNode, mutators.operator_swap_op),
)


@dataclass(frozen=True)
class Mutant:
    """
    A file with one change.

    `function` is the dotted name of what the change lies in, or nothing at the top of the file, and `lines` are the
    first and the last line of that. `before` and `after` are the changed line.
    """

    file: str
    line: int
    function: str
    lines: tuple[int, int]
    before: str
    after: str
    code: str

    def __str__(self) -> str:
        """Say where the change is, and what."""
        return f"{self.file}:{self.line} ({self.function or 'top of the file'})\n    {self.before}\n -> {self.after}"


class Equivalent(NamedTuple):
    """A row of the reviewed table: a mutant that says the same as the code, and why."""

    file: str
    function: str
    before: str
    after: str
    reason: str


class _Change(NamedTuple):
    """What comes in a place, and the place and dotted name of the function or class around it, if any."""

    place: CodeRange
    new: str
    function: str
    whole: CodeRange | None


class _Changes(libcst.CSTVisitor):
    """Collects the places of a module that can be changed, each with the text that comes there."""

    METADATA_DEPENDENCIES = (PositionProvider, WhitespaceInclusivePositionProvider)

    def __init__(self, module: libcst.Module) -> None:
        super().__init__()
        self.changes: list[_Change] = []
        self._module = module
        self._inside: list[libcst.FunctionDef | libcst.ClassDef] = []

    def on_visit(self, node: libcst.CSTNode) -> bool:
        if isinstance(node, libcst.Annotation | libcst.Decorator) or _is_strictness(node):
            return False
        if isinstance(node, libcst.FunctionDef | libcst.ClassDef):
            self._inside.append(node)
        for kind, operator in OPERATORS:
            for changed in operator(node) if isinstance(node, kind) else ():
                self._add(node, cast("libcst.CSTNode", changed))
        return True

    def on_leave(self, original_node: libcst.CSTNode) -> None:
        if self._inside and self._inside[-1] is original_node:
            self._inside.pop()

    def _add(self, node: libcst.CSTNode, changed: libcst.CSTNode) -> None:
        name = ".".join(each.name.value for each in self._inside)
        whole = self._place(self._inside[-1].body) if self._inside else None
        # of an operation the operator alone, so that the lines around it stay as they are
        old, new = getattr(node, "operator", node), getattr(changed, "operator", changed)
        if type(node) is not type(changed):
            old, new = node, changed
        place = cast("CodeRange", self.get_metadata(PositionProvider, old))
        self.changes.append(_Change(place, self._module.code_for_node(new).strip(), name, whole))

    def _place(self, node: libcst.CSTNode) -> CodeRange:
        return cast("CodeRange", self.get_metadata(WhitespaceInclusivePositionProvider, node))


def _is_strictness(node: libcst.CSTNode) -> bool:
    return isinstance(node, libcst.Arg) and node.keyword is not None and node.keyword.value == "strict"


def list_mutants(file: str, text: str) -> list[Mutant]:
    """Return every mutant of a file, in the order of the text."""
    wrapper = MetadataWrapper(libcst.parse_module(text))
    visitor = _Changes(wrapper.module)
    wrapper.visit(visitor)
    ordered = sorted(visitor.changes, key=lambda each: (each.place.start.line, each.place.start.column, each.new))
    return [_mutant(file, text, change) for change in ordered]


def _mutant(file: str, text: str, change: _Change) -> Mutant:
    lines = text.splitlines(keepends=True)
    code = text[: _offset(lines, change.place.start)] + change.new + text[_offset(lines, change.place.end) :]
    changed = code.splitlines(keepends=True)
    at = next(index for index, line in enumerate(lines) if line != changed[index])
    # a block ends at the beginning of the line after it
    ends = change.whole and change.whole.end.line - (not change.whole.end.column)
    span = (change.whole.start.line, ends) if change.whole and ends else (1, len(lines))
    return Mutant(file, at + 1, change.function, span, lines[at].strip(), changed[at].strip(), code)


def _offset(lines: list[str], position: CodePosition) -> int:
    return sum(map(len, lines[: position.line - 1])) + position.column


def files_of(root: Path, chosen: Iterable[str]) -> list[str]:
    """Return the paths of the modules in the folders, or with the paths, that are chosen."""
    named = [root / path for path in chosen]
    files = {file for path in named for file in (path.rglob("*.py") if path.is_dir() else [path])}
    return sorted(file.relative_to(root).as_posix() for file in files)


def draw(mutants: Sequence[Mutant], n: int, seed: int) -> list[Mutant]:
    """Return `n` mutants drawn by chance, or all where there are fewer, in the order in which they were given."""
    indexes = random.Random(seed).sample(range(len(mutants)), min(n, len(mutants)))  # noqa: S311 - no secret
    return [mutants[index] for index in sorted(indexes)]


class TestMap:
    """
    Which test files are a module's own.

    Parameters
    ----------
    root
        The project's folder.
    """

    def __init__(self, root: Path) -> None:
        self._ours = _imports(root, "mhgis")
        self._tests = _imports(root, "tests")
        self._reached = {test: self._reach(test) for test in self._tests if _is_test(test)}

    def of(self, file: str) -> list[str]:
        """
        Return the test files of a module: those that import it.

        Of a module that no test imports, they are the tests of the modules that import it, or else of those that
        import these. Help that tests import counts as the tests' own.
        """
        wanted, seen = {_dotted(file)}, set[str]()
        while wanted:
            own = sorted(test for test, names in self._reached.items() if wanted & names)
            if own:
                return own
            seen |= wanted
            wanted = {_dotted(path) for path, names in self._ours.items() if wanted & names} - seen
        return []

    def _reach(self, test: str) -> set[str]:
        """Return what a test file imports, itself or through the help that it imports."""
        reached, waiting = set[str](), [test]
        while waiting:
            names = self._tests[waiting.pop()] - reached
            reached |= names
            waiting += [path for path in self._tests if _dotted(path) in names]
        return reached


def _is_test(path: str) -> bool:
    return path.startswith(TESTS) and Path(path).name.startswith("test_")


def _imports(root: Path, folder: str) -> dict[str, set[str]]:
    files = sorted((root / folder).rglob("*.py"))
    return {file.relative_to(root).as_posix(): set(_names(ast.parse(file.read_text("utf-8")))) for file in files}


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def read_equivalents(path: Path) -> list[Equivalent]:
    """Return the rows of the reviewed table."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Equivalent(**row) for row in csv.DictReader(file)]


def is_equivalent(mutant: Mutant, known: Iterable[Equivalent]) -> bool:
    """Tell whether the reviewed table has a mutant; the line's number is no part of it, for lines move."""
    return any(row[:4] == (mutant.file, mutant.function, mutant.before, mutant.after) for row in known)


def report(outcomes: Sequence[tuple[Mutant, Outcome]], known: Sequence[Equivalent]) -> tuple[str, float]:
    """
    Return what is printed at the end, and the share of mutants that were noticed.

    Equivalent mutants are no part of the share, and are counted apart; one of them that a test does notice was noted
    wrongly, and is named.
    """
    judged = [(mutant, outcome) for mutant, outcome in outcomes if not is_equivalent(mutant, known)]
    apart = [(mutant, outcome) for mutant, outcome in outcomes if is_equivalent(mutant, known)]
    survivors = [(mutant, outcome) for mutant, outcome in judged if not outcome.noticed]
    wrong = [mutant for mutant, outcome in apart if outcome.noticed]
    share = (len(judged) - len(survivors)) / len(judged) if judged else 1.0
    lines = [f"{mutant}{'' if outcome.n_tests else UNTESTED}" for mutant, outcome in survivors]
    lines += [f"noted as equivalent, and yet a test notices it: {mutant}" for mutant in wrong]
    lines.append(
        f"{len(judged) - len(survivors)} of {len(judged)} mutants noticed ({share:.1%}), {len(survivors)} survived;"
        f" {len(apart)} equivalent ones apart"
    )
    return "\n".join(lines), share


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, run and report; the exit code tells only of a bound that was asked for."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__.strip().splitlines()[0])
    parser.add_argument("paths", nargs="*", default=WINGS, help="modules or folders to change (default: three wings)")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="how many mutants are drawn (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="which ones are drawn (default: %(default)s)")
    parser.add_argument("--at-least", type=float, default=0.0, metavar="SHARE", help="end in failure below this share")
    parser.add_argument("--root", type=Path, default=paths.ROOT, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    root, started = asked.root, time.monotonic()
    mutants = [
        mutant
        for file in files_of(root, asked.paths)
        for mutant in list_mutants(file, (root / file).read_text("utf-8"))
    ]
    drawn = draw(mutants, asked.sample, asked.seed)
    print(f"{len(drawn)} of {len(mutants)} mutants, drawn with seed {asked.seed}", flush=True)
    test_map = TestMap(root)
    tests = {file: test_map.of(file) for file in {mutant.file for mutant in drawn}}
    outcomes = run_all(root, drawn, tests)
    words, share = report(list(zip(drawn, outcomes, strict=True)), read_equivalents(root / EQUIVALENTS))
    print(f"{words}, in {(time.monotonic() - started) / 60:.1f} minutes")
    return int(share < asked.at_least)


if __name__ == "__main__":
    sys.exit(main())
