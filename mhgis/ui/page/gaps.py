"""
The gap list of a page: its filters, its three lists and what must be said of them; each list with its files.

Computes nothing of its own: see `mhgis.measures.gaps`, `mhgis.measures.neighbours` and `mhgis.view.selection`. What is
drawn is kept in memory by build, and never changed in place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Final

import pandas as pd
import streamlit as st
from markupsafe import Markup

from mhgis import formats, indicators, store
from mhgis.country import say
from mhgis.figures.static_map import MapView
from mhgis.formats import plain
from mhgis.i18n import N_, Language, translator
from mhgis.indicators import LEVELS, Indicator, Level
from mhgis.measures import benchmarks, gaps, neighbours, small_numbers
from mhgis.measures.gaps import SortKey, Tally
from mhgis.measures.small_numbers import SureQuestion
from mhgis.queries import area as areas
from mhgis.queries import drawn as draws
from mhgis.queries import tables
from mhgis.queries.names import dataset_titles, is_imported, is_modelled, scopes
from mhgis.ui.page import area
from mhgis.ui.part import figure, list_files, map_files
from mhgis.ui.part import session as views
from mhgis.ui.part import small_numbers as sure
from mhgis.ui.part.list_files import Sheet
from mhgis.view import filters, selection
from mhgis.view.filters import FilterError
from mhgis.view.links import LIMITS, level_of
from mhgis.view.selection import CHOICES, Selection
from mhgis.view.view import View
from mhgis.words import sentences

#: lists kept in memory, each with all areas of a level; and as many of each as are drawn
_LISTS_KEPT: Final = 16
_DRAWN_KEPT: Final = 24
_FAULTS: Final = "mhgis_filter_faults"
_ASKED_FOR: Final = "mhgis_area_asked_for"
#: what a list shows: dataset, level, year, indicator, and how sure rates have to be
_Shown = tuple[str, Level, int, str, SureQuestion]
#: rows that go on paper; longer lists are for files
_PRINTED: Final = 300
#: per cent: in each and every draw
_ALL: Final = 100
#: fields of a row on a desk, two abreast on a phone
_FIELD_PX: Final = 144

#: numeric columns with a field in the row, and with one behind it
FIELDS: Final = ("value", "people")
MORE_FIELDS: Final = ("ratio", "units_lacking", "units_lacking_in_parts", "benchmarks_short", "distance_km")

#: what the lists hold, by key
PARTS: Final[dict[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "gaps": gaps.short,
    "unknown": gaps.unknown,
    "enough": gaps.enough,
}

_GRAMMAR: Final = N_(
    "Write >30, >=30, <15, 2..8 (both included), 0, !=0, known or unknown; a comma means “or”: 0, >60."
)


def slide(view: View) -> MapView:
    """Return the map of a saved list under the sentence that heads it."""
    rows = tables.limited(figure.ranked(view), view)
    return map_files.slide(view, headline(view, rows, gaps.tally(rows)))


def headline(view: View, rows: pd.DataFrame, tally: Tally) -> str:
    """Return what a list comes to, in a sentence: `rows` as of the year shown, within the view's place."""
    return sentences.shortfalls(figure.scene(view), rows, tally, f"name_{view.lang}", figure.drawn_tally(view, rows))


def rows(view: View) -> pd.DataFrame:
    """
    Return every area of a view's place, ranked, with all columns of the list.

    Returns
    -------
    rows
        As of `mhgis.measures.gaps.rank_latest`, `add_parts` and `robustness`, with `nearest_code`, `nearest` (its
        name), `distance_km` and `service` (NA = not empty, or not known; see `mhgis.measures.neighbours`). A model
        knows of no area that it is empty, so there these are NA throughout. Not to be changed in place.
    """
    return _worded(store.fingerprint(), _unfiltered(view))[0]


def _unfiltered(view: View) -> View:
    return replace(view, camera=View.camera, area="", chosen=View.chosen, sort=View.sort, top=0)


