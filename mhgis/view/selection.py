"""
Which rows of a ranked list are looked at: conditions on its numeric columns and choices of place, finding and setting.

Pure. A selection is one short text, so a saved filter is a link: `value:>30;region:west`. The grammar of one column is
`mhgis.view.filters`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

import pandas as pd

from mhgis.errors import MhgisError, UnknownChoiceError
from mhgis.formats import STATUS_WORDS
from mhgis.i18n import N_, Language, translator
from mhgis.measures.gaps import REASON_LABELS, REASONS
from mhgis.measures.intervals import OUTCOME_WORDS, OUTCOMES
from mhgis.status import STATUSES
from mhgis.view import filters
from mhgis.view.filters import Condition

#: numeric columns that can be filtered, in the order in which a selection writes them
NUMERIC: Final[tuple[str, ...]] = (
    "value", "lower", "upper", "benchmark", "ratio", "units_lacking", "units_lacking_in_parts", "parts_short",
    "benchmarks_short", "distance_km", "people", "rank", "value_year",
)  # fmt: skip

Setting = Literal["urban", "rural"]
SETTINGS: Final[tuple[Setting, ...]] = get_args(Setting)
#: what can be chosen from a list, in the order in which a selection writes it: what may stand there, None for codes
CHOICES: Final[dict[str, tuple[str, ...] | None]] = {
    "province": None,
    "region": None,
    "reason": REASONS,
    "status": STATUSES,
    "outcome": OUTCOMES,
    "setting": SETTINGS,
}
_COLUMNS: Final = {"province": "province_code"}
#: what is chosen, in words; provinces, regions and settings have the names that the country gives them
LABELS: Final[dict[str, Mapping[str, str]]] = {
    "reason": REASON_LABELS,
    "status": {str(status): word for status, word in STATUS_WORDS.items()},
    "outcome": {str(outcome): word for outcome, word in OUTCOME_WORDS.items()},
}
_PARTS: Final = ";"
_A_CODE: Final = ("620000", "north-east")
_CODE: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}", re.ASCII)

NOT_A_PART: Final = N_("The filter “{text}” has no part “{found}”; expected one of: {expected}.")


class SelectionError(MhgisError, LookupError):
    """A selection names a column or a choice that there is not."""

    def __init__(self, text: str, found: str, expected: tuple[str, ...]) -> None:
        self.text, self.found, self.expected = text, found, expected
        super().__init__(self.sentence("en"))

    def sentence(self, lang: Language) -> str:
        """Return the fault as one sentence in a language."""
        return translator(lang)(NOT_A_PART).format(text=self.text, found=self.found, expected=", ".join(self.expected))


@dataclass(frozen=True)
class Selection:
    """
    Limits that hold together; an empty one lets every row through.

    `numbers` maps columns of `NUMERIC` to conditions, `choices` keys of `CHOICES` to the values let through. Build one
    with `select`, which puts them in order.
    """

    numbers: tuple[tuple[str, Condition], ...] = ()
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __bool__(self) -> bool:
        """Say whether anything is limited."""
        return bool(self.numbers or self.choices)

    def __str__(self) -> str:
        """Return the canonical text, for a link; `parse` reads it back to an equal selection."""
        numbers = [f"{column}:{condition}" for column, condition in self.numbers]
        return _PARTS.join([*numbers, *(f"{key}:{','.join(values)}" for key, values in self.choices)])

    def in_words(self, lang: Language, names: Mapping[str, str]) -> str:
        """
        Return the limits as a reader reads them: `Value: >30; eastern region or western region`.

        Parameters
        ----------
        lang
            Of the words.
        names
            In that language: headings by column, names of provinces by code, of regions and settings by id.
        """
        _ = translator(lang)
        said = [
            _("{column}: {condition}").format(column=names.get(column, column), condition=condition.in_words(lang))
            for column, condition in self.numbers
        ]
        for key, values in self.choices:
            labels = LABELS.get(key)
            words = [names.get(value, value) if labels is None else _(labels[value]) for value in values]
            said.append(_(" or ").join(words))
        return _("; ").join(said)

    def apply(self, rows: pd.DataFrame) -> pd.DataFrame:
        """
        Return the rows that satisfy every limit, in their order.

        Raises
        ------
        UnknownChoiceError
            If the list does not have a column that is limited.
        """
        kept = pd.Series(data=True, index=rows.index)
        for column, condition in self.numbers:
            kept &= condition.matches(_column(rows, column), rows["status"])
        for key, values in self.choices:
            held = _column(rows, _COLUMNS.get(key, key))
            kept &= held.isin(values)
        return rows[kept]


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    if name not in rows.columns:
        message = f"This list has no column {name!r} to filter by; it has: {', '.join(map(str, rows.columns))}."
        raise UnknownChoiceError(message)
    return rows[name]


def select(numbers: Mapping[str, str] | None = None, choices: Mapping[str, tuple[str, ...]] | None = None) -> Selection:
    """
    Build a selection from what stands in the fields of a page.

    Parameters
    ----------
    numbers
        Text of the condition by column; empty text is no limit.
    choices
        Values let through by key of `CHOICES`; none chosen is no limit.

    Raises
    ------
    SelectionError
        If a column or a choice does not exist.
    mhgis.view.filters.FilterError
        If a condition cannot be read.
    """
    given, chosen = numbers or {}, choices or {}
    for name in (*given, *chosen):
        if name not in (NUMERIC if name in given else CHOICES):
            raise SelectionError(name, name, NUMERIC if name in given else tuple(CHOICES))
    conditions = {column: filters.parse(given[column]) for column in NUMERIC if column in given}
    let_through = {key: _chosen(key, chosen[key]) for key in CHOICES if chosen.get(key)}
    return Selection(
        tuple((column, condition) for column, condition in conditions.items() if condition), tuple(let_through.items())
    )


def _chosen(key: str, values: tuple[str, ...]) -> tuple[str, ...]:
    allowed = CHOICES[key]
    for value in values:
        if not (_CODE.fullmatch(value) if allowed is None else value in allowed):
            said = f"{key}:{','.join(values)}"
            raise SelectionError(said, value, allowed or _A_CODE)
    return tuple(sorted(set(values), key=None if allowed is None else allowed.index))


def parse(text: str) -> Selection:
    """
    Read a selection as a link carries it.

    Raises
    ------
    SelectionError, mhgis.view.filters.FilterError
        As `select`.
    """
    numbers: dict[str, str] = {}
    choices: dict[str, tuple[str, ...]] = {}
    for part in filter(None, text.split(_PARTS)):
        name, _, said = part.partition(":")
        if name in NUMERIC:
            numbers[name] = said
        elif name in CHOICES:
            choices[name] = tuple(filter(None, said.split(",")))
        else:
            raise SelectionError(text, name, (*NUMERIC, *CHOICES))
    return select(numbers, choices)
