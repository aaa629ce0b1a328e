"""
What stands around every page: the name, the way about, the controls, the headline and the foot.

The controls show what the link says and offer only what the build has. Holds no figures.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

import streamlit as st
from markupsafe import Markup

from mhgis import formats, store
from mhgis.country import say
from mhgis.exports import static_files
from mhgis.formats import plain
from mhgis.i18n import ENDONYMS, N_, Language, translator
from mhgis.indicators import LEVELS, REGISTRY, Level
from mhgis.queries import tables
from mhgis.queries.names import (
    benchmark_labels,
    benchmark_names,
    dataset_titles,
    is_imported,
    kind_of,
    scopes,
    year_word,
)
from mhgis.ui.part import later, phone_menu, share
from mhgis.ui.part import session as views
from mhgis.view import drill, links
from mhgis.view.links import NO_BENCHMARK
from mhgis.view.view import Camera, View
from mhgis.words import sentences
from mhgis.words.sentences import LEVEL_NAMES

#: what the side can offer to choose; each page names those that change what it shows
Selector = Literal["dataset", "level", "area", "indicator", "year", "benchmark"]
CONTROLS: Final[tuple[Selector, ...]] = get_args(Selector)

#: both names are the product's; the reader's own comes first
NAMES: Final[dict[Language, str]] = {"zh": "精神卫生资源图集", "en": "Mental Health Resource Atlas"}

#: what every page says of modelled figures, and every file
MODELLED: Final = N_("Modelled · says nothing certain about any one county")
PUBLISHED: Final = N_("Published figures")
IMPORTED: Final = N_("Imported · our own figures, not checked by others")
SCENARIO: Final = N_("Scenario: what would be, not what is")

#: three areas of growing size: the tab's sign
ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1F5F99"/>'
    '<path d="M6 24V17h6v7zM13 24V12h6v12zM20 24V7h6v17z" fill="#FBFCFD"/></svg>'
)
#: names too long for the room there is
NARROW: Final = {"share_people_without_facility": N_("People in counties without a facility, %")}
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


def sidebar(view: View, groups: Mapping[str, Sequence[tuple[Any, str]]], selectors: Sequence[Selector]) -> None:
    """
    Draw the name, the pages and the controls; a change of a control changes the view and runs the page.

    Parameters
    ----------
    view
        What is shown.
    groups
        By heading, each page as Streamlit knows it with the question it answers.
    selectors
        The controls that change what the page shows; the language can always be chosen.
    """
    _ = translator(view.lang)
    other: Language = "en" if view.lang == "zh" else "zh"
    with st.sidebar:
        brand = Markup('<div class="mh-brand">{}<small lang="{}">{}</small></div>')
        st.html(brand.format(NAMES[view.lang], other, NAMES[other]))
        query = links.to_query(view)
        for at, (group, pages) in enumerate(groups.items()):
            with st.container(gap="xxsmall", key=f"mh_nav_{at}"):
                st.caption(group)
                for page, question in pages:
                    st.page_link(page, help=_(question), width="stretch", query_params=query)
        with st.container(gap="small"):
            for selector in selectors:
                _CONTROLS[selector](view)
            languages = tables.country().languages
            if len(languages) > 1:
                _control(_("Language"), "lang", languages, view.lang, ENDONYMS.__getitem__, segmented=True)
        phone_menu.close_when_chosen()


def _dataset(view: View) -> None:
    _ = translator(view.lang)
    titles = dataset_titles(view.lang)
    _control(_("Dataset"), "dataset", tables.offer().datasets(), view.dataset, titles.__getitem__)


def _level(view: View) -> None:
    _ = translator(view.lang)
    levels = tuple(level for level in LEVELS[1:] if _indicator_at(view, level))
    _control(_("Level"), "level", levels, view.level, lambda level: _(LEVEL_NAMES[level]), segmented=True)


def _area(view: View) -> None:
    _ = translator(view.lang)
    named = scopes(view)
    _control(_("Area"), "scope", tuple(named), view.within, named.__getitem__)


def _indicator(view: View) -> None:
    _ = translator(view.lang)
    indicators = tables.offer().indicators(view.dataset)
    _control(_("Indicator"), "indicator", indicators, view.indicator, lambda i: _(NARROW.get(i, REGISTRY[i].name)))


def _year(view: View) -> None:
    _ = translator(view.lang)
    years, word = tables.offer().years[view.dataset, view.indicator, view.level], year_word(view)
    _control(_("Year"), "year", tuple(sorted(years)), view.year, lambda year: word(year, years[year]))


def _benchmark(view: View) -> None:
    _ = translator(view.lang)
    labels, named = benchmark_labels(view), benchmark_names(view)
    _control(_("Benchmark"), "benchmark", tuple(named), view.benchmark, named.__getitem__)
    if view.benchmark != NO_BENCHMARK:
        # the list has room for a short name only
        st.caption(plain(labels[view.benchmark]))


_CONTROLS: Final[dict[Selector, Callable[[View], None]]] = {
    "dataset": _dataset, "level": _level, "area": _area, "indicator": _indicator, "year": _year,
    "benchmark": _benchmark,
}  # fmt: skip


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
    name = formats.distinct({one: name(one) for one in options}).__getitem__
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
        views.change(area=value, within=value, camera=Camera())
    elif part == "level":
        indicator = _indicator_at(views.kept(), value)
        views.change(level=value, **({} if indicator == views.kept().indicator else {"indicator": indicator}))
    else:
        views.change(**{part: value})


def _indicator_at(view: View, level: Level) -> str:
    # what is shown at a level, or what says nearly the same there; empty where nothing does
    found = drill.sibling(tables.offer(), view.dataset, view.indicator, level)
    return found if (view.dataset, found, level) in tables.offer().years else ""


def notice() -> None:
    """Draw, above whatever page it is, what the link asked for in vain, once, and which datasets are left out."""
    told = views.notices()
    if told:
        st.warning(plain(told))
    if torn := store.damaged():
        lang = views.kept().lang
        titles = {one.dataset_id: getattr(one, f"title_{lang}") for one in store.active()}
        names = dict.fromkeys(titles.get(one.dataset_id) or one.dataset_id for one in torn)
        st.warning(plain(sentences.left_out(tuple(names), lang)))


def header(view: View, headline: str, note: str = "", *, scenario: bool = False, of_dataset: bool = True) -> None:
    """
    Draw the answer first: the headline, under it the badge that says what the figures are, and the link.

    Where they are of a `scenario`, a badge before that one says so; a page whose figures are not `of_dataset`, the one
    in view, has no badge.
    """
    _ = translator(view.lang)
    title, actions = st.columns([5, 2], vertical_alignment="top")
    with title:
        st.title(plain(later.told(view, headline) if of_dataset else headline), anchor=False)
        kind = kind_of(view)
        badges = {
            "published": f":blue-badge[{_(PUBLISHED)}]",
            "modelled": f":orange-badge[{_(MODELLED)}]",
            "imported": f":violet-badge[{_(IMPORTED)}]",
        }
        badge = badges[kind]
        if scenario:
            badge = f":green-badge[{_(SCENARIO)}] {badge}"
        if of_dataset:
            with st.container(key=f"mh_{kind}"):
                st.markdown(f"{badge} :gray[{plain(note)}]" if note else badge)
    with actions:
        share.actions(view)


def other_ways(view: View) -> None:
    """Draw what can be done where nothing is known: go to the model, or to a level at which there are figures."""
    _, years = translator(view.lang), tables.offer().years
    titles = dataset_titles(view.lang)
    with st.container(border=True):
        said = _(
            "Nobody has published this figure at this level. An area without a figure is not an area without care: "
            "it is hatched on the map and never counted as a gap."
        )
        if is_imported(view):
            said = _(
                "The imported figures do not tell this at this level. An area without a figure is not an area without "
                "care: it is hatched on the map and never counted as a gap."
            )
        st.markdown(said)
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
                st.button(plain(label), on_click=views.change, kwargs=to, type="primary" if is_first else "secondary")


def footer(view: View) -> None:
    """Draw the foot: where the boundaries come from, which build of the data this is, and what cannot be written."""
    _, published = translator(view.lang), store.current()
    boundaries = say(tables.country().boundaries, view.lang)
    version = _("Data of {date}, build {build}").format(date=published.built_at[:10], build=published.build)
    st.caption(plain(f"{boundaries} · {version} · {dataset_titles(view.lang)[view.dataset]}"))
    # only now is it known what the page wanted to write
    if static_files.is_shut():
        st.warning(_(
            "This server cannot write to its folder of files for browsers; they come from its memory. Its "
            "administrator should make room in it, or make it writable."
        ))  # fmt: skip
