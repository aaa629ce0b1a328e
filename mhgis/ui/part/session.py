"""
The view of this session: read from the link, kept while pages change, written back to the link.

Plain values only are kept between runs. What a build offers and the frames behind a page are cached by build. Holds no
layout: see `mhgis.ui.part.shell`.
"""

import runpy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any, Final

import pandas as pd
import streamlit as st

from mhgis import country as countries
from mhgis import paths, store
from mhgis.country import Country
from mhgis.errors import MhgisError, UnpublishedError
from mhgis.formats import plain
from mhgis.i18n import Language, Translate, call_levels, translator
from mhgis.view import links
from mhgis.view.links import Offer, View
from mhgis.words.sentences import notice

_VIEW: Final = "mhgis_view"
_WRITTEN: Final = "mhgis_written"
_NOTICE: Final = "mhgis_notice"
_TOLD: Final = "mhgis_told"
_OPEN: Final = "mhgis_open"
_SEEN: Final = "mhgis_seen"

#: frames kept in memory: a few sessions' worth of datasets, levels, years and indicators
_FRAMES: Final = 64


@lru_cache(maxsize=4)
def _offer(build: str) -> Offer:
    del build  # the key
    # those meant for some regions only are no first choice
    listed = store.benchmarks().query("is_listed").sort_values("applies_to", kind="stable", key=pd.Series.notna)
    return Offer.of(store.offer(), listed, store.areas(), country())


@lru_cache(maxsize=2)
def _country(build: str) -> Country:
    del build  # the key
    return countries.of(store.pack())


def country() -> Country:
    """Return what the current build says of its country."""
    return _country(store.current().build)


def offer() -> Offer:
    """Return what the current build has to choose from."""
    return _offer(store.fingerprint())


def knows_which(year: int) -> bool:
    """Return whether it was published which of the smallest areas have a facility, of some of them at least."""
    facts = country()
    return bool(offer().years.get((facts.published, "facilities", facts.finest), {}).get(year))


@contextmanager
def opened() -> Iterator[None]:
    """
    Take up the view for a run: from the link if it is new to us, else from the session; write the link.

    A part of the link that cannot be used is replaced and told once, by `notices`.

    Raises
    ------
    UnpublishedError
        If nothing is published.
    """
    call_levels(country().level_names)
    said, state = st.query_params.to_dict(), st.session_state
    if _VIEW not in state or (said and said != state[_WRITTEN]):
        reading = links.parse(said, offer(), _language())
        state[_VIEW] = asdict(reading.view)
        state[_NOTICE] = reading.ignored
    keep(links.settle(kept(), offer()))
    state[_OPEN] = True
    state[_SEEN] = {}
    try:
        yield
    finally:
        state[_OPEN] = False


def _language() -> Language:
    if _VIEW in st.session_state:
        return kept().lang
    return links.language_of(st.context.locale)


def kept() -> View:
    """Return the view as it is kept, for callbacks and for what is done before a page is drawn."""
    return View(**st.session_state[_VIEW])


def current() -> View:
    """
    Return the view of this run.

    A page that is run by itself runs the app around it instead: until `st.navigation` was called once in a process,
    Streamlit takes the files in `pages/` for apps of their own.
    """
    if not st.session_state.get(_OPEN, False):
        runpy.run_path(str(paths.ROOT / "app.py"))
        st.stop()
    return kept()


def occurrence(name: str) -> int:
    """Return how often this was asked of a name before in this run: tells figures apart that say the same."""
    seen: dict[str, int] = st.session_state.setdefault(_SEEN, {})
    seen[name] = seen.get(name, -1) + 1
    return seen[name]


def keep(view: View) -> None:
    """Keep a view for the runs to come and write it to the link."""
    st.session_state[_VIEW] = asdict(view)
    query = links.to_query(view)
    st.session_state[_WRITTEN] = query
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)


def keep_anew(view: View) -> None:
    """Keep a view that suits the page better, and run the page again from the start; what it told is told again."""
    keep(view)
    st.session_state[_NOTICE] = st.session_state.get(_TOLD, ())
    st.rerun()


def moved(by: Callable[[], None]) -> View:
    """Let `by` change the view before anything is drawn; return the view as it then is, written to the link."""
    by()
    keep(kept())
    return kept()


def change(**parts: Any) -> None:  # noqa: ANN401 - the types are those of `View`
    """
    Change parts of the view; the rest is made to fit. For callbacks, which run before the page does.

    A new indicator brings its own benchmark, classes and order, and is not filtered.
    """
    if "indicator" in parts:
        parts = {"benchmark": "", "classes": View.classes, "sort": View.sort, "chosen": "", **parts}
    st.session_state[_VIEW] = asdict(links.settle(replace(kept(), **parts), offer()))


def notices() -> str:
    """Return one sentence on what the link asked for in vain, once; empty if there is nothing to tell."""
    ignored = st.session_state[_TOLD] = st.session_state.pop(_NOTICE, ())
    return notice(ignored, kept().lang) if ignored else ""


@contextmanager
def guard() -> Iterator[None]:
    """Turn our own errors into a sentence on the page and end the run; all others surface."""
    try:
        yield
    except UnpublishedError as error:
        lang = _language()
        _ = translator(lang)
        st.info(_("There are no published figures yet. Run `make build` and open this page again."))
        st.caption(plain(error))
        st.stop()
    except MhgisError as error:
        st.error(plain(error))
        st.stop()


def words() -> Translate:
    """Return the translation into the language of the view."""
    return translator(kept().lang)


@st.cache_data(max_entries=_FRAMES, show_spinner=False)
def _values(build: str, dataset: str, level: str, year: int, indicator: str) -> pd.DataFrame:
    del build  # part of the key only
    return store.indicator_values(dataset, level, year, indicator)


def values(view: View, **other: Any) -> pd.DataFrame:  # noqa: ANN401 - the types are those of `View`
    """
    Return the rows of a view in all provinces, as `mhgis.store.indicator_values` does; `other` replaces its parts.

    A frame of one's own: it may be changed.
    """
    v = replace(view, **other)
    return _values(store.fingerprint(), v.dataset, v.level, v.year, v.indicator)


@st.cache_data(max_entries=_FRAMES, show_spinner=False)
def _table(build: str, sql: str, parameters: tuple[str | int, ...]) -> pd.DataFrame:
    del build  # part of the key only
    return store.query(sql, parameters)


def table(sql: str, *parameters: str | int) -> pd.DataFrame:
    """Return the rows of a statement on the published file, from memory where this build has answered it before."""
    return _table(store.fingerprint(), sql, parameters)


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
