"""
A model's draws behind a view: each indicator of every area in each draw, and what is said of them.

Kept in memory by build. What is computed of the draws: `mhgis.measures.drawn`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from mhgis import indicators, store
from mhgis.indicators import PEOPLE, RESOURCES, Indicator, Level, Probability
from mhgis.measures import drawn
from mhgis.measures.drawn import DrawnTally, Flags, Floats, Spread
from mhgis.queries import people
from mhgis.queries.tables import country, kept, offer
from mhgis.view.view import View

#: some twenty megabytes each: of two maps beside each other, and of the parts of a list
_HELD: Final = 3
_SUMMARIES_KEPT: Final = 32
_TALLIES_KEPT: Final = 64
#: the column of an area of the finest level that says which area of a level holds it
_HOLDERS: Final = {"county": "area_code", "prefecture": "parent_code", "province": "province_code"}


@dataclass(frozen=True)
class Asked:
    """What is looked at: of which dataset, level, year and indicator, against what, divided by the people of when."""

    dataset: str
    level: Level
    year: int
    indicator: str
    benchmark: float | None
    people_year: int


@dataclass(frozen=True, eq=False)
class Drawing:
    """
    An indicator of every area of a level, in each draw.

    `values` has shape (n_draws, n_areas), one row where nothing is drawn, NaN where unknown in that draw; `lacks` are
    whole units, None where they cannot be counted; `people` are residents, NaN = unknown.
    """

    codes: pd.Index
    values: Floats
    short: Flags
    lacks: Floats | None
    people: Floats

    @property
    def known(self) -> Flags:
        """Return which areas are known in every draw."""
        return np.asarray(~np.isnan(self.values).any(axis=0))

    def of(self, codes: Sequence[str]) -> "Drawing":
        """Return the part that some areas are, those that are known."""
        inside = np.asarray(self.codes.isin(list(codes))) & self.known
        return Drawing(
            self.codes[inside], self.values[:, inside], self.short[:, inside],
            None if self.lacks is None else self.lacks[:, inside], self.people[inside],
        )  # fmt: skip


def asked(view: View, benchmark: float | None) -> Asked:
    """Return what is asked of the draws for a view that is held against a value, or against nothing."""
    year = people.own_year(view.dataset, view.year)
    wanted = view.sure.people
    if wanted and wanted in people.known_years(view.level) and indicators.get(view.indicator).denominator == PEOPLE:
        year = wanted
    return Asked(view.dataset, view.level, view.year, view.indicator, benchmark, year)


def of(what: Asked) -> Drawing | None:
    """Return an indicator in each draw; None where the dataset has no draws, or the indicator is none of a draw."""
    return _of(store.fingerprint(), what)


@lru_cache(maxsize=_HELD)
def _of(build: str, what: Asked) -> Drawing | None:
    del build  # part of the key only
    indicator = indicators.get(what.indicator)
    made = None if isinstance(indicator.rule, Probability) else _drawn(what, indicator)
    if made is None:
        return None
    top, bottom = drawn.parts(indicator, made, what.level)
    values = drawn.divide(top, bottom, indicator.scale)
    residents = made.quantity(PEOPLE, what.level)[0]
    countable = what.benchmark is not None and indicator.parts is not None and indicator.denominator == PEOPLE
    lacks = drawn.lacking(top, residents, what.benchmark or 0.0, indicator.scale) if countable else None
    short = drawn.is_short(values, what.benchmark, indicator.direction)
    return Drawing(pd.Index(made.areas(what.level), dtype="str"), values, short, lacks, residents)


def _drawn(what: Asked, indicator: Indicator) -> drawn.Drawn | None:
    needed: set[str] = {one for one in RESOURCES if one in {indicator.numerator, indicator.denominator}} or {
        "facilities"
    }
    ensembles = {name: store.ensemble(what.dataset, name, what.year) for name in sorted(needed)}
    if any(not counts.size for _codes, counts in ensembles.values()):
        return None
    codes = next(iter(ensembles.values()))[0]
    facts = country()
    finest = kept(store.areas, facts.finest).set_index("area_code", drop=False).loc[codes]
    groups = {level: finest[column] for level, column in _HOLDERS.items()}
    groups["country"] = pd.Series(offer().country, index=codes)
    residents: dict[str, pd.Series] = {
        level: people.of_year(level, what.people_year).set_index("area_code")["people"]
        for level in (what.level, "county")
    }
    counts = {name: held for name, (_codes, held) in ensembles.items()}
    return drawn.Drawn(codes.to_numpy(dtype=object), counts, residents, groups)


def summary(what: Asked) -> pd.DataFrame | None:
    """
    Return what the draws say of each area; None as of `of`.

    Returns
    -------
    summary
        By area code, of those that are known: `p_short` and `p_zero`, the shares of the draws in which the area is a
        gap and in which it has nothing (per cent), `chance` (see `mhgis.measures.drawn.CHANCES`), and of the whole
        units that it lacks `lacking` (the mean), `lacking_low` and `lacking_high` (5 and 95 %; NA where not countable).
    """
    made = _summary(store.fingerprint(), what)
    return None if made is None else made.copy()


@lru_cache(maxsize=_SUMMARIES_KEPT)
def _summary(build: str, what: Asked) -> pd.DataFrame | None:
    drawing = _of(build, what)
    if drawing is None:
        return None
    here = drawing.of(drawing.codes.tolist())
    share = {"p_short": here.short.mean(axis=0) * 100, "p_zero": drawn.is_zero(here.values).mean(axis=0) * 100}
    table = pd.DataFrame(share, index=here.codes).assign(chance=drawn.chance(share["p_short"]))
    nothing = np.full(len(table), np.nan)
    lacks = dict.fromkeys(("value", "lower", "upper"), nothing) if here.lacks is None else drawn.told(here.lacks)
    return table.assign(lacking=lacks["value"], lacking_low=lacks["lower"], lacking_high=lacks["upper"])


def ranks(what: Asked) -> pd.DataFrame | None:
    """Return between which ranks each area lies, by code: `rank_low`, `rank_high` (Int64); None as of `of`."""
    made = _ranks(store.fingerprint(), replace(what, benchmark=None))
    return None if made is None else made.copy()


@lru_cache(maxsize=_SUMMARIES_KEPT)
def _ranks(build: str, what: Asked) -> pd.DataFrame | None:
    drawing = _of(build, what)
    if drawing is None:
        return None
    here = drawing.of(drawing.codes.tolist())
    low, high = drawn.ranks(here.values, indicators.get(what.indicator).direction)
    return pd.DataFrame({"rank_low": low, "rank_high": high}, index=here.codes).round().astype("Int64")


def tally(what: Asked, codes: Sequence[str]) -> DrawnTally | None:
    """Return what a list of areas adds up to over the draws, those of it that are known; None as of `of`."""
    return _tally(store.fingerprint(), what, tuple(codes))


@lru_cache(maxsize=_TALLIES_KEPT)
def _tally(build: str, what: Asked, codes: tuple[str, ...]) -> DrawnTally | None:
    drawing = _of(build, what)
    if drawing is None:
        return None
    here = drawing.of(codes)
    return drawn.tally(here.short, drawn.is_zero(here.values), here.people, here.lacks)


def by_class(
    what: Asked, codes: Sequence[str], breaks: Sequence[float], *, zero_apart: bool
) -> list[tuple[Spread, Spread]] | None:
    """
    Count areas and people by class of their value in each draw: see `mhgis.measures.drawn.by_class`.

    Of the areas of `codes` that are known; None as of `of`.
    """
    return _by_class(store.fingerprint(), what, tuple(codes), tuple(breaks), zero_apart)


@lru_cache(maxsize=_TALLIES_KEPT)
def _by_class(
    build: str,
    what: Asked,
    codes: tuple[str, ...],
    breaks: tuple[float, ...],
    zero_apart: bool,  # noqa: FBT001 - a key
) -> list[tuple[Spread, Spread]] | None:
    drawing = _of(build, what)
    if drawing is None:
        return None
    here = drawing.of(codes)
    return drawn.by_class(here.values, breaks, here.people, zero_apart=zero_apart)
