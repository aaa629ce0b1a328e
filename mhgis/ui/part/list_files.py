"""The files a reader takes away: what is seen, row for row, under what it is about. Holds no writer of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from typing import Final

import geopandas as gpd
import pandas as pd
import streamlit as st

from mhgis import store
from mhgis.exports import csv_json, geofiles, listing, workbook
from mhgis.exports.listing import Listing
from mhgis.i18n import ENDONYMS, LANGUAGES, N_, Language, translator
from mhgis.indicators import Level
from mhgis.measures import small_numbers
from mhgis.queries import benchmarks, sources, tables
from mhgis.queries.names import benchmark_labels, dataset_titles, scopes
from mhgis.ui.part import figure
from mhgis.view import links
from mhgis.view.view import View
from mhgis.words.provenance import About

#: what shapes in a file are simplified to, degrees
TOLERANCE: Final = 0.005


@dataclass(frozen=True)
class Sheet:
    """
    A table as it is seen in the language of a view.

    Attributes
    ----------
    rows
        In the order seen; column names are the headings.
    codes
        Code of the area of each row.
    about
        What the rows show.
    order, chosen
        The order and the filter in words; empty for none.
    decimals
        How many a reader needs, by heading: see `mhgis.exports.listing.Listing`.
    """

    rows: pd.DataFrame
    codes: tuple[str, ...]
    about: About
    order: str = ""
    chosen: str = ""
    decimals: Mapping[str, int | None] = field(default_factory=dict)


def sheet_of(
    view: View, rows: pd.DataFrame, about: About, chosen: str = "", shown: pd.DataFrame | None = None
) -> Sheet:
    """
    Return ranked rows as a reader sees them.

    Parameters
    ----------
    view
        What is shown; its order is that of the rows.
    rows
        Ranked areas, in the order seen.
    about
        What they show.
    chosen
        The filter in words; empty for none.
    shown
        The same rows as a reader sees them, where that is made already.
    """
    own, named = figure.indicator_of(view).decimals, figure.headings(view)
    rates = dict.fromkeys(("value", "raw", "low", "high", "lower", "upper", "benchmark"), own)
    by_name = {**rates, "distance_km": 0, "value_year": None}
    return Sheet(
        figure.table_of(view, rows) if shown is None else shown,
        tuple(rows["area_code"]),
        about,
        figure.order_in_words(view),
        chosen,
        {named[name]: digits for name, digits in by_name.items()},
    )


def of_level(view: View) -> Sheet:
    """Return every area of a view's place as a table: what its map shows."""
    rows = figure.ordered(tables.limited(figure.ranked(view), view), view)
    about = figure.about(view, rows, figure.headline(view, rows))
    return sheet_of(view, rows[~small_numbers.is_left_out(rows)], about)


@dataclass(frozen=True)
class Format:
    """A kind of file: label (message id), ending, media type, and what writes it."""

    label: str
    suffix: str
    mime: str
    write: Callable[[Listing, Level], bytes]


@lru_cache(maxsize=4)
def _shapes(build: str, level: Level) -> gpd.GeoDataFrame:
    del build  # part of the key only
    return store.shapes(level, TOLERANCE)


def _with_shapes(write: Callable[[Listing, gpd.GeoDataFrame], bytes], made: Listing, level: Level) -> bytes:
    return write(made, _shapes(store.fingerprint(), level))


FORMATS: Final = (
    Format(
        N_("CSV, for any spreadsheet"), "csv", "text/csv",
        lambda made, _level: csv_json.to_csv(made.rows, made.head(), made.watermark),
    ),
    Format(
        N_("XLSX, for Excel"), "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda made, _level: workbook.to_xlsx(made),
    ),
    Format(N_("JSON, for programs"), "json", "application/json", lambda made, _level: csv_json.to_json(made)),
    Format(
        N_("GeoJSON, with shapes"), "geojson", "application/geo+json", partial(_with_shapes, geofiles.to_geojson)
    ),
    Format(
        N_("GeoPackage, for GIS"), "gpkg", "application/geopackage+sqlite3",
        partial(_with_shapes, geofiles.to_geopackage),
    ),
    Format(
        N_("GeoParquet, for analysis"), "parquet", "application/vnd.apache.parquet",
        partial(_with_shapes, geofiles.to_geoparquet),
    ),
)  # fmt: skip


def listed(view: View, sheet: Sheet, address: str) -> Listing:
    """Return a table and all that is said of it, in the language of the view; `address` is that of the page."""
    lang = view.lang
    return listing.describe(
        sheet.rows,
        sheet.codes,
        sheet.about,
        lang,
        dataset=dataset_titles(lang)[view.dataset],
        area=scopes(view)[tables.limit_of(view)],
        benchmark=benchmark_labels(view)[view.benchmark],
        link=links.to_link(address, view),
        sources=_sources(with_benchmark(sheet.about, view), lang),
        filtered=sheet.chosen,
        order=sheet.order,
        decimals=sheet.decimals,
    )


def with_benchmark(about: About, view: View) -> About:
    """Return what a figure is about with the source of the benchmark it is held against among its origins."""
    rows = benchmarks.listed(view.indicator)
    held = rows.loc[rows["benchmark_id"].eq(view.benchmark), "source"].tolist()
    more = sources.origins(held, view.lang) if view.indicator in about.indicator.split(" + ") else ()
    return replace(about, origins=tuple(dict.fromkeys((*about.origins, *more))))


def _sources(about: About, lang: Language) -> list[tuple[str, str]]:
    # what a user keeps beside the datasets, such as a travel table, is in no table of origins
    _, licences = translator(lang), sources.licences(lang)
    return [(origin.cite(lang), licences.get(origin.origin_id, _("own data"))) for origin in about.sources]


def make(form: Format, view: View, draw: Callable[[View], Sheet], address: str) -> bytes:
    """Return the file of a table; `draw` gives it in the language of the view it is given."""
    return form.write(listed(view, draw(view), address), view.level)


def file_name(name: str, view: View, built_at: str, suffix: str) -> str:
    """Return the name of a file: the list, what it shows, its language and the date of the build."""
    parts = [name, view.dataset, view.level, view.indicator, str(view.year), tables.limit_of(view), view.lang]
    return csv_json.file_name(parts, date.fromisoformat(built_at[:10]), suffix)


def menu(view: View, name: str, draw: Callable[[View], Sheet]) -> None:
    """
    Draw the menu of a table's files: each format in two languages, each file made when it is asked for.

    Parameters
    ----------
    view
        What the table shows.
    name
        The page or list, for the file's name.
    draw
        Gives the table as it is seen, in the language of the view it is given.
    """
    _, address, built_at = translator(view.lang), st.context.url or "", store.current().built_at
    with st.popover(_("Export"), key=f"export_{name}"):
        lang = st.segmented_control(
            _("Headings and words in"), LANGUAGES, default=view.lang, format_func=ENDONYMS.__getitem__,
            key=f"export_lang_{name}_{view.lang}", required=True,
        )  # fmt: skip
        handed_on = replace(view, lang=lang)
        for form in FORMATS:
            st.download_button(
                _(form.label),
                partial(make, form, handed_on, draw, address),
                file_name=file_name(name, handed_on, built_at, form.suffix),
                mime=form.mime,
                on_click="ignore",
                key=f"export_{name}_{form.suffix}",
                width="stretch",
            )
        st.caption(_("The rows and their order as seen, with sources, licence and the link to this view."))
