"""
The page of one area, drawn: where it lies, its indicators, its neighbours, its people, its past and what is not known.

Puts on the screen what `mhgis.words.profile` gathers; computes nothing of its own.
"""

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final, cast

import pandas as pd
import streamlit as st
from markupsafe import Markup

from mhgis import formats, store
from mhgis.country import say
from mhgis.exports import brief_pdf, csv_json
from mhgis.figures import outline, palette
from mhgis.figures.shapes import prepare
from mhgis.formats import plain
from mhgis.i18n import Language, translator
from mhgis.indicators import DEFAULT, HELD, OF_NEIGHBOURS, REGISTRY, WORDS, Level
from mhgis.measures import benchmarks, intervals, known_in_part
from mhgis.measures import small_numbers as certainty
from mhgis.queries import area as areas
from mhgis.queries import facilities, people, sources, tables
from mhgis.queries.benchmarks import listed
from mhgis.queries.names import area_name, areas_to_choose, dataset_titles, is_imported
from mhgis.ui.part import figure, map_files
from mhgis.ui.part import session as views
from mhgis.ui.part import small_numbers as sure
from mhgis.ui.part.drawer import drawer
from mhgis.view import links
from mhgis.view.links import NO_BENCHMARK, level_of
from mhgis.view.view import View
from mhgis.words import profile, sentences
from mhgis.words.profile import Line, Mark, Place
from mhgis.words.provenance import About

PAGE: Final = "pages/area.py"
_STYLE: Final = Path(__file__).with_name("area.css")
#: what shapes of a level are simplified to in the outline, degrees
_TOLERANCE: Final[dict[str, float]] = {"country": 0.05, "province": 0.05, "prefecture": 0.02, "county": 0.005}
_OUTLINES_KEPT: Final = 256
#: a bullet's scale goes this far beyond what it shows
_ROOM: Final = 1.08


@dataclass(frozen=True, eq=False)
class Profile:
    """
    All that is told of one area.

    `rows` are the figures of the area, its siblings, neighbours, province and the country; `siblings` and `neighbours`
    have names and codes; `facilities` are the single ones that lie in it; `past` is the history by indicator and year;
    `chosen` the line of the view's indicator; `partly` says by indicator what is known of it where its value is not.
    """

    place: Place
    about: About
    lines: tuple[Line, ...]
    chosen: Line | None
    rows: pd.DataFrame
    siblings: pd.DataFrame
    neighbours: pd.DataFrame
    population: pd.DataFrame
    past: pd.DataFrame
    unknown: tuple[str, ...]
    facilities: pd.DataFrame
    area_km2: float
    headline: str
    partly: Mapping[str, str]


def link(view: View, area: str, level: Level | None = None) -> dict[str, str]:
    """Return the query string that opens the page of an area; pass it to `st.page_link` or `st.switch_page`."""
    return links.to_query(profile.link(view, tables.offer(), area, level))


def gather(view: View) -> Profile:
    """Gather what is known of the view's area from the published file."""
    _ = translator(view.lang)
    level = level_of(tables.offer(), view.area, view.level) or "country"
    code = view.area or tables.offer().country
    area = areas.row_of(level, code).iloc[0]
    place = Place(
        level, code, str(area[f"name_{view.lang}"]),
        province="" if level in {"country", "province"} else str(area[f"province_{view.lang}"]),
        special="" if formats.is_missing(area["special"]) else str(area["special"]),
        is_applicable=bool(area["is_applicable"]),
    )  # fmt: skip
    siblings = areas.siblings(level, code)
    codes = tuple(siblings["area_code"]) or (code,)
    province = _text(area["province_code"])
    rows = figure.several_as_asked(areas.figures_around(view.dataset, view.year, area), view)
    lines = profile.gather(rows, place, province, codes, _marks(view, _text(area["region"])))
    chosen = next((line for line in lines if line.indicator.id == view.indicator), None)
    headline = profile.headline(place, chosen, view.year, view.lang, imported=is_imported(view))
    own = rows[rows["level"].eq(level) & rows["area_code"].eq(code)]
    known_of = _partly(view, level, own)
    headline = _("; ").join(part for part in (headline, known_of.get(view.indicator, "")) if part)
    return Profile(
        place, replace(figure.about(view, own, headline), n=1, n_unknown=0), lines, chosen, rows, siblings,
        areas.neighbours(level, code),
        people.of_area(level, code),
        profile.history(areas.history(view.dataset, level, code)),
        tuple(_unknown(view, place, province)),
        _facilities(view, level, code),
        float(area["area_km2"]),
        headline,
        known_of,
    )  # fmt: skip