@lru_cache(maxsize=_LISTS_KEPT)
def _worded(build: str, view: View) -> tuple[pd.DataFrame, pd.DataFrame]:
    # the rows, and the same as a reader sees them: a filter or an order only picks from these
    shown = (view.dataset, view.level, view.year, view.indicator, view.sure)
    found = _rows(build, shown, figure.benchmark_of(view), has_neighbour_test(view))
    tested = found["reason"].eq("zero") & has_neighbour_test(view)
    found = found.assign(
        nearest=found[f"nearest_{view.lang}"],
        service=neighbours.classify(found["distance_km"], view.near).where(tested),
    )
    limited = tables.limited(found, view)
    return limited, figure.table_of(view, limited)


def has_neighbour_test(view: View) -> bool:
    """Say whether empty areas can be told: from counts that were published or imported, of something to be had."""
    return not is_modelled(view) and figure.indicator_of(view).direction == "more_is_better"


@lru_cache(maxsize=_LISTS_KEPT)
def _rows(build: str, shown: _Shown, benchmark: float | None, neighbourly: bool) -> pd.DataFrame:  # noqa: FBT001 - part of a key
    del build  # part of the key only
    dataset, level, year, name, asked = shown
    indicator, years = indicators.get(name), tables.offer().years
    known = years[dataset, name, level]
    by_year = {at: _values(shown, level, at) for at in known if at == year or known[at] > 0}
    view = View(dataset, level, indicator=name, year=year, sure=asked)
    ranked = figure.with_draws(gaps.rank_latest(by_year, year, indicator, benchmark), view, benchmark)
    n_known: dict[str, int] = {at: years.get((dataset, name, at), {}).get(year, 0) for at in LEVELS}
    below = gaps.parts_level(level, n_known)
    parts = _values(shown, below, year) if below else None
    ranked = gaps.add_parts(ranked, level, parts, indicator, benchmark)
    if figure.is_of_draws(ranked):
        ranked = _with_ranks(ranked, view, benchmark, below)
    ranked = small_numbers.judge(ranked, indicator, benchmark, hidden=asked.hidden)
    now = as_of_year(ranked)
    # under how many benchmarks an area of a model falls short differs from draw to draw
    compared = () if figure.is_of_draws(ranked) else benchmarks.listed(name, store.benchmarks())
    ranked = ranked.join(gaps.robustness(now, indicator, compared))
    return _with_nearest(_without_empty_words(ranked, level), now, level, neighbourly=neighbourly)


def _with_ranks(ranked: pd.DataFrame, view: View, benchmark: float | None, below: Level | None) -> pd.DataFrame:
    # between which places an area of a model lies, and what its parts lack, from the same draws
    what = draws.asked(view, benchmark)
    places = draws.ranks(what)
    own = ranked["area_code"]
    if places is not None:
        placed = places.reindex(own).set_index(ranked.index)
        ranked = ranked.assign(rank_low=placed["rank_low"], rank_high=placed["rank_high"])
    of_parts = draws.summary(replace(what, level=below)) if below and below != view.level else None
    if of_parts is None or of_parts["lacking"].isna().all():
        return ranked
    place = store.areas(below).set_index("area_code").loc[of_parts.index]
    holder = place["province_code" if view.level == "province" else "parent_code"]
    sums = of_parts["lacking"].groupby(holder).sum().reindex(own)
    return ranked.assign(units_lacking_in_parts=pd.Series(sums.to_numpy(), index=ranked.index, dtype="Float64"))


def _values(shown: _Shown, level: Level, year: int) -> pd.DataFrame:
    dataset, _, _, indicator, asked = shown
    found = store.indicator_values(dataset, level, year, indicator)
    return figure.as_asked(found, View(dataset, level, indicator=indicator, year=year, sure=asked))


def _without_empty_words(ranked: pd.DataFrame, level: Level) -> pd.DataFrame:
    # columns that say nothing here are emptied, and so left out of the table
    silent: list[str] = []
    if level == LEVELS[-1]:
        # a county is its own only part: the second figure would repeat the first
        silent += ["units_lacking_in_parts", "parts_reason", "parts_known"]
    elif not ranked["parts_reason"].eq("some_unknown").any():
        silent += ["parts_reason"]
    if not ranked["reason"].eq("stale").any():
        silent += ["value_year"]
    if not ranked["benchmarks_tried"].gt(0).any():
        silent += ["benchmarks_short", "benchmarks_tried"]
    return ranked.assign(**{name: ranked[name].where(ranked[name].isna()) for name in silent})


