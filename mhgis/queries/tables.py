"""
Frames from the published file and the active imports, kept in memory by build: the way of every query to the store.

A frame that is returned is the caller's own and may be changed. Holds no statement.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import pandas as pd

from mhgis import country as countries
from mhgis import store
from mhgis.country import Country
from mhgis.view.links import Offer
from mhgis.view.view import View

#: frames kept in memory: a few sessions' worth of datasets, levels, years and indicators
_FRAMES: Final = 128


@lru_cache(maxsize=_FRAMES)
def _read(build: str, read: Callable[..., pd.DataFrame], arguments: tuple[Any, ...]) -> pd.DataFrame:
    del build  # part of the key only
    return read(*arguments)


def kept(read: Callable[..., pd.DataFrame], *arguments: Any) -> pd.DataFrame:  # noqa: ANN401 - those of `read`
    """
    Return what a function reads, from memory where this build has answered it before.

    Parameters
    ----------
    read
        A function of `mhgis.store`, or another whose frame depends on its arguments and on what is published alone.
    arguments
        Plain values, which are the key.

    Returns
    -------
    frame
        A copy of one's own.
    """
    return _read(store.fingerprint(), read, arguments).copy()


def table(sql: str, *parameters: str | int) -> pd.DataFrame:
    """Return the rows of a statement, from memory where this build has answered it before."""
    return kept(store.query, sql, parameters)


@lru_cache(maxsize=2)
def _country(build: str) -> Country:
    del build  # the key
    return countries.of(store.pack())


def country() -> Country:
    """Return what the current build says of its country."""
    return _country(store.current().build)


@lru_cache(maxsize=4)
def _offer(build: str) -> Offer:
    del build  # the key
    # those meant for some regions only are no first choice
    listed = store.benchmarks().query("is_listed")
    return Offer.of(store.offer(), listed, store.areas(), country())


def offer() -> Offer:
    """Return what the current build has to choose from."""
    return _offer(store.fingerprint())


def knows_which(year: int) -> bool:
    """Return whether it was published which of the smallest areas have a facility, of some of them at least."""
    facts = country()
    return bool(offer().years.get((facts.published, "facilities", facts.finest), {}).get(year))


def values(view: View, **other: Any) -> pd.DataFrame:  # noqa: ANN401 - the types are those of `View`
    """
    Return the rows of a view in all provinces, as `mhgis.store.indicator_values` does; `other` replaces its parts.

    A frame of one's own: it may be changed.
    """
    v = replace(view, **other)
    return kept(store.indicator_values, v.dataset, v.level, v.year, v.indicator)


def limit_of(view: View) -> str:
    """Return the code that rows are limited to; empty for none: at province level a province is one row of many."""
    return "" if view.level == "province" else view.within


def limited(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """Return the rows that lie within the view's province or prefecture; at province level all of them."""
    code = limit_of(view)
    if not code:
        return rows
    inside = rows["province_code"].eq(code) | rows["parent_code"].eq(code)
    return rows[inside | rows["area_code"].eq(code)]