def _facilities(view: View, level: Level, code: str) -> pd.DataFrame:
    # the largest of a county first
    rows = facilities.within(view.dataset, view.year, "" if level == "country" else code)
    return rows.sort_values(["area_code", "beds", "facility_id"], ascending=[True, False, True], ignore_index=True)


def _partly(view: View, level: Level, own: pd.DataFrame) -> dict[str, str]:
    if not is_imported(view):
        return {}
    coverage, found = store.coverage(view.dataset), {}
    for name, rows in own.groupby("indicator"):
        indicator = REGISTRY.get(str(name))
        if indicator is not None:
            shown = known_in_part.with_parts(rows, coverage, indicator, level, view.year)
            found[indicator.id] = known_in_part.said(shown, indicator, view.lang)[0]
    return found


def _text(value: object) -> str:
    return "" if formats.is_missing(value) else str(value)


def _marks(view: View, region: str) -> dict[str, Mark]:
    """Return the benchmark of each indicator: the view's own for its indicator, else the first meant for the region."""
    found = {}
    for name in REGISTRY:
        offered = benchmarks.from_frame(listed(name))
        if name == view.indicator and (view.benchmark == NO_BENCHMARK or offered):
            own = view.own_of(name)
            offered = tuple(one for one in (*([own] if own else []), *offered) if one.benchmark_id == view.benchmark)
        suitable = [one for one in offered if name == view.indicator or one.suits(region or None)]
        if suitable:
            found[name] = Mark(suitable[0].value, suitable[0].label(view.lang))
    return found


def _unknown(view: View, place: Place, province: str) -> list[str]:
    imported = is_imported(view)
    without = areas.counties_published(province).head(1)
    without = without[[not tables.knows_which(int(year)) for year in without["year"]]] if len(without) else without
    counted = None if imported or without.empty else tuple(int(n) for n in without.iloc[0])
    return profile.unknowns(
        place,
        areas.history(view.dataset if imported else tables.country().published, place.level, place.area_code),
        people.of_area(place.level, place.area_code),
        cast("tuple[int, int, int] | None", counted),
        view.lang,
        imported=imported,
    )


def style() -> None:
    """Lay the style of this page's tables."""
    st.html(_STYLE)


def picker(view: View, place: Place) -> None:
    """Draw the search for an area, in both scripts, and the way from the country down to the area, as links."""
    _ = translator(view.lang)
    named = areas_to_choose(view.lang)
    own = (place.level, place.area_code)
    key = "area_pick"
    st.session_state[key] = own if own in named else None
    st.selectbox(
        _("Find an area"), tuple(named), key=key, format_func=named.__getitem__, on_change=_picked, args=(key,),
        placeholder=_("Name in Chinese or in pinyin"),
    )  # fmt: skip
    crumbs(view, place)


def _picked(key: str) -> None:
    chosen = st.session_state[key]
    if chosen is not None:
        level, code = chosen
        wanted = profile.link(views.kept(), tables.offer(), code, level)
        views.change(area=wanted.area, level=wanted.level, indicator=wanted.indicator, benchmark=wanted.benchmark)


