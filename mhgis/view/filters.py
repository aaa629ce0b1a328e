"""
The small grammar of a numeric column: `>30`, `2..8`, `0`, `unknown`, and a comma for "or".

Pure. A filter of several columns is a `mhgis.view.selection`. What is not known never satisfies a comparison with a
number: only the word `unknown` finds it.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mhgis.errors import MhgisError
from mhgis.i18n import N_, Language, translator

Operator = Literal[">", ">=", "<", "<=", "=", "!=", "..", "known", "unknown"]

#: full-width forms as ASCII, character for character, so that a place in the text stays a place in the text
_PLAIN: Final = str.maketrans(
    {
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
        "\u3000": " ",
        "。": ".",
        "、": ",",
        "〜": "~",
    }
)
_NUMBER: Final = r"[+\-\u2212]?(?:\d+(?:\.\d+)?|\.\d+)[万亿]?"
_RANGE: Final = re.compile(rf"({_NUMBER})\s*(?:\.{{2,3}}|…|~|至)\s*({_NUMBER})\Z", re.ASCII)
_COMPARISON: Final = re.compile(rf"(>=|≥|<=|≤|!=|≠|<>|==?|>|<)?\s*({_NUMBER})\Z", re.ASCII)
_OPERATORS: Final[dict[str, Operator]] = {
    "": "=", "=": "=", "==": "=", ">": ">", "<": "<", ">=": ">=", "≥": ">=", "<=": "<=", "≤": "<=", "!=": "!=",
    "≠": "!=", "<>": "!=",
}  # fmt: skip
_WORDS: Final[dict[str, Operator]] = {
    "known": "known", "已知": "known", "已报告": "known",
    "unknown": "unknown", "未知": "unknown", "未报告": "unknown",
}  # fmt: skip
_SCALES: Final = {"万": Decimal(10**4), "亿": Decimal(10**8)}
#: `1,000` may be meant as one number or as two
_THOUSANDS: Final = re.compile(r"(?<![\d.])[1-9]\d{0,2}(?:,\d{3})+(?![\d.])", re.ASCII)

NOT_UNDERSTOOD: Final = N_(
    "In the filter “{text}”, “{found}” at character {at} cannot be read; write a number or one of >30, >=30, <15, "
    "<=15, 2..8, !=0, known, unknown, with a comma for “or”."
)
NOTHING_THERE: Final = N_(
    "In the filter “{text}”, nothing stands at character {at}; write a number or one of >30, >=30, <15, <=15, 2..8, "
    "!=0, known, unknown, with a comma for “or”."
)
WRONG_WAY: Final = N_(
    "In the filter “{text}”, the range “{found}” at character {at} runs downwards; write the smaller number first, as "
    "in 2..8."
)
ONE_OR_TWO: Final = N_(
    "In the filter “{text}”, “{found}” at character {at} may be one number or several; write one without its comma, as "
    "in 1000, or several with a space after each comma, as in 1, 000."
)


class FilterError(MhgisError, ValueError):
    """A filter that cannot be read: what was found, at which character (from 1), and what may be written."""

    def __init__(self, said: str, text: str, found: str, at: int) -> None:
        self.said, self.text, self.found, self.at = said, text, found, at
        super().__init__(self.sentence("en"))

    def sentence(self, lang: Language) -> str:
        """Return the fault as one sentence in a language."""
        return translator(lang)(self.said).format(text=self.text, found=self.found, at=self.at)


@dataclass(frozen=True)
class Term:
    """One thing a value may be: compared with `number`, from `number` to `upper` (both inclusive), known or unknown."""

    operator: Operator
    number: Decimal = Decimal(0)
    upper: Decimal = Decimal(0)

    def __str__(self) -> str:
        """Return the term in its canonical form."""
        if self.operator in ("known", "unknown"):
            return self.operator
        if self.operator == "..":
            return f"{_written(self.number)}..{_written(self.upper)}"
        return ("" if self.operator == "=" else self.operator) + _written(self.number)


@dataclass(frozen=True)
class Condition:
    """What a column is limited to: any of the terms; no term is no limit."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        """Return the canonical form, which `parse` reads back to an equal condition."""
        # with the space, for `2,100` might be one number
        return ", ".join(map(str, self.terms))

    def __bool__(self) -> bool:
        """Say whether there is a limit."""
        return bool(self.terms)

    def in_words(self, lang: Language) -> str:
        """Return the condition as a reader reads it: `0 or unknown`, `0 或 未知`."""
        _ = translator(lang)
        words = {"known": _("known"), "unknown": _("unknown")}
        return _(" or ").join(words.get(str(term), str(term)) for term in self.terms)

    def matches(self, values: pd.Series, status: pd.Series | None = None) -> pd.Series:
        """
        Say which values satisfy the condition.

        Parameters
        ----------
        values
            Numbers; NA or NaN = not known. Compared as they are, not as rounded for the screen.
        status
            What is known of each area, on the same index: one that is `not_applicable` is neither known nor unknown.

        Returns
        -------
        found
            bool, on the index of `values`. Without a term all are true; an unknown value only with `unknown`.
        """
        number = np.asarray(values.astype("Float64").to_numpy(na_value=np.nan), dtype=np.float64)
        outside = np.zeros(len(values), bool) if status is None else np.asarray(status.eq("not_applicable"), bool)
        found = np.full(len(values), not self.terms)
        for term in self.terms:
            found |= _satisfies(term, number, outside)
        return pd.Series(found, index=values.index, dtype="bool", name="matches")


def _satisfies(term: Term, number: NDArray[np.float64], outside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    at, known = float(term.number), ~np.isnan(number)
    match term.operator:
        case "known":
            return known
        case "unknown":
            return np.asarray(~known & ~outside, dtype=bool)
        case ">":
            found = number > at
        case ">=":
            found = number >= at
        case "<":
            found = number < at
        case "<=":
            found = number <= at
        case "..":
            found = (number >= at) & (number <= float(term.upper))
        case "!=":
            found = number != at
        case _:
            found = number == at
    return np.asarray(found & known, dtype=bool)


def parse(text: str) -> Condition:
    """
    Read a condition.

    Parameters
    ----------
    text
        Terms with commas between them: `>30`, `>=30`, `<15`, `<=15`, `2..8` (both ends included), `0`, `!=0`, `known`,
        `unknown`. Blanks, full-width characters, 万, 亿, 未知, 未报告 and 已知 are understood. Empty is no limit.

    Raises
    ------
    FilterError
        If a term cannot be read, a range runs downwards, or a comma may stand for thousands.
    """
    plain = text.translate(_PLAIN)
    if not plain.strip():
        return Condition()
    if several := _THOUSANDS.search(plain):
        raise FilterError(ONE_OR_TWO, text, several.group(), several.start() + 1)
    terms, start = [], 0
    for piece in plain.split(","):
        terms.append(_term(piece, text, start))
        start += len(piece) + 1
    return Condition(tuple(dict.fromkeys(terms)))


def fault_of(text: str, lang: Language) -> str:
    """Return in a sentence why a condition cannot be read; empty where it can."""
    try:
        parse(text)
    except FilterError as error:
        return error.sentence(lang)
    return ""


def _term(piece: str, text: str, start: int) -> Term:
    said = piece.strip()
    at = start + len(piece) - len(piece.lstrip())
    found = text[at : at + len(said)]
    if not said:
        raise FilterError(NOTHING_THERE, text, found, start + 1)
    if said.lower() in _WORDS:
        return Term(_WORDS[said.lower()])
    if ends := _RANGE.match(said):
        lower, upper = _number(ends[1]), _number(ends[2])
        if lower > upper:
            raise FilterError(WRONG_WAY, text, found, at + 1)
        return Term("..", lower, upper)
    if compared := _COMPARISON.match(said):
        return Term(_OPERATORS[compared[1] or ""], _number(compared[2]))
    raise FilterError(NOT_UNDERSTOOD, text, found, at + 1)


def _number(text: str) -> Decimal:
    scale = _SCALES.get(text[-1], Decimal(1))
    return Decimal(text.rstrip("万亿").replace("\u2212", "-")) * scale


def _written(number: Decimal) -> str:
    plain = f"{number:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain
