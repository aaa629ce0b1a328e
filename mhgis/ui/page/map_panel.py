"""
The selected area: its number, how it stands against the benchmark, what else is known, and where to go from here.

Holds no map. Says `not reported` where nothing is known, never zero.
"""

from dataclasses import replace
from typing import Any, Final, cast

import pandas as pd
import streamlit as st
from markupsafe import Markup

from mhgis import formats
from mhgis.figures import palette
from mhgis.formats import plain
from mhgis.i18n import Language, translator
from mhgis.indicators import OF_AREA, REGISTRY, Indicator, Level
from mhgis.queries import area as areas
from mhgis.queries import tables
from mhgis.queries.names import is_modelled
from mhgis.status import KNOWN
from mhgis.ui.map import MapEvent
from mhgis.ui.page import area, map_page
from mhgis.ui.part import figure
from mhgis.ui.part import session as views
from mhgis.ui.part.drawer import drawer
from mhgis.view import drill
from mhgis.view.links import level_of
from mhgis.view.view import Camera, View
from mhgis.words import profile, sentences
from mhgis.words.provenance import About
from mhgis.words.sentences import LEVEL_NAMES, unit_of_parts

_FACTS_SHOWN: Final = 5
#: what is told of an area that is too large for a probability
_RELATIVES: Final = ("counties_without_facility", "people_without_facility")
#: a bullet's scale goes this far beyond its last band
_ROOM: Final = 1.25

_TABLE: Final = "gaps"


def draw(view: View, rows: pd.DataFrame, what: About) -> None:
    """
    Draw the panel of the view's area.

    Parameters
    ----------
    view
        What is shown; its area may be above its level.
    rows
        Every area of the level, ranked.
    what
        What the page's figure is about.
    """
    _, indicator = translator(view.lang), figure.indicator_of(view)
    level = level_of(tables.offer(), view.area, view.level) or "country"
    code = view.area or tables.offer().country
    found = figure.several_as_asked(areas.figures(view.dataset, level, code, view.year), view)
    known = {str(row["indicator"]): row for row in found.to_dict("records")}
    with st.container(border=True, key="mh_card_panel"):
        st.caption(plain(_where(view, level)))
        st.subheader(plain(figure.area_name(view, code)), anchor=False)
        shown = indicator if indicator.id in known else _instead(known, indicator)
        _number(view, shown, known)
        _chance(view, shown, rows)
        _facts(view, shown, known, rows)
        st.caption(plain(what.brief_sources(view.lang)))
        drawer(replace(what, title=figure.area_name(view, code), level=level, n=0, n_unknown=0), view.lang)
        _ways_on(view, level)


def _instead(known: dict[str, Any], indicator: Indicator) -> Indicator:
    # an area above the map's level may have no value of this kind at all: its nearest relative is told
    return next((REGISTRY[name] for name in _RELATIVES if name in known), indicator)


def _where(view: View, level: str) -> str:
    _, offer = translator(view.lang), tables.offer()
    above = [figure.area_name(view, code) for _at, code in reversed(offer.chain(level, view.area)[1:-1])]
    return " › ".join([*above, _(LEVEL_NAMES[level])])  # type: ignore[index]


def _number(view: View, indicator: Indicator, known: dict[str, Any]) -> None:
    _ = translator(view.lang)
    label = Markup("<small>{} · {}</small>").format(_(indicator.name), view.year)
    row = known.get(indicator.id, {"status": "not_reported"})
    if row["status"] not in KNOWN:
        word = formats.status_word(row["status"], view.lang)
        st.html(Markup('<div class="mh-big mh-word">{}</div>{}').format(word, label))
        return
    sign = " %" if indicator.unit.startswith("%") else ""
    number = formats.number(row["value"], indicator.decimals)
    st.html(Markup('<div class="mh-big">{}{}</div>{}').format(number, sign, label))
    if _is_range(row):
        span = formats.interval(row["lower"], row["upper"], indicator.decimals)
        st.caption(_("Mean of the model's draws; 90 % of them: {span}").format(span=span))
    if not formats.is_missing(row.get("raw")) and row["raw"] != row["value"]:
        raw = formats.number(row["raw"], indicator.decimals)
        st.caption(_("Steadied for small populations; as counted {value}").format(value=raw))
    drawn = bullet(float(row["value"]), indicator, figure.benchmark_of(view), view.lang)
    if drawn:
        st.html(drawn)


def _chance(view: View, indicator: Indicator, rows: pd.DataFrame) -> None:
    # what a model's draws say of the area, where it is one of those that the map shows
    own = rows[rows["area_code"].eq(view.area)]
    if indicator.id != view.indicator or not figure.is_of_draws(own) or own["p_short"].isna().all():
        return
    st.caption(plain(sentences.chance(figure.scene(view), own["p_short"].iloc[0], own["p_zero"].iloc[0])))


def _is_range(row: dict[str, Any]) -> bool:
    return not formats.is_missing(row["lower"]) and not row["lower"] == row["upper"] == row["value"]