def as_of_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as of the year shown alone: what is known for an earlier one only is not known."""
    stale = rows["reason"].eq("stale")
    return rows.assign(value=rows["value"].mask(stale), status=rows["status"].mask(stale, "not_reported"))


def _with_nearest(ranked: pd.DataFrame, now: pd.DataFrame, level: Level, *, neighbourly: bool) -> pd.DataFrame:
    nothing = {"nearest_code": None, "nearest_zh": None, "nearest_en": None, "distance_km": float("nan")}
    if not neighbourly:
        return ranked.assign(**nothing)
    points = store.areas(level)[["area_code", "lon", "lat"]]
    found = neighbours.nearest_supply(now.merge(points, on="area_code", how="left")).nearest
    names = ranked.set_index("area_code")[["name_zh", "name_en"]]
    for lang in ("zh", "en"):
        found[f"nearest_{lang}"] = found["nearest_code"].map(names[f"name_{lang}"])
    found["distance_km"] = found["distance_km"].round(1)
    placed = found.set_index("area_code").reindex(ranked["area_code"]).set_index(ranked.index)
    return ranked.assign(**{name: placed[name] for name in nothing})


@dataclass(frozen=True)
class Drawn:
    """One list as it is drawn: `found` all rows the filter lets through, `sheet` what is seen, `n` areas before it."""

    found: pd.DataFrame
    sheet: Sheet
    n: int
    title: str


def drawn(view: View, key: str) -> Drawn:
    """
    Return one list of a view, in its order.

    Parameters
    ----------
    view
        What is shown.
    key
        One of `PARTS`.
    """
    return _drawn(store.fingerprint(), replace(view, camera=View.camera, area=""), key)


@lru_cache(maxsize=_DRAWN_KEPT)
def _drawn(build: str, view: View, key: str) -> Drawn:
    all_rows, words = _worded(build, _unfiltered(view))
    everything = PARTS[key](all_rows)
    found = chosen(view).apply(everything)
    seen = gaps.top(figure.ordered(found, view), view.top or None)
    title = _title(view, found, len(everything), key)
    shown = words.loc[seen.index]
    shown = shown.loc[:, shown.notna().any()]
    sheet = list_files.sheet_of(view, seen, figure.about(view, as_of_year(seen), title), in_words(view), shown)
    return Drawn(found, sheet, len(everything), title)


def _title(view: View, found: pd.DataFrame, n: int, key: str) -> str:
    _, said = translator(view.lang), figure.scene(view)
    if key == "unknown":
        title = sentences.unknown(said, gaps.tally(found))
    else:
        titles = {
            "gaps": _("Fall short: {areas}"),
            "enough": _("Not short: {areas}") if said.benchmark else _("No benchmark to compare with: {areas}"),
        }
        if figure.is_of_draws(found) and not found["p_short"].isin([0, _ALL]).all():
            titles = {
                "gaps": _("Short in some draws or all, the likeliest first: {areas}"),
                "enough": _("Short in none of the draws: {areas}"),
            }
        title = titles[key].format(areas=sentences.areas(len(found), view.level, view.lang, said.scope))
    if len(found) < n:
        title = _("{title} (filtered; {n} in all)").format(title=title, n=formats.number(n))
    if view.top and view.top < len(found):
        title = _("{title}: the first {top}").format(title=title, top=formats.number(view.top))
    return title


def chosen(view: View) -> Selection:
    """Return what the lists of a view are limited to."""
    return view.chosen


def named(choice: str, lang: Language) -> dict[str, str]:
    """Return the names that the country gives to its regions or settings, by id; none for any other choice."""
    facts = tables.country()
    given = {"region": facts.regions, "setting": facts.settings}.get(choice, {})
    return {name: say(text, lang) for name, text in given.items()}


def in_words(view: View) -> str:
    """Return the filter of a view and the length of its lists, as a reader reads them; empty for none."""
    _ = translator(view.lang)
    names = figure.headings(view) | {code: name for code, name in scopes(view).items() if code}
    names |= named("region", view.lang) | named("setting", view.lang)
    said = [chosen(view).in_words(view.lang, names)] if view.chosen else []
    if view.top:
        said.append(_("the first {top}").format(top=formats.number(view.top)))
    return _("; ").join(said)


def lists(view: View, shown: pd.DataFrame) -> None:
    """
    Draw what falls short, apart from it what is not known, and last what is enough; each with its files.

    Parameters
    ----------
    view
        What is shown.
    shown
        As of `rows`.
    """
    _ = translator(view.lang)
    if _ASKED_FOR in st.session_state:
        to = area.link(view, st.session_state.pop(_ASKED_FOR), view.level)
        st.switch_page(area.PAGE, query_params=to)
    # a list is wide: where the printer may choose, it takes the paper so
    st.html("<style>@page { size: A4 landscape; margin: 12mm; }</style>")
    for key in PARTS:
        one = drawn(view, key)
        if not one.n:
            continue
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", key=f"mh_head_{key}"
        ):
            st.subheader(plain(one.title), anchor=False, width="content")
            if one.sheet.codes:
                list_files.menu(view, key, partial(_sheet, key))
        if one.sheet.codes:
            if key == "gaps":
                _sums(view, one.found)
            with st.container(key=f"mh_list_{key}"):
                figure.table(view, one.sheet.rows, key, alt=one.title, enter=partial(_ask_for, one.sheet.codes))
                st.html(on_paper(one.sheet, view.lang))
            if key == "gaps":
                notes(view, shown)
        else:
            st.caption(_("No area matches the filter."))
    left_out = int(small_numbers.is_left_out(shown).sum())
    if left_out:
        areas = sentences.areas(left_out, view.level, view.lang)
        st.caption(_("Left out because it cannot be told, in none of the lists: {areas}.").format(areas=areas))
    outside = int(shown["reason"].eq("not_applicable").sum())
    if outside:
        areas = sentences.areas(outside, view.level, view.lang)
        st.caption(_("Outside these statistics, in none of the lists: {areas}.").format(areas=areas))


def on_paper(sheet: Sheet, lang: Language) -> Markup:
    """Return a list as a table for printing, in HTML: as wide as the page, each heading and cell broken to fit."""
    _, rows = translator(lang), sheet.rows.head(_PRINTED)
    names = list(map(str, rows.columns))
    columns = [_cells(rows[name], sheet.decimals.get(name, 2), name in sheet.decimals) for name in names]
    numeric = [Markup(" class='n'") if pd.api.types.is_numeric_dtype(rows[name]) else "" for name in names]
    head, cell, line = Markup("<th{}>{}</th>"), Markup("<td{}>{}</td>"), Markup("<tr>{}</tr>")
    heads = Markup().join(map(head.format, numeric, names))
    body = Markup().join(
        line.format(Markup().join(map(cell.format, numeric, row))) for row in zip(*columns, strict=True)
    )
    cut = Markup()
    if len(sheet.rows) > len(rows):
        said = _("The first {n} of {all} rows are printed; the exported files hold all of them.")
        said = said.format(n=formats.number(len(rows)), all=formats.number(len(sheet.rows)))
        cut = Markup("<p>{}</p>").format(said)
    form = Markup('<div class="mh-paper"><table><thead><tr>{}</tr></thead>{}</table>{}</div>')
    return form.format(heads, body, cut)


def _cells(column: pd.Series, decimals: int | None, is_set: bool) -> list[str]:  # noqa: FBT001 - of one table
    if not pd.api.types.is_numeric_dtype(column):
        return [formats.NOTHING if formats.is_missing(cell) else str(cell) for cell in column]
    if decimals is None:
        return [formats.NOTHING if formats.is_missing(cell) else str(cell) for cell in column]
    whole = pd.api.types.is_integer_dtype(column) and not is_set
    return [formats.number(None if formats.is_missing(cell) else cell, 0 if whole else decimals) for cell in column]


def _ask_for(codes: Sequence[str], row: int) -> None:
    st.session_state[_ASKED_FOR] = codes[row]


def _sheet(key: str, view: View) -> Sheet:
    return drawn(view, key).sheet


def _sums(view: View, found: pd.DataFrame) -> None:
    _, lang, counted = translator(view.lang), view.lang, gaps.tally(found)
    said, unit = [], sentences.unit_of_parts(figure.indicator_of(view), lang)
    over_draws = figure.drawn_tally(view, found)
    if over_draws is not None:
        said.append(_("In a draw {n} of them are short").format(n=sentences.ranged(over_draws.short)))
        if over_draws.lacking is not None and over_draws.lacking.mean:
            units = formats.with_unit(sentences.ranged(over_draws.lacking, mean=True), unit)
            said.append(_("Together they lack {units}").format(units=units))
        if over_draws.people_short is not None:
            people = sentences.ranged_people(over_draws.people_short, lang)
            said.append(_("{people} live there").format(people=people))
    else:
        if counted.units_lacking:
            units = formats.with_unit(formats.number(counted.units_lacking), unit)
            said.append(_("Together they lack {units}, net").format(units=units))
        if counted.people_short is not None:
            said.append(_("{people} live there").format(people=formats.people(counted.people_short, lang)))
    if said:
        st.caption(" · ".join(said))


def notes(view: View, shown: pd.DataFrame) -> None:
    """Draw what must be said of the columns: the sum of parts, what a model's are, and the neighbour test."""
    _, indicator = translator(view.lang), figure.indicator_of(view)
    said = [*_on_parts(view, shown, indicator)]
    if figure.is_of_draws(shown):
        said.append(
            _(
                "Ordered by the share of the model's draws in which an area is short: surely from 95 % on, likely from "
                "66 %, unlikely below 33 %, surely not below 5 %. Units lacking are means, which add up to the total "
                "above; ranks and ends of ranges hold 90 % of the draws."
            )
        )
    if is_modelled(view):
        said.append(
            _(
                "Neighbour test: left out. Which areas are empty was not published, and a model cannot say it of any "
                "one area."
            )
        )
    elif shown["service"].notna().any():
        said.append(
            _(
                "Neighbour test: of {empty}, {near} have an area that is served within {km} km, {far} have not. "
                "Distances are straight lines between points inside the two areas, not by road."
            ).format(
                empty=sentences.areas(int(shown["service"].notna().sum()), view.level, view.lang),
                near=formats.number(int(shown["service"].eq("next_door").sum())),
                far=formats.number(int(shown["service"].isin(["far", "nowhere"]).sum())),
                km=view.near,
            )
        )
    if said:
        st.caption("  \n".join(said))