def crumbs(view: View, place: Place) -> None:
    """Draw the areas that hold this one, from the country down, each a link."""
    _ = translator(view.lang)
    chain = tables.offer().chain(place.level, place.area_code)
    with st.container(horizontal=True, gap="small", key="mh_crumbs"):
        for level, code in reversed(chain[1:]):
            is_whole = level == "country"
            name = say(tables.country().whole, view.lang) if is_whole else area_name(level, code, view.lang)
            st.page_link(
                PAGE, label=f"{plain(name)} ›", query_params=link(view, code, cast("Level", level)), width="content"
            )
        st.markdown(f"**{plain(place.name)}** :gray[{_(sentences.LEVEL_NAMES[place.level])}]")


def map_of(found: Profile, lang: Language) -> None:
    """Draw where the area lies: itself, its neighbours, what is around them."""
    _ = translator(lang)
    place = found.place
    said = _("Outline: {area}, its neighbours and what is around them").format(area=place.name)
    drawn = _outline(store.fingerprint(), place.level, place.area_code, said)
    # as a picture: a drawing inside the page is stripped
    data = base64.b64encode(drawn.encode()).decode()
    st.html(Markup('<img class="mh-outline" alt="{}" src="data:image/svg+xml;base64,{}">').format(said, data))


@lru_cache(maxsize=_OUTLINES_KEPT)
def _outline(build: str, level: Level, code: str, said: str) -> str:
    del build  # part of the key only
    return outline.svg(around(level, code), said)


def around(level: Level, code: str) -> outline.Outline:
    """Return the outline that shows where an area lies: among its siblings, with its neighbours."""
    inside = tuple(areas.siblings(level, code)["area_code"]) or (code,)
    near = tuple(areas.neighbours(level, code)["area_code"])
    settings = map_files.map_settings()
    is_national = level in {"country", "province"}
    shapes = prepare(
        store.shapes(level, _TOLERANCE[level], {*inside, *near, code}),
        lines=store.lines().geometry if is_national else None,
        projection=settings.projection if is_national else None,
    )
    return outline.around(shapes, code, near, inside)


def facts(found: Profile, lang: Language) -> None:
    """Draw what kind of area it is, its size and its people, with what each number of people rests on."""
    _, place = translator(lang), found.place
    if place.special in profile.SPECIAL:
        st.caption(_(profile.SPECIAL[place.special]))
    lines = [(_("Area, km²"), formats.number(found.area_km2, 0 if found.area_km2 > 100 else 1), "")]  # noqa: PLR2004
    for row in found.population.to_dict("records"):
        people = None if formats.is_missing(row["people"]) else int(row["people"])
        shown = formats.status_word(row["status"], lang) if people is None else formats.number(people)
        lines.append((_("People, {year}").format(year=row["year"]), shown, _(str(row["method"]))))
    cells = Markup("<tr><td>{}<small>{}</small></td><td class='n v'>{}</td></tr>")
    body = Markup().join(cells.format(name, method, shown) for name, shown, method in lines)
    st.html(Markup('<table class="mh-lines">{}</table>').format(body))
    heading, known = _("People"), found.population["origin_id"].dropna()
    if len(known):
        what = replace(
            found.about, indicator="people", title=f"{heading}, {place.name}", unit=_("people"), year=None,
            level=place.level, origins=sources.origins(known.unique().tolist(), lang), dataset="", dataset_title="",
            processing="published", warnings=(),
        )  # fmt: skip
        drawer(what, lang, method="rates-and-gaps", links_method=False)


def origin(found: Profile, lang: Language) -> None:
    """Draw the control that opens where the figures of the area come from, every indicator's."""
    place, ids = found.place, [line.indicator.id for line in found.lines]
    own = found.rows[found.rows["level"].eq(place.level) & found.rows["area_code"].eq(place.area_code)]
    known = own["origin_id"].dropna().unique().tolist()
    what = replace(found.about, indicator=" + ".join(ids) or found.about.indicator, unit="", level=place.level)
    drawer(replace(what, origins=sources.origins(known, lang)) if known else what, lang)


