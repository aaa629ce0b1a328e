"""
What stands around every page: the name, the way about, the controls, the headline and the foot.

The controls show what the link says and offer only what the build has. Holds no figures.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

import pandas as pd
import streamlit as st

from mhgis import drill, links, store
from mhgis.i18n import ENDONYMS, LANGUAGES, N_, Language, translator
from mhgis.indicators import LEVELS, REGISTRY, Level
from mhgis.links import COUNTRY, NO_BENCHMARK, View
from mhgis.sentences import LEVEL_NAMES
from mhgis.ui import share
from mhgis.ui import view as views

#: both names are the product's; the reader's own comes first
NAMES: Final[dict[Language, str]] = {"zh": "精神卫生资源图集", "en": "Mental Health Resource Atlas"}

#: what every page says of modelled figures, and every file
MODELLED: Final = N_("Modelled · says nothing certain about any one county")
PUBLISHED: Final = N_("Published figures")

#: three areas of growing size: the tab's sign
ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1F5F99"/>'
    '<path d="M6 24V17h6v7zM13 24V12h6v12zM20 24V7h6v17z" fill="#FBFCFD"/></svg>'
)
#: room for the name of a benchmark
_SIDEBAR_PX: Final = 320
_STYLE: Final = Path(__file__).with_name("mhgis.css")


def configure() -> None:
    """Set what the browser's tab says and lay the style that the theme cannot hold."""
    st.set_page_config(page_icon=ICON, layout="wide", initial_sidebar_state=_SIDEBAR_PX)
    st.html(_STYLE)


def name_tab(title: str, lang: Language) -> None:
    """Write the page and the product on the browser's tab."""
    st.set_page_config(page_title=f"{title} · {NAMES[lang]}")


def sidebar(view: View, groups: Mapping[str, Sequence[Any]]) -> None:
    """Draw the name, the pages by group and the controls; a change of a control changes the view and runs the page."""
    _ = translator(view.lang)
    other: Language = "en" if view.lang == "zh" else "zh"
    with st.sidebar:
        st.html(f'<div class="mh-brand">{NAMES[view.lang]}<small lang="{other}">{NAMES[other]}</small></div>')
        query = links.to_query(view)
        for at, (group, pages) in enumerate(groups.items()):
            with st.container(gap="xxsmall", key=f"mh_nav_{at}"):
                st.caption(group)
                for page in pages:
                    st.page_link(page, width="stretch", query_params=query)
        with st.container(gap="small"):
            _controls(view)
            _control(_("Language"), "lang", LANGUAGES, view.lang, ENDONYMS.__getitem__, segmented=True)


def _controls(view: View) -> None:
    _, offer = translator(view.lang), views.offer()
    titles = dataset_titles(view.lang)
    _control(_("Dataset"), "dataset", offer.datasets(), view.dataset, titles.__getitem__)
    levels = tuple(level for level in LEVELS[1:] if _indicator_at(view, level))
    _control(_("Level"), "level", levels, view.level, lambda level: _(LEVEL_NAMES[level]), segmented=True)
    named = scopes(view)
    _control(_("Area"), "scope", tuple(named), view.within or COUNTRY, named.__getitem__)
    indicators = offer.indicators(view.dataset)
    _control(_("Indicator"), "indicator", indicators, view.indicator, lambda i: _(REGISTRY[i].name))
    years = offer.years[view.dataset, view.indicator, view.level]
    unpublished = _("{year}: not published")
    _control(
        _("Year"), "year", tuple(sorted(years)), view.year,
        lambda year: str(year) if years[year] else unpublished.format(year=year),
    )  # fmt: skip
    labels = benchmark_labels(view.indicator, view.lang)
    _control(_("Benchmark"), "benchmark", tuple(labels), view.benchmark, labels.__getitem__)


def _control(
    label: str,
    part: str,
    options: Sequence[Any],
    value: str | int,
    name: Callable[[Any], str],
    *,
    segmented: bool = False,
) -> None:
    # the view is the truth: the widget is set to it before it is drawn, and its callback changes the view
    key = f"control_{part}"
    st.session_state[key] = value
    if segmented:
        st.segmented_control(
            label, options, format_func=name, key=key, on_change=_changed, args=(part, key), required=True,
            width="stretch",
        )  # fmt: skip
    else:
        st.selectbox(label, options, format_func=name, key=key, on_change=_changed, args=(part, key))


def _changed(part: str, key: str) -> None:
    value = st.session_state[key]
    if part == "scope":
        views.change(area=value, within="" if value == COUNTRY else value, camera="")
    elif part == "level":
        indicator = _indicator_at(views.kept(), value)
        views.change(level=value, **({} if indicator == views.kept().indicator else {"indicator": indicator}))
    else:
        views.change(**{part: value})


