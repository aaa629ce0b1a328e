"""The files a reader takes away: what is seen, row for row, under what it is about. Holds no writer of its own."""

from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from mhgis import export, indicators, links, store
from mhgis.i18n import translator
from mhgis.links import COUNTRY, View
from mhgis.provenance import About
from mhgis.sentences import LEVEL_NAMES
from mhgis.ui import shell


def head(view: View, about: About, order: str = "") -> list[tuple[str, str]]:
    """Return the lines above a table: what it shows and where that comes from, in the language of the view."""
    _ = translator(view.lang)
    title = shell.dataset_titles(view.lang)[view.dataset]
    return [
        (_("Title"), about.title),
        (_("Indicator"), _(indicators.get(view.indicator).name)),
        (_("Unit"), about.unit),
        (_("Dataset"), f"{title} ({view.dataset})"),
        (_("Year"), str(about.year)),
        (_("Level"), _(LEVEL_NAMES[view.level])),
        (_("Area"), shell.scopes(view)[view.within or COUNTRY]),
        (_("Benchmark"), shell.benchmark_labels(view.indicator, view.lang)[view.benchmark]),
        *([(_("Order"), order)] if order else []),
        (_("Known and unknown"), about.unknown_line(view.lang)),
        *((_("Source"), origin.cite(view.lang)) for origin in about.sources),
        *((_("Note"), warning) for warning in about.warnings),
        (_("Build"), f"{about.build} ({about.built_on})"),
        (_("Link"), links.to_link(st.context.url or "", view)),
    ]


def menu(rows: pd.DataFrame, view: View, about: About, name: str, *, order: str = "") -> None:
    """
    Draw the button that gives the table as CSV; the file is made when it is asked for.

    Parameters
    ----------
    rows
        The table as seen: its rows, order, columns and headings.
    view, about
        What it shows.
    name
        The page or list, for the file's name.
    order
        The order of the rows in words.
    """
    _ = translator(view.lang)
    lines = head(view, about, order)
    mark = (_("What this is"), _(shell.MODELLED)) if about.is_modelled else None
    made = partial(export.to_csv, rows, lines, mark)
    parts = [name, view.dataset, view.level, view.indicator, str(view.year), view.within, view.lang]
    st.download_button(
        _("Download CSV"),
        made,
        file_name=export.file_name(parts, date.fromisoformat(store.current().built_at[:10]), "csv"),
        mime="text/csv",
        on_click="ignore",
        key=f"csv_{name}",
    )