def indicators_table(found: Profile, lang: Language) -> None:
    """Draw every indicator: value and range, a bullet, the benchmark, the country, the province, the rank."""
    _ = translator(lang)
    compared = comparisons(found.place, lang)
    heads = [("", _("Indicator")), ("n", _("Value")), ("b", ""), *(("n", name) for name in compared)]
    head = Markup().join(Markup("<th class='{}'>{}</th>").format(kind, name) for kind, name in heads)
    body = Markup().join(
        _row(line, compared, sure_of(found, line, lang) or found.partly.get(line.indicator.id, ""), lang)
        for line in found.lines
    )
    form = Markup('<div class="mh-scroll"><table class="mh-lines fold"><thead><tr>{}</tr></thead>{}</table></div>')
    st.html(form.format(head, body))
    st.html(Markup("<small>{}</small>").format(_key(found, lang)))
    st.caption("  \n".join(plain(line) for line in notes(found, lang)))


def comparisons(place: Place, lang: Language) -> dict[str, Callable[[Line], str]]:
    """Return what each line is compared with: heading and how to print it; a province has no province."""
    _ = translator(lang)
    found: dict[str, Callable[[Line], str]] = {
        _("Benchmark"): lambda line: profile.figure_of(line, line.benchmark.value if line.benchmark else None)
    }
    if place.level != "country":
        found[_("Whole country")] = lambda line: profile.figure_of(line, line.country)
    if place.province:
        found[place.province] = lambda line: profile.figure_of(line, line.province)
    if place.level != "country":
        found[_("Rank among siblings")] = profile.rank_words
    return found


def small_numbers(view: View) -> None:
    """Draw how sure rates have to be: here for every rate of the area, whichever indicator the view is of."""
    is_rate = certainty.is_rate_of_people(figure.indicator_of(view))
    shown = view if is_rate else replace(view, indicator=DEFAULT, benchmark="")
    sure.controls(shown)
    said = figure.sure_notes(shown)
    if said:
        st.caption("  \n".join(plain(line) for line in said))


def sure_of(found: Profile, line: Line, lang: Language) -> str:
    """Return the band of a published or imported rate, and its side of the benchmark; empty where it has none."""
    _ = translator(lang)
    place, indicator = found.place, line.indicator
    own = found.rows[
        found.rows["level"].eq(place.level)
        & found.rows["area_code"].eq(place.area_code)
        & found.rows["indicator"].eq(indicator.id)
    ]
    if line.status not in {"reported", "zero"} or own.empty:
        return ""
    span = certainty.span(own, indicator)
    lower, upper = (None if formats.is_missing(span[name].iloc[0]) else float(span[name].iloc[0]) for name in span)
    if lower is None or upper is None:
        return ""
    text = _("band {span}").format(span=formats.interval(lower, upper, indicator.decimals))
    raw = None if "raw" not in own or formats.is_missing(own["raw"].iloc[0]) else float(own["raw"].iloc[0])
    if raw is not None and raw != line.value:
        counted = _("as counted {value}").format(value=formats.number(raw, indicator.decimals))
        text = f"{counted} · {text}"
    if line.benchmark is None:
        return text
    outcome = str(intervals.compare(span["lower"], span["upper"], line.benchmark.value).iloc[0])
    words: dict[str, str] = {name: _(word) for name, word in intervals.OUTCOME_WORDS.items()}
    return f"{text} · {words[outcome]}"