def bullet(
    value: float,
    indicator: Indicator,
    benchmark: float | None,
    lang: Language,
    *,
    span: tuple[float, float] | None = None,
) -> Markup:
    """
    Return a bullet as HTML: the value as a mark over its bands, or over `below` and `above` the benchmark.

    Empty where there is neither a band nor a benchmark. `span` is the interval of the value, drawn as a line.
    """
    if indicator.bands:
        edges, colours = indicator.bands.edges, palette.BANDS[5]
    elif benchmark:
        edges, colours = (benchmark,), palette.BANDS[2]
        colours = colours if indicator.direction == "more_is_better" else colours[::-1]
    else:
        return Markup()
    end = max(edges[-1], value, *(span or ())) * _ROOM
    bounds = [0, *edges, end]
    bands = Markup().join(
        Markup('<span style="width:{:.2f}%;background:{}"></span>').format(100 * (high - low) / end, colour)
        for low, high, colour in zip(bounds, bounds[1:], colours, strict=False)
    )
    tick = Markup('<span style="left:{:.2f}%">{}</span>')
    ticks = Markup().join(
        tick.format(100 * edge / end, formats.number(edge, int(not float(edge).is_integer()))) for edge in bounds[:-1]
    )
    line = Markup()
    if span:
        left, width = 100 * span[0] / end, 100 * (span[1] - span[0]) / end
        line = Markup('<b style="left:{:.2f}%;width:{:.2f}%"></b>').format(left, width)
    return Markup(
        '<div class="mh-bullet" role="img" aria-label="{}">{}{}<i style="left:{:.2f}%"></i></div>'
        '<div class="mh-ticks">{}</div>'
    ).format(figure_words(value, indicator, benchmark, lang), bands, line, 100 * value / end, ticks)


def figure_words(value: float, indicator: Indicator, benchmark: float | None, lang: Language) -> str:
    """Return a bullet in words: the value and the benchmark."""
    _ = translator(lang)
    text = formats.value(value, indicator, lang)
    if benchmark is None:
        return text
    return _("{value}; benchmark {benchmark}").format(value=text, benchmark=formats.number(benchmark, 1))


def _facts(view: View, indicator: Indicator, known: dict[str, Any], rows: pd.DataFrame) -> None:
    _ = translator(view.lang)
    facts = [*_standing(view, indicator, rows)]
    others = [name for name in OF_AREA if name != indicator.id and known.get(name, {"status": ""})["status"] in KNOWN]
    facts += [(_(REGISTRY[name].name), _short(known[name], REGISTRY[name], view.lang)) for name in others]
    people = next((row["people"] for row in known.values() if not formats.is_missing(row["people"])), None)
    if people is not None:
        facts.insert(
            min(len(facts), _FACTS_SHOWN - 1), (_("People"), formats.people(int(people), view.lang, unit=False))
        )
    lines = Markup().join(
        Markup("<tr><th>{}</th><td>{}</td></tr>").format(name, value) for name, value in facts[:_FACTS_SHOWN]
    )
    st.html(Markup('<table class="mh-facts">{}</table>').format(lines))


def _standing(view: View, indicator: Indicator, rows: pd.DataFrame) -> list[tuple[str, str]]:
    # how many units the area lacks, and its place among those of its level
    _ = translator(view.lang)
    own = rows[rows["area_code"].eq(view.area)]
    found = []
    if len(own) and pd.notna(own["units_lacking"].iloc[0]):
        unit = unit_of_parts(indicator, view.lang)
        lacking = formats.with_unit(formats.number(round(own["units_lacking"].iloc[0])), unit)
        label = _("Lacking to the benchmark")
        if figure.is_of_draws(own) and own["lacking_low"].iloc[0] != own["lacking_high"].iloc[0]:
            span = formats.interval(own["lacking_low"].iloc[0], own["lacking_high"].iloc[0])
            lacking, label = f"{lacking} ({span})", _("Lacking to the benchmark, mean")
        found.append((label, lacking))
    if len(own) and pd.notna(own["rank"].iloc[0]) and not is_modelled(view):
        place = f"{int(own['rank'].iloc[0])} / {int(rows['rank'].notna().sum())}"
        found.append((_("Rank, 1 = furthest short"), place))
    return found


def _short(row: dict[str, Any], indicator: Indicator, lang: Language) -> str:
    if indicator.id == "people_without_facility":
        return formats.people(row["value"], lang)
    text = formats.number(row["value"], indicator.decimals) + (" %" if indicator.unit.startswith("%") else "")
    if not _is_range(row):
        return text
    return f"{text} ({profile.span_of(profile.line_of(row, indicator), lang)})"


def _ways_on(view: View, level: str) -> None:
    _ = translator(view.lang)
    finer = drill.next_level(tables.offer().parents, level, view.area)
    with st.container(horizontal=True):
        if view.area and finer:
            label = _("Down to {level}").format(level=_(LEVEL_NAMES[finer]))
            st.button(label, on_click=enter, args=(view.area,), type="primary")
        if st.button(_("Gap list")):
            st.switch_page(f"pages/{_TABLE}.py")
        st.page_link(
            area.PAGE, label=_("Area page"), query_params=area.link(view, view.area, cast("Level", level)),
            width="content",
        )  # fmt: skip


def enter(code: str) -> None:
    """Go to an area of the map: down into its parts, or up to one that holds what is shown. For callbacks."""
    views.change(**drill.enter(views.kept(), tables.offer(), code))


def follow(event: MapEvent | None) -> None:
    """Move the view to where the viewer went on the map: another area, a level down or up, another part of the map."""
    if event is None:
        return
    if event.selected is not None:
        at_province = views.kept().level == "province"
        views.change(area=event.selected, **({"within": event.selected} if at_province else {}))
    if event.drill is not None:
        enter(event.drill)
    if event.found is not None:
        views.change(**drill.find(views.kept(), tables.offer(), *event.found))
    if event.camera is not None:
        lon, lat, zoom = event.camera
        views.change(camera=Camera.to(lon, lat, zoom))
    if event.home:
        views.change(camera=Camera())
    if event.swipe is not None:
        views.change(swipe=event.swipe)
    if event.picture:
        map_page.want_pictures()
