"""
The errors a user can do something about, each a sentence; anything else surfaces as the bug it is.

A message says what was found, where (file, sheet, row, column), what was expected and what to do. Holds no handling:
`etl.cli` turns these into an exit code, `mhgis.ui.part.session.guard` into a sentence on the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

#: how many faults a message spells out before it only counts the rest
FAULTS_SHOWN = 20


class MhgisError(Exception):
    """Base of every error that is shown to a user as a sentence."""


class UnpublishedError(MhgisError, FileNotFoundError):
    """There is no published file to read, or the pointer to it is broken."""


class UnknownChoiceError(MhgisError, LookupError):
    """An indicator, dataset, benchmark, area or level that does not exist was asked for."""


class UnknownRuleError(MhgisError, TypeError):
    """An indicator is registered with a rule that nothing can compute; nothing was published."""


class StorageError(MhgisError, OSError):
    """Something could not be written or read back, mostly because the disk is full; what was there is unchanged."""


class ConservationError(MhgisError, ArithmeticError):
    """Published totals cannot be met, so a model has no solution."""


class CheckError(MhgisError, AssertionError):
    """A data check selected rows that should not exist; nothing was published."""


@dataclass(frozen=True, order=True)
class Fault:
    """
    One thing wrong with one input, in words a clerk can act on.

    `row` is the line of the file as an editor shows it (the header is line 1), or None where the fault is the file's.
    """

    file: str
    row: int | None
    column: str | None
    found: str
    expected: str
    todo: str = ""

    def __str__(self) -> str:
        """Return the fault as one sentence: where, what was found, what was expected, what to do."""
        where = self.file
        if self.row is not None:
            where += f", row {self.row}"
        if self.column is not None:
            where += f", column {self.column}"
        return f"{where}: found {self.found}; expected {self.expected}." + (f" {self.todo}" if self.todo else "")


class SchemaError(MhgisError, ValueError):
    """Input that does not have the shape, codes or types it must have; carries every fault found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = sorted(faults, key=lambda f: (f.file, f.row or 0, f.column or "", f.found))
        shown = [str(fault) for fault in self.faults[:FAULTS_SHOWN]]
        if len(self.faults) > FAULTS_SHOWN:
            shown.append(f"... and {len(self.faults) - FAULTS_SHOWN} more faults like these.")
        super().__init__("\n".join(shown))


class UnreadableError(SchemaError):
    """A file that cannot be read as a table, or holds none; its one sentence is in the reader's language."""

    def __init__(self, fault: Fault, sentence: str) -> None:
        super().__init__([fault])
        self.args = (sentence,)
