"""
The screen where a user supplies tables of travel and finer points of people, and chooses which of them are used.

Puts `mhgis.importing.travel_tables` on the page; computes nothing of its own. What is chosen is part of the question
about access, and so of the link.
"""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import pandas as pd
import streamlit as st

from mhgis import formats, store
from mhgis.errors import SchemaError
from mhgis.exports import csv_json
from mhgis.formats import plain
from mhgis.i18n import N_, Language, translator
from mhgis.importing import travel_tables
from mhgis.importing.travel_tables import HEADINGS, LEFT_OUT_NAMES, Draft, Kept, Kind
from mhgis.measures.access import AccessQuestion
from mhgis.measures.distance import LeftOut
from mhgis.queries.people import of_latest_year
from mhgis.ui.part import session as views
from mhgis.view.view import View

_KIND_NAMES: Final[dict[Kind, str]] = {
    "matrix": N_("Travel table: origin, destination, minutes or km"),
    "points": N_("Points of people: code, lon, lat, people"),
}
_LONGEST_LIMIT: Final = 10_000
_FAULTS_SHOWN: Final = 200
_CHECKED_KEPT: Final = 2
#: of a file; two million pairs are less
_MOST_MB: Final = 100
_EXAMPLE: Final = 3
_SMALL: Final = 0.001
_ENDINGS: Final = ["csv", "txt", "tsv", "xlsx", "xls", "parquet"]


def supply(view: View, sites: pd.Index) -> None:
    """
    Draw which ways and which points of people are used, and the form that adds others.

    Parameters
    ----------
    view
        What is shown.
    sites
        Codes of the places of care of the dataset shown, to which a table may name ways.
    """
    _, asked = translator(view.lang), view.reach
    with st.expander(_("Ways and people: use your own travel times or finer points of people"),
                     expanded=bool(asked.matrix or asked.points), key="mh_travel"):  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _choose("matrix", _("Ways"), _("straight lines"), asked)
            _choose("points", _("Where people are"), _("one point inside each area"), asked)
        if st.toggle(_("Add or remove a file"), key="travel_adding"):
            _add(view, sites)


def _choose(kind: Kind, label: str, first: str, asked: AccessQuestion) -> None:
    names = formats.distinct({"": first, **{one.kept_id: _label(one) for one in travel_tables.kept(kind)}})
    now = getattr(asked, kind)
    st.session_state[f"travel_{kind}"] = now if now in names else ""
    st.selectbox(label, list(names), format_func=names.__getitem__, key=f"travel_{kind}", on_change=_chosen,
                 args=(kind,), width=420)  # fmt: skip


def _label(one: Kept) -> str:
    return f"{one.title} · {one.publisher} · {one.added_on}" if one.publisher else f"{one.title} · {one.added_on}"


def _chosen(kind: Kind) -> None:
    _ask(**{kind: st.session_state[f"travel_{kind}"]})


def _ask(**parts: Any) -> None:  # noqa: ANN401 - the types are those of `AccessQuestion`
    views.change(reach=replace(views.kept().reach, **parts))


def _add(view: View, sites: pd.Index) -> None:
    _, lang = translator(view.lang), view.lang
    kind = st.radio(_("What the file holds"), list(_KIND_NAMES), format_func=lambda one: _(_KIND_NAMES[one]),
                    key="travel_kind", horizontal=True)  # fmt: skip
    _said(kind, lang)
    brought = st.file_uploader(_("The file: CSV, XLSX or Parquet"), type=_ENDINGS, key=f"travel_file_{kind}",
                               max_upload_size=_MOST_MB)  # fmt: skip
    if brought is not None:
        _checked(view, kind, brought.name, brought.getvalue(), sites)
    kept = travel_tables.kept(kind)
    if torn := travel_tables.damaged():
        st.warning(plain(_(
            "Travel tables that cannot be read are left out: {names}. Remove their folders from the data folder and "
            "load the files again."
        ).format(names=", ".join(torn))))  # fmt: skip
    if kept:
        st.caption(_("Kept here; removing one leaves links to it without it:"))
    for one in kept:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_("**{title}**: {rows} rows of {file}, SHA-256 {sha}, added {day}").format(
                title=plain(one.title), rows=formats.number(one.rows), file=plain(one.file), sha=one.sha256[:12],
                day=one.added_on,
            ), width="content")  # fmt: skip
            st.button(_("Remove"), key=f"travel_remove_{one.kept_id}", on_click=_removed, args=(one,))


def _said(kind: Kind, lang: Language) -> None:
    _, at = translator(lang), 0 if lang == "en" else 1
    columns = [names[at] for names in HEADINGS[kind].values()]
    if kind == "matrix":
        said = _("Columns {columns} (or km). Origins are codes of areas, or of points kept here; destinations are "
                 "codes of areas or of facilities of the dataset shown. A pair that is not in the file, or has no "
                 "number, is unknown.")  # fmt: skip
    else:
        said = _("Columns {columns}. Each point must lie in an area of the map (EPSG:4326, WGS-84 or CGCS2000); people "
                 "may be empty where nobody knows them.")  # fmt: skip
    areas = store.areas("county").query("is_applicable").head(_EXAMPLE)
    rows = areas[["area_code", "lon", "lat"]].assign(people="")
    if kind == "matrix":
        first = areas["area_code"].iloc[0]
        rows = pd.DataFrame({"origin": areas["area_code"], "site": first, "min": ""})
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(said.format(columns=_(", ").join(columns)), width="stretch")
        st.download_button(
            _("Template"), csv_json.to_csv(rows.set_axis(columns, axis=1)),
            file_name=f"mhgis_{kind}_{lang}.csv", mime="text/csv", on_click="ignore", key=f"travel_template_{kind}",
        )  # fmt: skip