def notes(found: Profile, lang: Language) -> list[str]:
    """Return what has to be said of the comparisons: which benchmarks, what a rank is, how counts compare."""
    _ = translator(lang)
    rates = [line for line in found.lines if line.benchmark and not line.is_count]
    said = [
        _("Benchmark of {name}: {benchmark}").format(name=_(line.indicator.name), benchmark=line.benchmark.name)
        for line in rates
        if line.benchmark
    ]
    if found.place.level != "country":
        modelled = _("Rank: 1 is the furthest short; of modelled figures, the places that their ranges allow.")
        plain = _("Rank: 1 is the furthest short.")
        said.append(modelled if found.about.is_modelled else plain)
    if any(sure_of(found, line, lang) for line in found.lines):
        said.append(
            _(
                "Band: by the people it divides by and by those of another source; below, above or cannot tell: where "
                "it lies to the benchmark."
            )
        )
    if any(line.is_count for line in found.lines):
        said.append(
            _(
                "Beside a count, the benchmark, the country and the province say how many the area would have at "
                "that rate."
            )
        )
    return said


def _row(line: Line, compared: Mapping[str, Callable[[Line], str]], sure: str, lang: Language) -> Markup:
    _ = translator(lang)
    cells = [
        Markup("<td>{}<small>{}</small></td>").format(_(line.indicator.name), _(line.indicator.unit)),
        _value_cell(line, sure, lang),
        Markup('<td class="b">{}</td>').format(gauge(line, lang)),
    ]
    for label, printed in compared.items():
        text = printed(line)
        kind = "n e" if text == formats.NOTHING else "n"
        cells.append(Markup('<td class="{}" data-label="{}">{}</td>').format(kind, label, text))
    return Markup("<tr>{}</tr>").format(Markup().join(cells))


def _value_cell(line: Line, sure: str, lang: Language) -> Markup:
    word = formats.status_word(line.status, lang)
    if not line.is_known:
        known = Markup("<small>{}</small>").format(sure) if sure else ""
        return Markup('<td class="n w">{}{}</td>').format(word, known)
    said = profile.span_of(line, lang) or sure or word
    return Markup('<td class="n v">{}<small>{}</small></td>').format(profile.figure_of(line, line.value), said)


def gauge(line: Line, lang: Language) -> Markup:
    """Return a bullet as HTML: bands, range, value, benchmark, country and province; empty where there is nothing."""
    mark = line.benchmark.value if line.benchmark else None
    bands, colours = _bands(line)
    shown = [line.value, line.upper, mark, line.country, line.province, *bands[-1:]]
    numbers = [number for number in shown if number is not None]
    if not numbers or max(numbers) <= 0:
        return Markup()
    end = max(numbers) * _ROOM
    bounds = [0.0, *bands, end]
    parts = [
        Markup('<span style="width:{:.2f}%;background:{}"></span>').format(100 * (high - low) / end, colour)
        for low, high, colour in zip(bounds, bounds[1:], colours, strict=False)
    ]
    marks = (
        (Markup('<u style="left:{:.2f}%"></u>'), mark),
        (Markup('<s class="p" style="left:{:.2f}%"></s>'), line.province),
        (Markup('<s style="left:{:.2f}%"></s>'), line.country),
    )
    parts += [form.format(100 * at / end) for form, at in marks if at is not None]
    if line.is_range and line.lower is not None and line.upper is not None:
        left, width = 100 * line.lower / end, 100 * (line.upper - line.lower) / end
        parts.append(Markup('<b style="left:{:.2f}%;width:{:.2f}%"></b>').format(left, width))
    if line.value is not None:
        parts.append(Markup('<i style="left:{:.2f}%"></i>').format(100 * line.value / end))
    kind = "mh-gauge" if line.is_known else "mh-gauge mh-pale"
    form = Markup('<div class="{}" role="img" aria-label="{}">{}</div>')
    return form.format(kind, gauge_words(line, lang), Markup().join(parts))


def _bands(line: Line) -> tuple[tuple[float, ...], tuple[str, ...]]:
    if line.indicator.bands:
        return tuple(map(float, line.indicator.bands.edges)), palette.BANDS[5]
    if line.benchmark is None:
        return (), ()
    colours = palette.BANDS[2] if line.indicator.direction == "more_is_better" else palette.BANDS[2][::-1]
    return (line.benchmark.value,), colours