def _indicator_at(view: View, level: Level) -> str:
    # what is shown at a level, or what says nearly the same there; empty where nothing does
    found = drill.sibling(views.offer(), view.dataset, view.indicator, level)
    return found if (view.dataset, found, level) in views.offer().years else ""


def scopes(view: View) -> dict[str, str]:
    """Return the names of what a view can be limited to: the country, the provinces, a prefecture it is limited to."""
    _, areas = translator(view.lang), area_names(view.lang)
    found = {COUNTRY: _("All of China")}
    found |= {code: name for (level, code), name in areas.items() if level == "province"}
    if view.within and view.within not in found:
        found[view.within] = areas["prefecture", view.within]
    return found


def dataset_titles(lang: Language) -> dict[str, str]:
    """Return the title of each dataset."""
    rows = views.table("SELECT * FROM dataset ORDER BY dataset_id")
    return dict(zip(rows["dataset_id"], rows[f"title_{lang}"], strict=True))


def benchmark_labels(indicator: str, lang: Language) -> dict[str, str]:
    """Return the label of each benchmark that an indicator can be held against, and of none."""
    _ = translator(lang)
    rows = store_benchmarks(indicator)
    labels = dict(zip(rows["benchmark_id"], rows[f"label_{lang}"], strict=True))
    return {**labels, NO_BENCHMARK: _("None")}


def store_benchmarks(indicator: str) -> pd.DataFrame:
    """Return the listed benchmarks of an indicator, in the order to offer them."""
    return views.table(
        "SELECT * FROM benchmark WHERE indicator = ? AND is_listed "
        "ORDER BY applies_to IS NOT NULL, rank NULLS LAST, benchmark_id",
        indicator,
    )


def area_names(lang: Language) -> dict[tuple[str, str], str]:
    """Return the name of each province and prefecture by (level, code); in Chinese with its romanised name behind."""
    rows = views.table(
        "SELECT level, area_code, name_zh, name_en FROM area WHERE level IN ('province', 'prefecture') "
        "ORDER BY area_code"
    )
    names = rows["name_zh"] + " " + rows["name_en"] if lang == "zh" else rows["name_en"]
    return dict(zip(zip(rows["level"], rows["area_code"], strict=True), names, strict=True))


def is_modelled(view: View) -> bool:
    """Return whether the view's dataset is modelled."""
    rows = views.table("SELECT kind FROM dataset WHERE dataset_id = ?", view.dataset)
    return bool(rows["kind"].eq("modelled").all())


def header(view: View, headline: str, note: str = "") -> None:
    """Draw the answer first: the headline, under it the badge that says what the figures are, and the link."""
    _ = translator(view.lang)
    told = views.notices()
    if told:
        st.warning(told)
    title, actions = st.columns([5, 2], vertical_alignment="top")
    with title:
        st.title(headline, anchor=False)
        badge = f":orange-badge[{_(MODELLED)}]" if is_modelled(view) else f":blue-badge[{_(PUBLISHED)}]"
        with st.container(key="mh_modelled" if is_modelled(view) else "mh_published"):
            st.markdown(f"{badge} :gray[{note}]" if note else badge)
    with actions:
        share.actions(view)


def other_ways(view: View) -> None:
    """Draw what can be done where nothing was published: go to the model, or to a level at which there are figures."""
    _, years = translator(view.lang), views.offer().years
    titles = dataset_titles(view.lang)
    with st.container(border=True):
        st.markdown(
            _(
                "Nobody has published this figure at this level. An area without a figure is not an area without care: "
                "it is hatched on the map and never counted as a gap."
            )
        )
        with st.container(horizontal=True):
            for (dataset, indicator, level), known in years.items():
                latest = max((year for year, n in known.items() if n), default=None)
                is_nearby = dataset == view.dataset or level == view.level
                if indicator != view.indicator or level == "country" or latest is None or not is_nearby:
                    continue
                label = _("{dataset}: {level}, {year}").format(
                    dataset=titles[dataset], level=_(LEVEL_NAMES[cast("Level", level)]), year=latest
                )
                to = {"dataset": dataset, "level": level, "year": latest}
                is_first = dataset != view.dataset
                st.button(label, on_click=views.change, kwargs=to, type="primary" if is_first else "secondary")


def footer(view: View) -> None:
    """Draw the foot: where the boundaries come from, and which build of the data this is."""
    _, published = translator(view.lang), store.current()
    boundaries = _("Boundaries: National Geomatics Center of China (Tianditu), CGCS2000; no authority on borders.")
    version = _("Data of {date}, build {build}").format(date=published.built_at[:10], build=published.build)
    st.caption(f"{boundaries} · {version} · {view.dataset}")
