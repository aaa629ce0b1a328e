"""
The drawer beside every figure: what it shows, how it was made, its sources, and the rows it was entered in.

Draws what the published file holds; what stands behind a figure is worked out in `mhgis.words.trace`, how it is cited
in `mhgis.words.citation`. Computes nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import pandas as pd
import streamlit as st

from mhgis import formats, store
from mhgis.errors import UnknownChoiceError
from mhgis.formats import plain
from mhgis.i18n import N_, Language, ngettext, translator
from mhgis.importing import library as imports
from mhgis.importing.library import Version
from mhgis.indicators import REGISTRY, RESOURCES
from mhgis.queries import facilities, methods, names, people, rows_behind, sources, tables
from mhgis.ui.part import session as views
from mhgis.ui.part import shell
from mhgis.view import links
from mhgis.view.links import NO_BENCHMARK, level_of
from mhgis.view.view import View
from mhgis.words import citation, provenance, trace
from mhgis.words.citation import Work
from mhgis.words.provenance import PROCESSING_WORDS, About, Origin
from mhgis.words.sentences import LEVEL_NAMES
from mhgis.words.trace import Area

#: rows of tables shown at most: a screenful of screens; more than that is asked for by choosing an area
MOST_ROWS: Final = 200
#: a table up to so many rows is shown in full, a longer one scrolls within so many pixels
_ROWS_IN_FULL: Final = 8
_ROWS_PX: Final = 320
_TRACES_KEPT: Final = 64
_PLUS: Final = " + "
#: what measures of access and of inequality divide by, whatever is counted
_OF_PEOPLE: Final = frozenset({"access", "equity", "clusters"})

_KINDS: Final = {"published": shell.PUBLISHED, "modelled": shell.MODELLED, "imported": shell.IMPORTED}
_COLOURS: Final = {"published": "blue", "modelled": "orange", "imported": "violet"}

#: what an importer may have decided, in the order of the steps of an import
_DECIDED: Final[dict[str, str]] = {
    "columns": N_("what {n} columns are"),
    "places": N_("which area {n} places are"),
    "confirmed": N_("{n} unusual figures confirmed as right"),
    "complete": N_("the file leaves nothing out for {n} areas"),
}


def drawer(
    what: About,
    lang: Language,
    *,
    method: str = "",
    benchmarks: Sequence[str] = (),
    links_method: bool = True,
    seen: View | None = None,
) -> None:
    """
    Draw the control that opens where a figure comes from, and beside it the link to how it is made.

    Parameters
    ----------
    what
        What the figure is about; at the level `country` it is about the country whatever area the view has.
    lang
        Of the reader.
    method
        Name of the method page; that of the indicator if empty.
    benchmarks
        Ids of the benchmarks in the figure; the view's own where it is of the figure's indicator, if empty.
    links_method
        Whether the link to the method page stands beside the control; it is in the drawer in any case.
    seen
        The view the figure is of, where it is not the page's own.
    """
    _ = translator(lang)
    name = hashlib.sha256(repr((what, method)).encode()).hexdigest()[:10]
    # two figures of a page may say the same of themselves, and each has its own control
    key = f"origin_{name}_{views.occurrence(name)}"
    page = method or method_of(what)
    with st.container(horizontal=True, gap="small", key=f"mh_{key}", vertical_alignment="center"):
        opened = st.button(_("Where does this come from?"), key=key, type="tertiary")
        if links_method and methods.has_method(page):
            method_link(page, _("How it is made"), lang)
    if opened:
        view = replace(seen or views.kept(), lang=lang)
        show = st.dialog(_("Where does this come from?"), width="large", position="right")(_draw)
        show(what, view, page, tuple(benchmarks))


def drawer_of_file(title: str, lines: Sequence[tuple[str, str]], lang: Language) -> None:
    """
    Draw the control that opens where figures of a file come from that is not loaded yet.

    Parameters
    ----------
    title
        What the figures show.
    lines
        What is known of the file, as name and text.
    lang
        Of the reader.
    """
    _ = translator(lang)
    with st.container(key="mh_origin_of_file"):
        opened = st.button(_("Where does this come from?"), key="origin_of_file", type="tertiary")
    if opened:
        st.dialog(_("Where does this come from?"), width="large", position="right")(_draw_file)(title, lines, lang)


def _draw_file(title: str, lines: Sequence[tuple[str, str]], lang: Language) -> None:
    _ = translator(lang)
    badge = _(shell.IMPORTED)
    st.markdown(f"**{plain(title)}**  \n:violet-badge[{badge}]")
    st.markdown(_("Counted from this file as decided in the steps above. Nothing of it is loaded yet."))
    _list(lines)
    st.subheader(_("Sources of the people that rates divide by"), anchor=False)
    st.markdown("\n\n".join(_source(work, lang) for work in _works((), lang, people.origins())))


def _list(lines: Iterable[tuple[str, str]]) -> None:
    st.markdown("\n".join(f"- :gray[{plain(name)}] {plain(said)}" for name, said in lines))


def method_of(what: About) -> str:
    """Return the name of the method page that a figure is made by."""
    first = REGISTRY.get(what.indicator.split(_PLUS, maxsplit=1)[0])
    if first is None:
        return "printed-figures"
    return "downscale-2015" if what.is_modelled else methods.method_of(first)


def method_link(page: str, label: str, lang: Language) -> None:
    """Draw the link to a method page of the handbook, in the language of the reader."""
    query = links.to_query(replace(views.kept(), lang=lang, show=(page,)))
    st.page_link("pages/sources.py", label=label, query_params=query, width="content")


def _draw(what: About, view: View, page: str, benchmarks: tuple[str, ...]) -> None:
    _, lang = translator(view.lang), view.lang
    datasets = names.datasets().set_index("dataset_id")
    shown = [name for name in what.dataset.split(_PLUS) if name in datasets.index]
    kinds = [str(datasets.loc[name, "kind"]) for name in shown]
    badges = " ".join(f":{_COLOURS[kind]}-badge[{_(_KINDS[kind])}]" for kind in dict.fromkeys(kinds))
    st.markdown(f"**{plain(what.title)}**  \n{badges}")
    _facts(what, view, shown, datasets)
    found = _behind(store.fingerprint(), what, view, benchmarks, page)
    st.subheader(_("How it was made"), anchor=False)
    st.markdown("\n".join(f"{at}. {line}" for at, line in enumerate(_steps(what, view, kinds, found), start=1)))
    if methods.has_method(page):
        method_link(
            page, _("The method, with its limitations: {title}").format(title=methods.method_title(page, lang)), lang
        )
    for warning in what.warnings:
        st.warning(plain(warning))
    st.subheader(_("Sources"), anchor=False)
    works = _works(what.sources, lang, found["origin_id"])
    st.markdown("\n\n".join(_source(work, lang) for work in works))
    for name, kind in zip(shown, kinds, strict=True):
        if kind == "imported":
            _imported(name, what, view)
    _table_of_rows(found, what, view)
    _table_of_parts(trace.parts_of(rows_behind.entered(), found), lang)
    _cite(what, works, view)


def _facts(what: About, view: View, shown: Sequence[str], datasets: pd.DataFrame) -> None:
    _, lang = translator(view.lang), view.lang
    indicators = [REGISTRY[name] for name in what.indicator.split(_PLUS) if name in REGISTRY]
    lines = [(_(one.name), _(one.definition)) for one in indicators]
    lines += [(_("Unit"), what.unit)] if what.unit else []
    lines += [(_("Year"), str(what.year))] if what.year else []
    lines += [(_("Level"), _(LEVEL_NAMES[what.level]))] if what.level in LEVEL_NAMES else []
    for name in shown:
        note = datasets.loc[name, provenance.column("note", lang)]
        said = "" if formats.is_missing(note) else str(note)
        lines.append((_("Dataset"), f"{datasets[f'title_{lang}'][name]} ({name})"))
        lines += [(_("Note"), said)] if said else []
    lines.append((_("What it is"), _(PROCESSING_WORDS[what.processing])))
    lines += [(_("Areas"), what.unknown_line(lang))] if what.n else []
    _list(lines)


def _steps(what: About, view: View, kinds: Sequence[str], found: pd.DataFrame) -> list[str]:
    """Return how a figure was made, a sentence a step."""
    _, lang = translator(view.lang), view.lang
    steps = []
    if "imported" in kinds:
        steps.append(
            _("Counted or taken from the file named below, as its importer decided; a sum over areas is known only "
              "where each part is.")
        )  # fmt: skip
    if set(kinds) - {"imported"} or not kinds:
        steps.append(
            _("Each figure was entered in a table as its source prints it; the rows are below. The build checks every "
              "one and publishes nothing where a check fails.")
        )  # fmt: skip
    corrected = int(found["used"].notna().sum())
    if corrected:
        steps.append(
            _("Slips of a source among them that were corrected, each with its reason: {n}.").format(n=corrected)
        )
    if what.is_modelled:
        steps.append(
            _("The model allocates these published totals to counties many times by chance. A figure is the value that "
              "at least half of these draws do not exceed; its range is from 5 to 95 % of them.")
        )  # fmt: skip
    of_people = False
    for name in what.indicator.split(_PLUS):
        indicator = REGISTRY.get(name)
        if indicator is not None:
            steps += [plain(line) for line in methods.formula(indicator, lang)]
            of_people |= indicator.denominator == "people"
    if of_people and what.year:
        level = "country" if what.level == "country" else _place(what, view)[0][0]
        made_by = [_(method) for method in people.methods(level, what.year)]
        if made_by:
            said = _("The people of {year} it is divided by: {how}")
            steps.append(said.format(year=what.year, how=" ".join(sorted(made_by))))
    return steps


def sources_of(what: About, view: View) -> tuple[Work, ...]:
    """Return the sources that the drawer of a figure lists: its origins with their parts, and those of its rows."""
    found = _behind(store.fingerprint(), what, view, (), method_of(what))
    return _works(what.sources, view.lang, found["origin_id"])


def _works(first: Iterable[Origin], lang: Language, more: Iterable[str]) -> tuple[Work, ...]:
    rows = {str(row["origin_id"]): row for row in sources.works().to_dict("records")}
    terms = sources.licences(lang)
    # what a reader keeps beside the datasets, such as a travel table, is in no table of origins
    kept = {one.origin_id: Work(one.origin_id, one.title, one.publisher, one.year) for one in first}
    ids = dict.fromkeys([*kept, *(one for one in more if not formats.is_missing(one))])
    return tuple(_work(rows[one], str(terms[one]), lang) if one in rows else kept[one] for one in ids)


def _work(row: Mapping[Any, Any], licence: str, lang: Language) -> Work:
    title, publisher, how_read, identifier = (
        "" if formats.is_missing(row[name]) else str(row[name])
        for name in (*(provenance.column(name, lang) for name in ("title", "publisher", "how_read")), "identifier")
    )
    year = None if formats.is_missing(row["year"]) else int(str(row["year"])[:4])
    return Work(str(row["origin_id"]), title, publisher, year, identifier, licence, how_read)


def _source(work: Work, lang: Language) -> str:
    _ = translator(lang)
    identifier = plain(work.identifier)
    leads = f"[{identifier}]({work.address})" if work.address else identifier
    facts = [plain(work.publisher), str(work.year or ""), leads, plain(work.licence)]
    how = _("How read: {how}").format(how=work.how_read)
    lines = [f"**{plain(work.title)}**", " · ".join(fact for fact in facts if fact)]
    return "  \n".join([*lines, *([f":gray[{plain(how)}]"] if work.how_read else [])])


# the rows


def _place(what: About, view: View) -> list[Area]:
    """Return the areas a figure is of: the country, the area chosen, or all of the level and place shown."""
    offer = tables.offer()
    if what.level == "country" or what.level not in LEVEL_NAMES:
        return [("country", offer.country)]
    level = level_of(offer, view.area, view.level) if view.area else None
    if level is not None:
        return [(str(level), view.area)]
    within = "" if what.level == "province" else view.within
    codes = rows_behind.areas_of(what.level, within)
    return [(what.level, code) for code in codes] or [("country", offer.country)]


@lru_cache(maxsize=_TRACES_KEPT)
def _behind(build: str, what: About, view: View, benchmarks: tuple[str, ...], page: str) -> pd.DataFrame:
    del build  # part of the key only
    rows, offer, areas = rows_behind.entered(), tables.offer(), _place(what, view)
    indicators = what.indicator.split(_PLUS)
    wanted = trace.quantities(indicators, is_modelled=what.is_modelled, is_series=what.year is None)
    wanted = (*wanted, trace.PEOPLE) if page in _OF_PEOPLE else wanted
    if what.is_imported:
        wanted = tuple(name for name in wanted if name == trace.PEOPLE)
    above = {
        area: offer.chain(*area)[1:]
        for area in {*zip(rows["area_level"], rows["area_code"], strict=True), *areas}
        if area in offer.parents
    }
    found = trace.rows_behind(rows, wanted, areas, _year_of_people(what), above, is_modelled=what.is_modelled)
    own = (view.benchmark,) if view.indicator in indicators and view.benchmark != NO_BENCHMARK else ()
    keys = {f"benchmark_id={name}" for name in benchmarks or own}
    own_sources = {origin.origin_id for origin in what.origins}
    held = rows["file"].eq("benchmarks")
    of_page = rows["quantity"].isin(indicators) & rows["origin_id"].isin(own_sources) & (page == "benchmarks")
    held &= rows["row_key"].isin(keys) | of_page
    printed = rows["quantity"].eq("published_figures") & ("published_figures" in indicators)
    return pd.concat([found, rows[(held | printed) & ~rows.index.isin(found.index)]])


def _year_of_people(what: About) -> int | None:
    # an import divides by the people of the nearest year that has them
    if not what.is_imported or what.year is None:
        return what.year
    return people.own_year(what.dataset, what.year)


def _table_of_rows(found: pd.DataFrame, what: About, view: View) -> None:
    _ = translator(view.lang)
    st.subheader(_("Rows of the tables"), anchor=False)
    areas = _place(what, view)
    if found.empty:
        st.markdown(_("No row: nobody has published this figure, and it is shown as not reported."))
        return
    named = names.area_names(view.lang)
    of = named.get(areas[0], areas[0][1]) if len(areas) == 1 else _("all areas of the figure")
    said = ngettext(view.lang, "{n} row stands behind this figure ({area}).",
                    "{n} rows stand behind this figure ({area}).", len(found))  # fmt: skip
    if len(found) > MOST_ROWS:
        said = _(
            "{n} rows stand behind this figure ({area}); the first {most} are shown. Choose an area to see its own."
        )
    st.caption(
        said.format(n=formats.number(len(found)), area=of, most=formats.number(MOST_ROWS)),
        help=_("The table is a file of the data pack; row 1 are its headings."),
    )
    st.dataframe(
        rows_as_seen(found.head(MOST_ROWS), view.lang), hide_index=True, height=_height(found),
        placeholder=formats.NOTHING, key="origin_rows",
    )  # fmt: skip


def _table_of_parts(parts: pd.DataFrame, lang: Language) -> None:
    if parts.empty:
        return
    _ = translator(lang)
    said = _("{n} values of countries stand behind the medians among these rows. A median is the middle one of the "
             "values of its countries; a country without a value is in none.")  # fmt: skip
    st.caption(said.format(n=formats.number(len(parts))))
    st.dataframe(
        rows_as_seen(parts, lang), hide_index=True, height=_height(parts), placeholder=formats.NOTHING,
        key="origin_parts",
    )  # fmt: skip


def _height(rows: pd.DataFrame) -> Any:  # noqa: ANN401 - Streamlit's own type
    return "content" if len(rows) <= _ROWS_IN_FULL else _ROWS_PX


def rows_as_seen(found: pd.DataFrame, lang: Language) -> pd.DataFrame:
    """Return rows behind a figure as a reader sees them; columns in which nothing stands are left out."""
    _, named = translator(lang), names.area_names(lang)
    works = sources.short_names(lang)
    own_note = found["note_zh"].fillna(found["note_en"]) if lang == "zh" else found["note_en"]
    places = zip(found["area_level"], found["area_code"], found["place"], strict=True)
    shown = pd.DataFrame({
        _("What"): [_(trace.QUANTITY_WORDS[name]) if name in trace.QUANTITY_WORDS else name
                    for name in found["quantity"].fillna("")],
        _("Area"): [named.get((level, code), "" if formats.is_missing(place) else str(place))
                    for level, code, place in places],
        _("Year"): found["year"].astype("Int64"),
        _("As entered"): found["entered"],
        _("Used instead"): found["used"],
        _("Table"): found["file"] + ".csv",
        _("Row"): found["line"].astype("Int64"),
        _("Source"): found["origin_id"].map(works),
        _("Where in it"): found["place"],
        _("Note"): own_note,
        _("Why corrected"): found["reason"],
        _("Key"): found["row_key"],
    })  # fmt: skip
    return shown.loc[:, shown.notna().any()]


# imported datasets


def _imported(dataset_id: str, what: About, view: View) -> None:
    shown = next((one for one in store.active() if one.dataset_id == dataset_id), None)
    if shown is None:
        return
    _ = translator(view.lang)
    st.subheader(_("The imported file"), anchor=False)
    try:
        _list(file_facts(imports.version(dataset_id, shown.version), view.lang))
    except UnknownChoiceError:
        st.caption(_("The manifest of this version cannot be read; the page Import says what to do."))
    areas = _place(what, view)
    code = areas[0][1] if len(areas) == 1 and areas[0][0] != "country" else ""
    register = facilities.within(dataset_id, int(what.year or 0), code)
    counts = rows_behind.counts(dataset_id, int(what.year or 0))
    shown_areas = set(areas)
    is_shown = [place in shown_areas for place in zip(counts["level"], counts["area_code"], strict=True)]
    counts = counts[pd.Series(is_shown, counts.index, dtype="bool")]
    for title, rows in ((_("Facilities of the register"), register), (_("Counts as imported"), counts)):
        if len(rows):
            n = formats.number(len(rows))
            st.caption(_("{title}: {n}; at most {most} are shown.").format(title=plain(title), n=n, most=MOST_ROWS))
            st.dataframe(
                _own_rows(rows.head(MOST_ROWS), view.lang), hide_index=True, placeholder=formats.NOTHING,
                height=_height(rows), key=f"origin_own_{'value' in rows}",
            )  # fmt: skip


def file_facts(version: Version, lang: Language) -> list[tuple[str, str]]:
    """Return what is known of the file a version was imported from, and what its importer decided, as name and text."""
    _, says = translator(lang), version.manifest
    chosen: Mapping[str, Any] = says["decisions"]
    lines = [
        (_("File"), str(says["file"])),
        (_("Checksum (SHA-256)"), str(says["sha256"])),
        (_("Size"), _("size {n} kB").format(n=formats.number(max(1, says["size"] / 2**10)))),
        (_("Imported on"), str(says["created_on"])),
        (_("Publisher"), str(says["publisher"])),
        (_("Version"), str(version.number)),
        (_("Sheet"), str(chosen.get("sheet") or _("the first table of the file"))),
        (_("Rows"), formats.number(says["facilities"] or says["rows"])),
    ]
    lines += [(_("Disclosure threshold"), formats.number(says["threshold"]))] if says["threshold"] else []
    decided = [_(words).format(n=len(chosen[name])) for name, words in _DECIDED.items() if chosen.get(name)]
    lines.append((_("Decided by the importer"), _("; ").join(decided) or _("nothing: all was recognised")))
    return [(name, said) for name, said in lines if said]


def _own_rows(rows: pd.DataFrame, lang: Language) -> pd.DataFrame:
    _, named = translator(lang), names.area_names(lang)
    levels = rows["level"] if "level" in rows else pd.Series("county", rows.index)
    columns: dict[str, Any] = {
        _("Area"): [named.get(place, place[1]) for place in zip(levels, rows["area_code"], strict=True)],
    }
    if "value" in rows:
        columns |= {
            _("What"): [_(REGISTRY[name].name) for name in rows["resource"]],
            _("Value"): rows["value"].astype("Float64"),
            _("Status"): [formats.status_word(status, lang) for status in rows["status"]],
        }  # fmt: skip
    else:
        columns |= {_("Facility"): rows["name"], _("Identifier"): rows["facility_id"]}
        columns |= {_(REGISTRY[name].name): rows[name].astype("Int64") for name in RESOURCES if name in rows}
    return pd.DataFrame(columns)


def _cite(what: About, works: Sequence[Work], view: View) -> None:
    _, lang = translator(view.lang), view.lang
    link = links.to_link(st.context.url, view) if st.context.url else ""
    st.subheader(_("How to cite"), anchor=False)
    st.code(citation.cite(what, works, shell.NAMES[lang], link, lang), language=None, wrap_lines=True)
    st.code(citation.bibtex(what, works, shell.NAMES[lang], link), language=None, wrap_lines=True, height=240)