def _on_parts(view: View, shown: pd.DataFrame, indicator: Indicator) -> list[str]:
    _ = translator(view.lang)
    countable = indicator.parts is not None and indicator.denominator == "people" and figure.scene(view).benchmark
    if not countable or view.level == LEVELS[-1]:
        return []
    if shown["units_lacking_in_parts"].isna().all():
        if is_imported(view):
            return [_("Sum of parts: not given, for the imported figures tell nothing of the parts of these areas.")]
        return [_("Sum of parts: not given, for no figures of the parts of these areas were published.")]
    if is_modelled(view):
        return [
            _(
                "Sum of counties: what each county lacks, worked out in each draw. One county's surplus does not fill "
                "another's gap, so it is never below what the area lacks as a whole."
            )
        ]
    return [_("Sum of parts: one part's surplus does not fill another's gap, so it is never below the net figure.")]


def without_facility(view: View) -> str:
    """Return how many counties of the view's province had no facility, as published; empty where not known."""
    if view.level != "county" or tables.knows_which(view.year):
        return ""
    chain = tables.offer().chain(level_of(tables.offer(), view.within, view.level) or "", view.within)
    code = next((code for level, code in chain if level == "province"), tables.offer().country)
    published = areas.counties_published(code)
    of_year = published.loc[published["year"].eq(view.year), ["counties", "without"]]
    if of_year.empty or is_imported(view):
        return ""
    is_whole = code == tables.offer().country
    scene = replace(figure.scene(view), scope="" if is_whole else figure.area_name(view, code))
    return sentences.without_facility(scene, *(int(number) for number in of_year.iloc[0]))


