"""
The view of this session: read from the link, kept while pages change, written back to the link.

The `View` alone is kept between runs; it holds plain values and questions. What a build offers and the frames behind a
page are cached by build. Holds no layout: see `mhgis.ui.part.shell`.
"""

import runpy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import streamlit as st

from mhgis import paths
from mhgis.errors import MhgisError, UnpublishedError
from mhgis.formats import plain
from mhgis.i18n import Language, Translate, call_levels, translator
from mhgis.queries import tables
from mhgis.view import links
from mhgis.view.view import View
from mhgis.words.sentences import notice

_VIEW: Final = "mhgis_view"
_WRITTEN: Final = "mhgis_written"
_NOTICE: Final = "mhgis_notice"
_TOLD: Final = "mhgis_told"
_OPEN: Final = "mhgis_open"
_SEEN: Final = "mhgis_seen"


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
    call_levels(tables.country().level_names)
    said, state = st.query_params.to_dict(), st.session_state
    if _VIEW not in state or (said and said != state[_WRITTEN]):
        reading = links.parse(said, tables.offer(), language())
        state[_VIEW] = reading.view
        state[_NOTICE] = reading.ignored
    keep(links.settle(kept(), tables.offer()))
    state[_OPEN] = True
    state[_SEEN] = {}
    try:
        yield
    finally:
        state[_OPEN] = False


def language() -> Language:
    """Return the language of this session, or of its browser as long as no link was read."""
    if _VIEW in st.session_state:
        return kept().lang
    return links.language_of(st.context.locale)


def kept() -> View:
    """Return the view as it is kept, for callbacks and for what is done before a page is drawn."""
    view: View = st.session_state[_VIEW]
    return view


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
    st.session_state[_VIEW] = view
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
        parts = {"benchmark": "", "classes": View.classes, "sort": View.sort, "chosen": View.chosen, **parts}
    st.session_state[_VIEW] = links.settle(replace(kept(), **parts), tables.offer())


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
        lang = language()
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