def gauge_words(line: Line, lang: Language) -> str:
    """Return a bullet in words."""
    _ = translator(lang)
    value = formats.value_or_status(line.value, line.status, line.indicator, lang)
    parts = [f"{_(line.indicator.name)}: {value}", profile.span_of(line, lang)]
    for name, number in (
        (_("Benchmark"), line.benchmark.value if line.benchmark else None),
        (_("Whole country"), line.country), (_("Its province"), line.province),
    ):  # fmt: skip
        if number is not None:
            parts.append(f"{name} {profile.figure_of(line, number)}")
    return _("; ").join(part for part in parts if part)


def _key(found: Profile, lang: Language) -> Markup:
    _ = translator(lang)
    signs = [
        (Markup("<i class='mh-key' style='height:14px'></i>"), _("Value")),
        (Markup("<b class='mh-key' style='width:22px'></b>"), _("Range of the model")),
        (Markup("<u class='mh-key' style='height:14px'></u>"), _("Benchmark")),
        (Markup("<s class='mh-key'></s>"), _("Whole country")),
        (Markup("<s class='p mh-key'></s>"), _("Its province")),
    ][: {"country": 3, "province": 4}.get(found.place.level, 5)]
    if found.about.is_imported:
        # someone's own figures have no model, and so no range
        signs = [sign for sign in signs if not sign[0].startswith("<b")]
    said = Markup().join(sign + name for sign, name in signs)
    return Markup('<div class="mh-gauge" style="background:none;display:block;height:auto">{}</div>').format(said)


def side_by_side(view: View, found: Profile) -> None:
    """Draw the area above its neighbours, the longest shared border first, and a link to each."""
    _, lang = translator(view.lang), view.lang
    if found.neighbours.empty:
        st.caption(_("It shares no land border with another area of its level."))
        return
    st.html(_table(*beside(view, found)))
    st.caption(_("Open a neighbour:"))
    with st.container(horizontal=True, gap="small", key="mh_neighbours"):
        for row in found.neighbours.to_dict("records"):
            query = link(view, str(row["area_code"]), found.place.level)
            st.page_link(PAGE, label=plain(row[f"name_{lang}"]), query_params=query, width="content")


def beside(view: View, found: Profile) -> tuple[list[str], list[list[str]]]:
    """Return the area and its neighbours as a table: headings and rows, as printed."""
    _ = translator(view.lang)
    names = [name for name in dict.fromkeys((view.indicator, *OF_NEIGHBOURS)) if name in _shown(found)]
    heads = [_("Area"), *(_(REGISTRY[name].name) for name in names), _("People"), _("Shared border, km")]
    return heads, list(_beside(found, names, view.lang))


def _shown(found: Profile) -> set[str]:
    return {line.indicator.id for line in found.lines}


def _beside(found: Profile, names: Sequence[str], lang: Language) -> Iterable[list[str]]:
    level = found.place.level
    own = pd.DataFrame([{"area_code": found.place.area_code, "border_km": None, f"name_{lang}": found.place.name}])
    for row in [*own.to_dict("records"), *found.neighbours.to_dict("records")]:
        mine = found.rows[found.rows["level"].eq(level) & found.rows["area_code"].eq(row["area_code"])]
        cells = {str(cell["indicator"]): cell for cell in mine.to_dict("records")}
        people = mine["people"].dropna()
        yield [
            str(row[f"name_{lang}"]),
            *(_cell(cells.get(name), name, lang) for name in names),
            formats.number(int(people.iloc[0])) if len(people) else formats.status_word("not_reported", lang),
            "" if formats.is_missing(row["border_km"]) else formats.number(row["border_km"]),
        ]