def chosen_among_all(view: View, shown: pd.DataFrame) -> None:
    """Draw how the province chosen at the side stands among all that are listed, and the ways to less than all."""
    own = shown[shown["area_code"].eq(view.within)]
    if view.level != "province" or own.empty:
        return
    _, row = translator(view.lang), as_of_year(own).iloc[0]
    name, indicator = row[f"name_{view.lang}"], figure.indicator_of(view)
    value = formats.value_or_status(row["value"], row["status"], indicator, view.lang)
    said = _("{area}: {value}. The list keeps every area of this level, to compare.")
    if pd.notna(row["rank"]) and not is_modelled(view):
        said = _("{area}: {value}; rank {rank} of {n}. The list keeps every area of this level, to compare.")
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="mh_card_chosen"):
        st.markdown(said.format(area=plain(name), value=value, rank=row["rank"], n=shown["rank"].notna().sum()))
        if "province" not in dict(chosen(view).choices):
            only = {"chosen": _with(choices={"province": (view.within,)})}
            st.button(_("Only {area}").format(area=plain(name)), on_click=views.change, kwargs=only)
        for label, to in _further_down(view):
            st.button(plain(label), on_click=views.change, kwargs=to)


def _further_down(view: View) -> list[tuple[str, dict[str, str | int]]]:
    # levels below at which the same is known, of this dataset or else of another
    _, titles = translator(view.lang), dataset_titles(view.lang)
    found: list[tuple[str, dict[str, str | int]]] = []
    for (dataset, indicator, level), known in tables.offer().years.items():
        latest = max((year for year, n in known.items() if n), default=None)
        if indicator == view.indicator and level in LEVELS[2:] and latest is not None:
            label = _("{dataset}: {level}, {year}").format(
                dataset=titles[dataset], level=_(sentences.LEVEL_NAMES[level]), year=latest
            )
            found.append((label, {"dataset": dataset, "level": level, "year": latest}))
    own = [one for one in found if one[1]["dataset"] == view.dataset]
    return own or found


