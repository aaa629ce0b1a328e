"""
The way of a file from upload to map: begin, prepare step by step, load, and what comes after.

Each run of the page stands at one of these; which one is told by what the session keeps. Holds no steps of its own: see
`mhgis.ui.page.import_steps`; nothing is changed on disk but by the last button.
"""

import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

import streamlit as st
from markupsafe import Markup

from mhgis import formats, paths
from mhgis.errors import MhgisError
from mhgis.exports import csv_json
from mhgis.formats import plain
from mhgis.i18n import ENDONYMS, LANGUAGES, N_, Language, translator
from mhgis.importing import library, templates
from mhgis.importing.types import Shape
from mhgis.importing.work import Job
from mhgis.ui.page import import_case, import_steps, own_datasets
from mhgis.ui.part import session as views
from mhgis.ui.part import share
from mhgis.view.view import View

_STYLE: Final = Path(__file__).with_name("import_page.css")
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: how often a page that waits looks again, seconds
_LOOK_S: Final = 0.5
_GUIDE: Final = "import-guide"
_PICTURE: Final = re.compile(r"!\[(?P<said>[^\]]*)\]\((?P<file>[^)]+)\)")

#: templates are not dated by the clock
_TEMPLATES_OF: Final = date(2026, 1, 1)
TEMPLATES: Final[dict[Shape, str]] = {
    "register": N_("Register, one row a facility"),
    "counts": N_("Counts, one row an area"),
}


def header(view: View) -> None:
    """Draw what this page is for, and its link."""
    _ = translator(view.lang)
    st.html(_STYLE)
    title, actions = st.columns([5, 2], vertical_alignment="top")
    title.title(_("Load your own register or survey"), anchor=False)
    with actions:
        share.actions(view)
    st.markdown(
        _(
            "Upload a spreadsheet as it is. You see what was understood and put it right; nothing is changed before "
            "you confirm, and every earlier version stays."
        )
    )
    own_datasets.say()


def draw(view: View) -> None:
    """Draw the import of this session, at the step where it stands."""
    kept = import_case.state()
    if "loaded" in kept:
        _after(view, *kept["loaded"])
    elif "path" in kept:
        _at_work(view)
    else:
        _begin(view)


def _begin(view: View) -> None:
    _ = translator(view.lang)
    import_case.warm()
    target = import_case.state().get("dataset", "")
    left, right = st.columns([3, 2])
    with left.container(border=True, height="stretch", key="mh_card_upload"):
        st.subheader(_("Upload a file"), anchor=False)
        titles = {one.dataset_id: one.title(view.lang) for one in library.datasets()}
        if target in titles:
            st.info(_("It becomes a new version of “{title}”; what you decided then is taken over.").format(
                title=plain(titles[target])
            ))  # fmt: skip
        _speak(_("Choose a file"))
        brought = st.file_uploader(
            _("Excel, CSV, JSON, GeoJSON, GeoPackage, zipped Shapefile or Parquet"),
            key=f"import_file_{import_case.state().get('round', 0)}",
        )
        st.caption(_("Title rows, merged headers, totals and notes may stay. Up to {n} MB.").format(n=_most_mb()))
        if brought is not None:
            _take_up(view, brought.name, brought.getbuffer(), target if target in titles else "")
    with right.container(border=True, height="stretch", key="mh_card_templates"):
        st.subheader(_("Or begin with a form"), anchor=False)
        _forms(view)
    _guide(view.lang)


def _speak(word: str) -> None:
    # the widget knows one language only; its limit is said below it
    rule = Markup('<style>[data-testid="stFileUploaderDropzone"] button p::after {{ content: "{}"; }}</style>')
    st.html(rule.format(word))


def _most_mb() -> str:
    return formats.number(int(st.get_option("server.maxUploadSize")))


def _take_up(view: View, name: str, content: memoryview, target: str) -> None:
    try:
        import_case.begin(name, content, view.lang)
        if target:
            job = import_case.job("taken_over", import_case.case(view.lang), dataset_id=target)
            job.ended.wait()
            if job.state == "done":
                import_case.choose(**job.result)
    except MhgisError as error:
        st.error(plain(own_datasets.told(error, view.lang)))
        return
    st.rerun()


@lru_cache(maxsize=8)
def _form(shape: Shape, lang: Language) -> bytes:
    return templates.template(shape, lang)


