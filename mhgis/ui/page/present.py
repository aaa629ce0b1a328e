"""
Saved views put to use: the list of them, the full screen, the slides.

Each view becomes a `Slide`: what the page says of it, its map, legend and source. Holds no drawing and no file format:
see `mhgis.figures.static_map`, `mhgis.exports.slides` and `mhgis.exports.slides_pdf`.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Final, cast

import streamlit as st
from streamlit.components.v2 import component

from mhgis import formats, store
from mhgis.errors import SchemaError
from mhgis.exports import csv_json, slides, slides_pdf
from mhgis.exports.slides import Slide
from mhgis.figures import static_map
from mhgis.figures.static_map import MapView
from mhgis.formats import LONGEST_NAME, plain
from mhgis.i18n import Language, ngettext, translator
from mhgis.indicators import REGISTRY, Level
from mhgis.queries import tables
from mhgis.queries.names import benchmark_labels
from mhgis.ui import pages
from mhgis.ui.map.component import base_path
from mhgis.ui.part import figure, map_files, served, share, shell
from mhgis.ui.part import list_files as export_files
from mhgis.ui.part.drawer import drawer
from mhgis.ui.part.map_files import CHOICES
from mhgis.view import links, saved_views
from mhgis.view.saved_views import SavedView
from mhgis.view.view import View

#: dots per inch of a map on a slide: as sharp as the projectors of a meeting room
DPI: Final = 170
#: maps kept drawn
_PICTURES: Final = 48

_RUN: Final = "mhgis_presenting"
_LANGS: Final = "mhgis_slide_langs"
_PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def _linked(one: SavedView, lang: Language) -> View:
    return replace(links.parse(dict(one.query), tables.offer(), lang).view, lang=lang)


def view_of(one: SavedView, lang: Language) -> View:
    """Return what a saved view shows on a slide, in a language; of the overview that is the map of the provinces."""
    view, entry = _linked(one, lang), pages.find(one.page)
    return entry.on_slide(view) if entry else view


def page_of(one: SavedView, lang: Language) -> MapView:
    """Return the map of a saved view under its sentence; that of its indicator where its page is gone."""
    view, entry = _linked(one, lang), pages.find(one.page)
    return entry.slide(view) if entry else map_files.slide(view)


def slide_of(one: SavedView, langs: Sequence[Language], base: str) -> Slide:
    """
    Return the slide of a saved view.

    Parameters
    ----------
    one
        The view.
    langs
        The languages of the slide, the large one first; the map is in that one.
    base
        The address of the app.
    """
    maps = [page_of(one, lang) for lang in langs]
    shown = replace(one, query=tuple({**dict(one.query), "lang": langs[0]}.items()))
    return Slide(
        one.name,
        tuple(langs),
        tuple(static_map.words_of(page) for page in maps),
        maps[0].classes.legend,
        _picture_of(maps[0], view_of(one, langs[0])),
        shown.link(base),
        (*(line for page in maps for line in spoken(page, view_of(one, page.lang))), shown.link(base)),
    )


def _picture_of(page: MapView, view: View) -> bytes:
    if page.about.scenario or page.indicator.id not in REGISTRY:
        # what a scenario does is no part of a link, and other maps are of no indicator: such a picture is drawn anew
        tolerance = map_files.FINE_TOLERANCE if view.within else map_files.TOLERANCE
        return static_map.render_bare(page, map_files.shapes(cast("Level", page.about.level), tolerance), DPI)
    return _picture(store.fingerprint(), _seen(view))


def _seen(view: View) -> View:
    # what the picture depends on: pictures of one map under two names are one picture
    plain = View()
    return replace(view, area=plain.area, sort=plain.sort, camera=plain.camera)


@lru_cache(maxsize=_PICTURES)
def _picture(build: str, view: View) -> bytes:
    del build  # part of the key only
    rows = figure.ranked(view)
    page = map_files.page_of(view, rows, figure.about(view, tables.limited(rows, view)))
    tolerance = map_files.FINE_TOLERANCE if view.within else map_files.TOLERANCE
    return static_map.render_bare(page, map_files.shapes(view.level, tolerance), DPI)


def forget_pictures() -> None:
    """Throw the pictures away that are kept drawn, as for measuring how long they take."""
    _picture.cache_clear()


def spoken(page: MapView, view: View) -> list[str]:
    """Return what a speaker has to know of a map: its sentence, its numbers class by class, its sources."""
    _, words = translator(page.lang), static_map.words_of(page)
    lines = [words.title, words.subtitle, words.badge]
    if view.benchmark != links.NO_BENCHMARK:
        label = benchmark_labels(view)[view.benchmark]
        lines.append(_("Benchmark: {label}").format(label=label))
    for row, (label, n_areas, _people) in zip(page.classes.legend, words.rows, strict=True):
        people = formats.people(row.people, page.lang)
        said = _("{label}: {n} areas, {people}") if row.people is not None else _("{label}: {n} areas")
        lines.append(said.format(label=label, n=n_areas, people=people))
    cited = _("; ").join(origin.cite(page.lang) for origin in export_files.with_benchmark(page.about, view).sources)
    lines = [*lines, words.note, *words.foot, _("Sources: {sources}.").format(sources=cited)]
    return [line for line in lines if line]


def deck(kept: Sequence[SavedView], choice: str, base: str) -> list[Slide]:
    """Return a slide for each saved view, in order."""
    return [slide_of(one, CHOICES[choice], base) for one in kept]


def to_pptx(kept: Sequence[SavedView], choice: str, base: str) -> bytes:
    """Return the saved views as a PPTX."""
    return slides.to_pptx(deck(kept, choice, base), shell.NAMES[CHOICES[choice][0]], _built_on())


def to_pdf(kept: Sequence[SavedView], choice: str, base: str) -> bytes:
    """Return the saved views as a PDF."""
    return slides_pdf.to_pdf(deck(kept, choice, base), shell.NAMES[CHOICES[choice][0]])


def _built_on() -> date:
    return date.fromisoformat(store.current().built_at[:10])


def draw(view: View) -> None:
    """Draw the page: what can be done with the views together, and the list of them."""
    _ = translator(view.lang)
    kept, faults = saved_views.readable(lang=view.lang)
    if faults:
        st.warning(plain(_(
            "Saved views that cannot be read are left out, and nothing can be saved until the file is mended or moved "
            "away ({file} in the data folder). {faults}"
        ).format(file=saved_views.FILE, faults=SchemaError(faults))))  # fmt: skip
    if not kept:
        with st.container(border=True):
            st.markdown(
                _(
                    "Nothing is saved yet. Open a page, set it as you want to show it, and choose Save view at the top "
                    "right: it then stands here, ready for the screen and for slides."
                )
            )
            st.page_link("pages/map.py", label=_("Go to the map"), query_params=links.to_query(view))
    else:
        _together(view, kept)
        for at, one in enumerate(kept):
            _row(view, one, at, len(kept))
    _exchange(view, kept)


def headline(lang: Language) -> str:
    """Return how many views are saved."""
    n = len(saved_views.readable(lang=lang)[0])
    _ = translator(lang)
    if not n:
        return _("No view is saved yet")
    said = ngettext(lang, "{n} saved view, ready to be shown", "{n} saved views, ready to be shown", n)
    return said.format(n=formats.number(n))


def _together(view: View, kept: Sequence[SavedView]) -> None:
    _ = translator(view.lang)
    labels = map_files.choices()
    st.session_state.setdefault(_LANGS, view.lang)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            _("Language of the slides"), tuple(labels), format_func=labels.__getitem__, key=_LANGS, required=True
        )
        choice = st.session_state[_LANGS]
        st.button(_("Present"), type="primary", on_click=_start, key="present_start")
        _files(view, kept, choice)
    st.caption(_("Arrow keys turn the pages, Escape ends. A slide deck takes about a second a view."))
    if _RUN in st.session_state:
        _screen(view, kept, choice)


def slides_of(view: View, one: SavedView) -> None:
    """Draw the files of a single view as a slide, in the language of the view."""
    with st.container(horizontal=True, key="mh_slides"):
        _files(view, [one], view.lang)


def _files(view: View, kept: Sequence[SavedView], choice: str) -> None:
    _ = translator(view.lang)
    kinds: list[tuple[str, Callable[..., bytes], str, str]] = [
        (_("Slides (PPTX)"), to_pptx, "pptx", _PPTX),
        (_("Pages (PDF)"), to_pdf, "pdf", "application/pdf"),
    ]
    for label, make, suffix, mime in kinds:
        st.download_button(
            label,
            partial(make, tuple(kept), choice, share.base()),
            file_name=csv_json.file_name(["views", choice.replace("+", "-")], _built_on(), suffix),
            mime=mime,
            on_click="ignore",
            key=f"slides_{suffix}",
        )


def _start() -> None:
    st.session_state[_RUN] = time.time_ns()


def _over() -> None:
    st.session_state.pop(_RUN, None)


def _screen(view: View, kept: Sequence[SavedView], choice: str) -> None:
    """Put the views on the whole screen; the browser turns the pages by itself."""
    _ = translator(view.lang)
    shown = []
    with st.spinner(_("Drawing the maps")):
        shown = [_sent(slide_of(one, CHOICES[choice], share.base())) for one in kept]
    _mount()(
        key="present_screen",
        data={
            "run": str(st.session_state[_RUN]),
            "base": f"/{base_path()}app/static/",
            "close": _("Close"),
            "slides": shown,
        },
        on_closed_change=_over,
    )


@cache
def _mount() -> Callable[..., Any]:
    here = Path(__file__)
    return component(
        "mhgis.present",
        js=here.with_name("present.js").read_text("utf-8"),
        css=here.with_name("present.css").read_text("utf-8"),
    )


def _sent(slide: Slide) -> dict[str, Any]:
    words = slide.words
    foot = [(line, lang) for lang, each in zip(slide.langs, words, strict=True) for line in each.foot if line]
    rows = zip(slide.legend, zip(*(each.rows for each in words), strict=True), strict=True)
    return {
        "langs": slide.langs,
        "titles": [each.title for each in words],
        "subtitles": [each.subtitle for each in words],
        "badge": " / ".join(each.badge for each in words if each.badge),
        "imported": words[0].is_imported,
        "picture": served.hand_out(slide.picture, "image/png"),
        "legendTitle": [each.legend_title for each in words],
        "legendUnit": " / ".join(dict.fromkeys(each.legend_unit for each in words)),
        "heads": [" / ".join(each.heads[at] for each in words) for at in range(2)],
        "rows": [
            [row.colour, row.kind, list(dict.fromkeys(cell[0] for cell in said)), *said[0][1:]] for row, said in rows
        ],
        "notes": [each.note for each in words],
        "foot": [line for line, _lang in foot],
        "footLangs": [lang for _line, lang in foot],
    }


def _row(view: View, one: SavedView, at: int, n: int) -> None:
    _, seen, entry = translator(view.lang), view_of(one, view.lang), pages.find(one.page)
    with (
        st.container(border=True, key=f"mh_card_view_{one.view_id}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        with st.container(width="stretch"):
            st.text(f"{at + 1}. {one.name}")
            what = share.named(seen, entry.title if entry else one.page)
            if what != one.name:
                st.caption(plain(what))
            if not (entry and entry.has_own_slide):
                st.caption(
                    _("On the screen and on slides: the map of the indicator. Its charts are saved on the page.")
                )
            rows = tables.limited(figure.ranked(seen), seen)
            drawer(figure.about(seen, rows, one.name), view.lang, links_method=False, seen=seen)
        if entry:
            query = {**dict(one.query), "lang": view.lang}
            st.page_link(entry.file, label=_("Open"), query_params=query, width="content")
        _act(view, "↑", _("Up"), partial(saved_views.move, view_id=one.view_id, steps=-1), off=at == 0)
        _act(view, "↓", _("Down"), partial(saved_views.move, view_id=one.view_id, steps=1), off=at == n - 1)
        with st.popover(_("Change")):
            name = st.text_input(_("Name"), one.name, max_chars=LONGEST_NAME, key=f"name_{one.view_id}")
            _act(view, _("Rename"), "", partial(saved_views.rename, view_id=one.view_id, name=name))
            _act(view, _("Delete"), "", partial(saved_views.remove, view_id=one.view_id))


def _act(view: View, label: str, says: str, by: Callable[..., saved_views.Views], *, off: bool = False) -> None:
    key = f"{label}_{by.keywords['view_id']}"  # type: ignore[attr-defined]
    if st.button(label, help=says or None, key=key, disabled=off) and share.change(by, view):
        st.rerun()


def _exchange(view: View, kept: Sequence[SavedView]) -> None:
    """Draw what takes the list to another machine, and back."""
    _ = translator(view.lang)
    with st.expander(_("Take the list along, or bring one")):
        if kept:
            st.download_button(
                _("Export the list (JSON)"), saved_views.to_json(kept), file_name="mhgis-views.json",
                mime="application/json", on_click="ignore", key="views_json",
            )  # fmt: skip
        brought = st.file_uploader(_("A file of saved views"), type="json", key="views_file",
                                   max_upload_size=saved_views.MOST_BYTES // 2**20)  # fmt: skip
        if brought is not None and st.button(_("Add its views to the list"), key="views_add"):
            _bring(view, brought.getvalue(), brought.name)


def _bring(view: View, content: bytes, file: str) -> None:
    _ = translator(view.lang)
    try:
        more = saved_views.from_upload(content, file, view.lang)
    except SchemaError as error:
        said = _("{file}, view {row}, {column}: found {found}; expected {expected}.")
        whole = _("{file}: found {found}; expected {expected}.")
        lines = [
            (said if fault.row else whole).format(
                file=fault.file, row=fault.row, column=fault.column or "", found=fault.found, expected=fault.expected
            )
            for fault in error.faults[:20]
        ]
        st.error("  \n".join([_("Nothing was added."), *(plain(line) for line in lines)]))
        return
    if share.change(lambda views: saved_views.add(views, *more), view):
        st.rerun()