def controls(view: View, shown: pd.DataFrame) -> None:
    """
    Draw the row of filters; each change goes into the view, and so into the link.

    A filter that cannot be read is told beside its field, in a sentence, and changes nothing.
    """
    _ = translator(view.lang)
    with st.container(horizontal=True, vertical_alignment="bottom", key="mh_filters"):
        for column in FIELDS:
            _number_field(view, column)
        found = set(shown["reason"])
        _choice_field(view, "reason", [one for one in CHOICES["reason"] or () if one in found])
        _sort_field(view, shown)
        _count_field(view, "top", _("First rows"), _("How many rows of each list; empty for all."))
        with st.popover(_("More filters")):
            _more(view, shown)
        sure.controls(view)
        if view.chosen or view.top:
            st.button(_("Clear filters"), on_click=_clear, type="tertiary")
    if view.chosen or view.top:
        st.caption(_("Filter: {filter}").format(filter=plain(in_words(view))))


def _more(view: View, shown: pd.DataFrame) -> None:
    _, offer = translator(view.lang), tables.offer()
    provinces = [code for level, code in offer.parents if level == "province"]
    if not tables.limit_of(view):
        _choice_field(view, "province", provinces, wide=True)
    for key in ("region", "outcome", "status", *(("setting",) if view.level == "county" else ())):
        offered = CHOICES[key] if key in selection.LABELS else tuple(named(key, view.lang))
        present = set(shown[key]) if key in shown.columns else set(offered or ())
        if offered:
            _choice_field(view, key, [one for one in offered if one in present], wide=True)
    for column in MORE_FIELDS:
        if shown[column].notna().any():
            _number_field(view, column, wide=True)
    if shown["service"].notna().any():
        label = _("Next door up to, km")
        _count_field(view, "near", label, _("How near, in a straight line, served counts as next door."), wide=True)