def _cell(row: Mapping[Any, Any] | None, name: str, lang: Language) -> str:
    return formats.NOTHING if row is None else _printed(profile.line_of(row, REGISTRY[name]), lang)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, mark_first: bool = True) -> Markup:
    title, cell, line = Markup("<th class='{}'>{}</th>"), Markup("<td class='{}'>{}</td>"), Markup("<tr{}>{}</tr>")
    kinds = ["", *("n" for _name in heads[1:])]
    body = Markup().join(
        line.format(" class=own" if mark_first and not at else "", Markup().join(map(cell.format, kinds, row)))
        for at, row in enumerate(rows)
    )
    form = Markup('<div class="mh-scroll"><table class="mh-lines"><thead><tr>{}</tr></thead>{}</table></div>')
    return form.format(Markup().join(map(title.format, kinds, heads)), body)


def parts(view: View, found: Profile) -> None:
    """Draw a link to each area that lies in this one."""
    _, place = translator(view.lang), found.place
    rows = areas.parts(place.level, place.area_code)
    if rows.empty:
        return
    with st.expander(_("Areas within: {n}").format(n=len(rows))), st.container(horizontal=True, gap="small"):
        for row in rows.to_dict("records"):
            query = link(view, str(row["area_code"]), cast("Level", row["level"]))
            st.page_link(PAGE, label=plain(row[f"name_{view.lang}"]), query_params=query, width="content")


def past(found: Profile, lang: Language) -> None:
    """Draw what is known of other years."""
    _ = translator(lang)
    if found.past.empty:
        st.caption(_("No figure of this dataset is known for more than one year."))
        return
    st.html(_table(*past_of(found, lang), mark_first=False))


def past_of(found: Profile, lang: Language) -> tuple[list[str], list[list[str]]]:
    """Return what is known of other years as a table: headings and rows, as printed."""
    _ = translator(lang)
    rows = [
        [_(REGISTRY[str(name)].name), *(formats.number(value, REGISTRY[str(name)].decimals) for value in values)]
        for name, values in zip(found.past.index, found.past.to_numpy().tolist(), strict=True)
    ]
    return [_("Indicator"), *(str(year) for year in found.past.columns)], rows


def not_known(found: Profile, lang: Language) -> None:
    """Draw what is not known of the area, and that no single facility is."""
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in _sentences(found, lang)))


def _sentences(found: Profile, lang: Language) -> list[str]:
    if not found.place.is_applicable:
        return list(found.unknown)
    named = profile.facilities_known(len(found.facilities), lang, imported=found.about.is_imported)
    return [*found.unknown, named]


def facilities_table(found: Profile, lang: Language) -> None:
    """Draw the facilities that lie in the area, where the dataset names any."""
    _ = translator(lang)
    if found.facilities.empty:
        return
    rows = found.facilities
    shown = pd.DataFrame(
        {
            _("Facility"): rows["name"], _("County"): rows[f"name_{lang}"], _("Kind"): rows["kind"],
            _("Grade"): rows["grade"], **{_(WORDS[name].short): rows[name].astype("Int64") for name in HELD},
        }
    )  # fmt: skip
    with st.container(border=True, key="mh_card_facilities"):
        st.subheader(_("Facilities, {year}").format(year=found.about.year), anchor=False)
        st.dataframe(shown.loc[:, shown.notna().any()], hide_index=True, placeholder=formats.NOTHING)
        figure.caption(found.about, lang)


def ways_on(view: View, found: Profile) -> None:
    """Draw the brief to take away, and the links to the map and to the gap list of where the area lies."""
    _ = translator(view.lang)
    brief_button(view, found)
    query = links.to_query(view)
    with st.container(horizontal=True, gap="small"):
        st.page_link("pages/map.py", label=_("Show on the map"), query_params=query, width="content")
        st.page_link("pages/gaps.py", label=_("Gap list"), query_params=query, width="content")
    st.caption(plain(found.about.brief_sources(view.lang)))