def _forms(view: View) -> None:
    _ = translator(view.lang)
    for shape, label in TEMPLATES.items():
        st.markdown(f"**{_(label)}**")
        with st.container(horizontal=True):
            for lang in sorted(LANGUAGES, key=lambda one: one != view.lang):
                st.download_button(
                    f"{ENDONYMS[lang]} (XLSX)", _form(shape, lang), mime=_XLSX, on_click="ignore",
                    file_name=csv_json.file_name(["template", shape, lang], _TEMPLATES_OF, "xlsx"),
                    key=f"import_template_{shape}_{lang}",
                )  # fmt: skip
    st.caption(_("With examples, which are never loaded, and a sheet that explains each column."))


def _guide(lang: Language) -> None:
    _ = translator(lang)
    guide = st.expander(_("How to import, step by step"), key="import_guide", on_change="rerun")
    if not guide.open:
        return
    text = (paths.ROOT / "docs" / f"{_GUIDE}.{lang}.md").read_text("utf-8").partition("\n")[2]
    with guide:
        at = 0
        for picture in _PICTURE.finditer(text):
            st.markdown(text[at : picture.start()])
            st.image(paths.ROOT / "docs" / picture["file"], caption=picture["said"])
            at = picture.end()
        st.markdown(text[at:])


def _at_work(view: View) -> None:
    _, kept = translator(view.lang), import_case.state()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        size = _("size {n} kB").format(n=formats.number(max(1, kept["size"] / 2**10)))
        st.markdown(f"**{plain(kept['name'])}** :gray[{size}]", width="content")
        st.button(_("Another file"), on_click=import_case.put_aside, key="import_another")
    if "loading" in kept:
        _loading(view)
        return
    try:
        shown = import_case.shown(view)
    except MhgisError as error:
        st.error(plain(str(error)))
        if import_case.state()["choices"]["sheet"] or import_case.state()["choices"]["header_row"]:
            st.button(_("Back to the likeliest table"), on_click=_back_to_likeliest, key="import_back")
        return
    if isinstance(shown, Job):
        _wait(view.lang, shown)
        return
    if import_case.resume(shown.names):
        st.rerun()
    import_steps.precedent(view, shown)
    import_steps.table(view, shown)
    import_steps.columns(view, shown)
    import_steps.places(view, shown)
    import_steps.facts(view, shown)
    import_steps.checks(view, shown)
    import_steps.preview(view, shown)
    import_steps.confirm(view, shown, _load)


def _back_to_likeliest() -> None:
    import_case.choose(sheet="", header_row=None, columns=[])


def _wait(lang: Language, job: Job) -> None:
    _ = translator(lang)
    _progress(lang, job)
    st.caption(_("You may use other pages meanwhile; the work goes on."))


@st.fragment(run_every=_LOOK_S)
def _progress(lang: Language, job: Job) -> None:
    _ = translator(lang)
    if job.ended.is_set():
        st.rerun()
    said = job.message or (_("Waiting for another import to end") if job.state == "waiting" else _("Beginning"))
    st.progress(min(max(job.share, 0.0), 1.0), text=said)
    st.button(_("Stop"), on_click=_stop, args=(job,), key="import_stop")


def _stop(job: Job) -> None:
    import_case.stop(job)
    kept = import_case.state()
    if kept.pop("loading", None) is None:
        import_case.drop()


def _load() -> None:
    import_case.state()["loading"] = True


def _loading(view: View) -> None:
    kept = import_case.state()
    job = import_case.job("load", import_case.case(view.lang), own=kept["token"], dataset_id=kept["dataset"])
    if not job.ended.wait(_LOOK_S):
        _wait(view.lang, job)
        return
    try:
        loaded = import_case.answer(job, view.lang)
    except MhgisError as error:
        del kept["loading"]
        st.error(plain(own_datasets.told(error, view.lang)))
        st.button(translator(view.lang)("Back"), key="import_again")
        return
    import_case.drop()
    import_case.state()["loaded"] = list(loaded)
    views.keep(own_datasets.seen_from(view, loaded[0]))
    st.rerun()


def _after(view: View, dataset_id: str, number: int) -> None:
    _ = translator(view.lang)
    found = next((one for one in library.datasets() if one.dataset_id == dataset_id), None)
    if found is None:
        import_case.drop()
        st.rerun()
    with st.container(border=True, key="mh_card_loaded"):
        st.subheader(_("It is on the map"), anchor=False)
        said = _("“{title}”, version {n}, is loaded and shown.").format(title=plain(found.title(view.lang)), n=number)
        st.markdown(said)
        own_datasets.ways_on(view, dataset_id, "loaded")
        with st.container(horizontal=True):
            st.button(_("Import another file"), on_click=import_case.drop, key="import_next")
            st.button(
                _("Import a corrected version"), on_click=import_case.aim, args=(dataset_id,), key="import_corrected"
            )