def _number_field(view: View, column: str, *, wide: bool = False) -> None:
    _, key = translator(view.lang), f"filter_{column}"
    said = {name: str(condition) for name, condition in chosen(view).numbers}
    faults: dict[str, str] = st.session_state.get(_FAULTS, {})
    st.session_state[key] = faults.get(column, said.get(column, ""))
    with st.container(width="stretch" if wide else _FIELD_PX, gap="xxsmall"):
        label = _("Value") if column == "value" else figure.headings(view)[column]
        st.text_input(
            label, key=key, on_change=_wrote, args=(column,), help=_(_GRAMMAR),
            placeholder=_("all"),
        )  # fmt: skip
        if column in faults:
            sentence = filters.fault_of(faults[column], view.lang)
            st.html(Markup('<div class="mh-fault" role="alert" style="color:#8a3b04">{}</div>').format(sentence))


def _wrote(column: str) -> None:
    text, faults = st.session_state[f"filter_{column}"], dict(st.session_state.get(_FAULTS, {}))
    faults.pop(column, None)
    try:
        views.change(chosen=_with(numbers={column: text}))
    except FilterError:
        faults[column] = text
    st.session_state[_FAULTS] = faults


def _with(numbers: dict[str, str] | None = None, choices: dict[str, tuple[str, ...]] | None = None) -> Selection:
    now = chosen(views.kept())
    said = {column: str(condition) for column, condition in now.numbers}
    return selection.select(said | (numbers or {}), dict(now.choices) | (choices or {}))


def _choice_field(view: View, choice: str, options: list[str], *, wide: bool = False) -> None:
    _, key = translator(view.lang), f"filter_{choice}"
    held = list(dict(chosen(view).choices).get(choice, ()))
    st.session_state[key] = held
    names = scopes(replace(view, within="")) if choice == "province" else named(choice, view.lang)
    labels = {
        "province": N_("Province"),
        "region": N_("Region"),
        "reason": N_("Finding"),
        "outcome": N_("Given its band"),
        "status": N_("Status"),
        "setting": N_("Urban or rural"),
    }
    st.multiselect(
        _(labels[choice]),
        list(dict.fromkeys([*options, *held])),
        format_func=lambda one: names.get(one) or _(selection.LABELS[choice][one]),
        key=key,
        on_change=_picked,
        args=(choice,),
        placeholder=_("all"),
        width="stretch" if wide else _FIELD_PX,
    )


def _picked(choice: str) -> None:
    views.change(chosen=_with(choices={choice: tuple(st.session_state[f"filter_{choice}"])}))


def _sort_field(view: View, shown: pd.DataFrame) -> None:
    _, named = translator(view.lang), figure.headings(view)
    present = [name for name in named if name in {"name", "holder"} or (name in shown and shown[name].notna().any())]
    st.session_state["filter_sort"] = figure.sort_keys(view)
    options = [*(SortKey(name, falls) for name in present for falls in (False, True)), *figure.sort_keys(view)]
    st.multiselect(
        _("Order"), list(dict.fromkeys(options)), format_func=partial(figure.key_in_words, view), key="filter_sort",
        on_change=_sorted, placeholder=figure.key_in_words(view, SortKey("rank")), width=_FIELD_PX,
        help=_("The first one first; a click on a heading of the table orders by it alone."),
    )  # fmt: skip


def _sorted() -> None:
    views.change(sort=tuple(st.session_state["filter_sort"]))


def _count_field(view: View, part: str, label: str, said: str, *, wide: bool = False) -> None:
    key, (least, most) = f"filter_{part}", LIMITS[part]
    st.session_state[key] = getattr(view, part) or None
    st.number_input(
        label, least, most, step=10, key=key, on_change=_counted, args=(part,), help=said,
        placeholder=views.words()("all"), width="stretch" if wide else _FIELD_PX,
    )  # fmt: skip


def _counted(part: str) -> None:
    plain = getattr(View, part)
    views.change(**{part: st.session_state[f"filter_{part}"] or plain})


def _clear() -> None:
    st.session_state[_FAULTS] = {}
    views.change(chosen=View.chosen, top=View.top)
