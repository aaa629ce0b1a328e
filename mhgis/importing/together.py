"""
What the places of a file say of each other: of which level the names of one column are, and in which region they lie.

A short name means a place of the level that fits the whole column; a name of several places means the one in the region
in which all others lie. Frames in, frames out; a single row is looked up in `places`.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from mhgis.importing import addresses
from mhgis.importing.gazetteer import Gazetteer, Place
from mhgis.indicators import LEVELS, Level

#: kinds of names that say a level of themselves or by their column
_KINDS: Final = frozenset({"official", "alias", "short", "english"})
#: other places of a file that have to lie in one region for it to be that of the file
_FEWEST: Final = 2
_SURE: Final = 0.8


def levels_of(gazetteer: Gazetteer, texts: pd.Series, named: Level | None) -> pd.Series:
    """
    Say of which level each name of a column is: one level for all, unless a name says otherwise by itself.

    Parameters
    ----------
    gazetteer
        Places and their names.
    texts
        The names; NA where there is none.
    named
        The level that the column's own name says, None where it says none.

    Returns
    -------
    levels
        On the index of `texts`; `named`, or the lowest level, for names that are not known.
    """
    numbers, uniques = pd.factorize(texts)
    keys = [gazetteer.folded(one) for one in uniques]
    known = {key: _levels(gazetteer, key, _KINDS) for key in keys}
    official = {key: _levels(gazetteer, key, {"official"}) for key in keys}
    usual = _usual(gazetteer, [known[key] for key in keys if not official[key]], official.values(), named)
    fallback = named or gazetteer.levels[-1]
    found = [_level(official[key] or known[key], usual, fallback) for key in keys]
    values = pd.Series([*found, fallback], dtype="str")
    return values.take(numbers).set_axis(texts.index)


def _levels(gazetteer: Gazetteer, key: str, kinds: Iterable[str]) -> tuple[Level, ...]:
    wanted = set(kinds)
    return tuple(
        level
        for level in gazetteer.levels
        if any(named.kind in wanted for named in gazetteer.by_name[level].get(key, ()))
    )


def _usual(
    gazetteer: Gazetteer,
    shorts: Sequence[tuple[Level, ...]],
    official: Iterable[tuple[Level, ...]],
    named: Level | None,
) -> Level:
    """Return the level that fits most short names; of several, the one that is said, or the upper one."""
    held = [levels for levels in shorts if levels]
    full = [levels for levels in official if levels]
    fits = {level: sum(level in levels for levels in held) for level in gazetteer.levels}
    sure = {level: sum(levels == (level,) for levels in full) for level in gazetteer.levels}
    most = max(fits.values(), default=0)
    best = [level for level in gazetteer.levels if fits[level] == most]
    if named in best:
        return named
    return max(best, key=lambda level: (sure[level], -gazetteer.levels.index(level)))


def _level(levels: Sequence[Level], usual: Level, fallback: Level) -> Level:
    if not levels:
        return fallback
    return usual if usual in levels else min(levels, key=lambda one: abs(LEVELS.index(one) - LEVELS.index(usual)))


def region_of(gazetteer: Gazetteer, titles: Iterable[str]) -> Place | None:
    """Return the one place that the titles of a table begin with; None where they name none, or several."""
    found = set()
    for title in titles:
        text = gazetteer.folded(title).lstrip("0123456789年度末")
        read = addresses.read(gazetteer, text)
        if len(read.places) == 1 and not read.disagree:
            found.add(read.places[0])
        elif read.places:
            found.add(min(read.places, key=lambda place: LEVELS.index(place.level)))
    upper = [one for one in found if one.level != gazetteer.levels[-1]]
    return upper[0] if len(upper) == 1 else None


def settled(gazetteer: Gazetteer, rows: pd.DataFrame, region: Place | None) -> pd.DataFrame:
    """
    Settle names of several places by the region of the file.

    Parameters
    ----------
    gazetteer
        Places.
    rows
        `MATCH_COLUMNS`, a row a row of the file.
    region
        What the titles name; None for the smallest area in which all places lie that are sure.

    Returns
    -------
    rows
        As given, but matched where exactly one of the places a name can mean lies in the region.
    """
    open_ = rows["question"].eq("ambiguous")
    if not open_.any():
        return rows
    regions = [region] if region is not None else _regions(gazetteer, rows)
    chosen = {}
    pairs = zip(rows.loc[open_, "level"], rows.loc[open_, "candidates"], strict=True)
    for level, codes in dict.fromkeys(pairs):
        for within in regions:
            inside = [code for code in codes if gazetteer.lies_in(Place(level, code), within)]
            if inside:
                if len(inside) == 1:
                    chosen[level, codes] = inside[0]
                break
    keys = list(zip(rows["level"], rows["candidates"], strict=True))
    code = pd.Series([chosen.get(key) for key in keys], index=rows.index, dtype="str").where(open_)
    done = code.notna()
    rows = rows.copy()
    rows["area_code"] = rows["area_code"].mask(done, code)
    rows["method"] = rows["method"].mask(done, "name")
    rows["confidence"] = rows["confidence"].mask(done, _SURE)
    rows["question"] = rows["question"].mask(done)
    return rows


def _regions(gazetteer: Gazetteer, rows: pd.DataFrame) -> list[Place]:
    """Return the areas in which all sure places of a file lie, the smallest first."""
    sure = rows.loc[rows["area_code"].notna(), ["level", "area_code"]].drop_duplicates()
    places = [Place(level, code) for level, code in sure.itertuples(index=False, name=None)]
    below = [place for place in places if place.level != LEVELS[1]]
    if len(below) < _FEWEST:
        return []
    shared = set.intersection(*(set(gazetteer.above(place)) for place in places))
    within = [place for place in shared if place.level not in {LEVELS[0], LEVELS[-1]}]
    return sorted(within, key=lambda place: -LEVELS.index(place.level))