def brief_of(view: View, found: Profile) -> brief_pdf.Brief:
    """Return what goes on the one-page brief of an area: what the page says, as printed."""
    _, lang, place = translator(view.lang), view.lang, found.place
    compared = comparisons(place, lang)
    chain = tables.offer().chain(place.level, place.area_code)
    above = [area_name(level, code, lang) for level, code in reversed(chain[1:])]
    lines = found.lines if place.is_applicable else ()
    return brief_pdf.Brief(
        found.about, lang, found.headline, profile.where(place, [*above, place.name], lang),
        f"{dataset_titles(lang)[view.dataset]}, {view.year}",
        lines,
        tuple((_value_or_word(line, lang), _beside_value(found, line, lang)) for line in lines),
        tuple(tuple(printed(line) for printed in compared.values()) for line in lines),
        (_("Value"), *compared),
        _facts(found, lang),
        tuple(_tables(view, found)),
        _("What is not known"),
        tuple(_sentences(found, lang)),
        (_bars_said(lang), *notes(found, lang)) if lines else (),
        say(tables.country().boundaries, lang),
    )  # fmt: skip


def _beside_value(found: Profile, line: Line, lang: Language) -> str:
    return profile.span_of(line, lang) or sure_of(found, line, lang) or found.partly.get(line.indicator.id, "")


def _bars_said(lang: Language) -> str:
    _ = translator(lang)
    return _(
        "Bars: black mark the value, black line its range, red mark the benchmark, brown triangle the whole country, "
        "grey triangle the province."
    )


def _value_or_word(line: Line, lang: Language) -> str:
    return profile.figure_of(line, line.value) if line.is_known else formats.status_word(line.status, lang)


def _printed(line: Line, lang: Language) -> str:
    span = profile.span_of(line, lang)
    return f"{_value_or_word(line, lang)} ({span})" if span else _value_or_word(line, lang)


def _facts(found: Profile, lang: Language) -> tuple[tuple[str, str], ...]:
    _ = translator(lang)
    size = formats.number(found.area_km2, 0 if found.area_km2 > 100 else 1)  # noqa: PLR2004 - small ones need a digit
    people = [
        (
            _("People, {year}").format(year=row["year"]),
            formats.status_word(row["status"], lang)
            if formats.is_missing(row["people"])
            else formats.number(int(row["people"])),
        )
        for row in found.population.to_dict("records")
    ]
    return ((_("Area, km²"), size), *people)


def _tables(view: View, found: Profile) -> Iterable[brief_pdf.Table]:
    _, lang = translator(view.lang), view.lang
    if len(found.neighbours):
        heads, rows = beside(view, found)
        title = _("Beside its neighbours, {year}").format(year=view.year)
        yield brief_pdf.Table(title, tuple(heads), tuple(tuple(row) for row in rows))
    if not found.past.empty:
        heads, rows = past_of(found, lang)
        yield brief_pdf.Table(_("Over the years"), tuple(heads), tuple(tuple(row) for row in rows))


def draw_brief(view: View, found: Profile) -> bytes:
    """Draw the one-page brief as PDF."""
    place = found.place
    return brief_pdf.render(brief_of(view, found), around(place.level, place.area_code))


def brief_name(view: View, found: Profile) -> str:
    """Name the file of the brief: dataset, area, year, language and the day of the build."""
    parts = ["brief", view.dataset, found.place.level, found.place.area_code, str(view.year), view.lang]
    return csv_json.file_name(parts, date.fromisoformat(store.current().built_at[:10]), "pdf")


def brief_button(view: View, found: Profile) -> None:
    """Draw the button that gives the brief; the file is made when it is asked for."""
    _ = translator(view.lang)
    st.download_button(
        _("Brief (PDF)"),
        partial(draw_brief, view, found),
        file_name=brief_name(view, found),
        mime="application/pdf",
        on_click="ignore",
        key="area_brief",
        type="primary",
    )