def _checked(view: View, kind: Kind, name: str, content: bytes, sites: pd.Index) -> None:
    _, lang = translator(view.lang), view.lang
    with st.spinner(_("Checking the file")):
        found = _read(_Content(content), kind, (name, view.level, lang, store.fingerprint()), tuple(sites))
    if isinstance(found, SchemaError):
        _faulty(found, lang)
        return
    st.success(plain(_found(found, view)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        title = st.text_input(_("Title, as figures will name it"), value=name.rpartition(".")[0], max_chars=80,
                              key=f"travel_title_{kind}", width=320)  # fmt: skip
        publisher = st.text_input(_("Who made it"), max_chars=80, key=f"travel_by_{kind}", width=240)
        left_out: LeftOut = "unknown"
        limit = 0.0
        if kind == "matrix":
            left_out = st.selectbox(_("A pair that is not in the file"), list(LEFT_OUT_NAMES), key="travel_left_out",
                                    format_func=lambda one: _(LEFT_OUT_NAMES[one]), width=340)  # fmt: skip
            if left_out == "beyond":
                greatest = float(found.table["cost"].max())
                limit = st.number_input(_("The limit, in the file's unit"), 0.0, float(_LONGEST_LIMIT), greatest,
                                        key="travel_limit", width=180)  # fmt: skip
    st.button(_("Keep it and use it"), type="primary", disabled=not title.strip(), key=f"travel_keep_{kind}",
              on_click=_kept, args=(found, title.strip(), publisher.strip(), left_out, limit))  # fmt: skip


def _found(found: Draft, view: View) -> str:
    _, table = translator(view.lang), found.table
    people = of_latest_year(view.level)
    if found.kind == "points":
        share = people.reindex(table["area_code"].unique()).sum() / people.sum()
        return _("{n} points in {areas} areas, where {share} of the people of the country live; they hold {people}. No "
                 "fault was found.").format(
            n=formats.number(len(table)), areas=formats.number(table["area_code"].nunique()),
            share=_share(float(share)),
            people=formats.people(float(table["people"].sum()), view.lang),
        )  # fmt: skip
    covered = people.reindex(table["origin"].unique()).sum() / people.sum()
    said = _("{n} pairs in {unit}, from {origins} origins to {sites} destinations; {blank} rows have no number and are "
             "left out. No fault was found.").format(
        n=formats.number(len(table)), unit=_("minutes") if found.unit == "min" else _("km"),
        origins=formats.number(table["origin"].nunique()), sites=formats.number(table["site"].nunique()),
        blank=formats.number(found.blank),
    )  # fmt: skip
    areas = _("Areas that it gives a way from hold {share} of the people of the country.").format(
        share=_share(float(covered))
    )
    return formats.paragraph((said, areas), view.lang)


def _share(share: float) -> str:
    # a small share is not told as none
    return formats.percent(100 * share, 1 if share >= _SMALL else 3)


def _faulty(error: SchemaError, lang: Language) -> None:
    _ = translator(lang)
    st.error(_("{n} faults; nothing was kept. Mend the file and load it again.").format(
        n=formats.number(len(error.faults))
    ))  # fmt: skip
    rows = [
        {_("Row"): fault.row, _("Column"): fault.column, _("Found"): fault.found, _("Expected"): fault.expected,
         _("What to do"): fault.todo or None}
        for fault in error.faults[:_FAULTS_SHOWN]
    ]  # fmt: skip
    st.dataframe(pd.DataFrame(rows).dropna(axis=1, how="all"), hide_index=True, key="travel_faults", height="content")


class _Content:
    """Bytes that are no part of a key: their checksum is."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.sha256 = hashlib.sha256(content).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and self.sha256 == other.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)


@lru_cache(maxsize=_CHECKED_KEPT)
def _read(
    content: _Content, kind: Kind, of: tuple[str, str, Language, str], sites: tuple[str, ...]
) -> Draft | SchemaError:
    name, level, lang, _build = of
    codes = store.areas(level)["area_code"]
    try:
        if kind == "points":
            return travel_tables.read_points(content.content, name, store.shapes(level, 0.0), lang)
        points = {code for one in travel_tables.kept("points") for code in travel_tables.table(one.kept_id)["code"]}
        return travel_tables.read_matrix(content.content, name, {*codes, *points}, {*codes, *sites}, lang)
    except SchemaError as error:
        return error


def _kept(found: Draft, title: str, publisher: str, left_out: LeftOut, limit: float) -> None:
    today = datetime.now(UTC).astimezone().date().isoformat()
    one = travel_tables.keep(found, title, publisher, today, left_out=left_out, limit=limit)
    st.session_state["travel_adding"] = False
    _ask(**{one.kind: one.kept_id})


def _removed(one: Kept) -> None:
    travel_tables.remove(one.kept_id)
    asked = views.kept().reach
    if one.kept_id in {asked.matrix, asked.points}:
        _ask(**{one.kind: ""})
