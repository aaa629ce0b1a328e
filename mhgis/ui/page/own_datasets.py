"""
The imported datasets of this server: what each holds, its versions, and what can be done with them.

Each change is one step of `mhgis.importing.library`; a version is never altered. Holds no figures of its own.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from mhgis import formats
from mhgis.errors import MhgisError, StorageError, UnknownChoiceError
from mhgis.exports import csv_json
from mhgis.formats import plain
from mhgis.i18n import N_, Language, ngettext, translator
from mhgis.importing import library
from mhgis.importing.library import Dataset, Version
from mhgis.indicators import LEVELS, OF_IMPORT, REGISTRY, RESOURCES
from mhgis.queries import imports as queries
from mhgis.queries import tables
from mhgis.ui.page import import_case
from mhgis.ui.part import figure
from mhgis.ui.part import session as views
from mhgis.ui.part.drawer import drawer
from mhgis.view import links
from mhgis.view.view import View
from mhgis.words import sentences
from mhgis.words.sentences import LEVEL_NAMES

#: what became of a figure between two versions
CHANGES: Final[dict[str, str]] = {
    "more": N_("more"),
    "fewer": N_("fewer"),
    "now_known": N_("now known"),
    "no_longer_known": N_("no longer known"),
    "status": N_("other status"),
}

_SAID: Final = "mhgis_own_said"
_ROWS_PX: Final = 420
_ZIP: Final = "application/zip"


def told(error: MhgisError, lang: Language) -> str:
    """Return why something was not done, in the reader's language where the reason is one we know."""
    _ = translator(lang)
    if isinstance(error, StorageError):
        return _("This could not be written, most likely because the disk is full. Nothing was changed; try again.")
    if isinstance(error, UnknownChoiceError):
        return _("This dataset or version is no longer there: someone else has changed it. Load the page anew.")
    return str(error)


def do(action: Callable[[], object], done: str) -> None:
    """Do something to the datasets and remember what to say of it. For callbacks, which run before the page does."""
    try:
        action()
    except MhgisError as error:
        st.session_state[_SAID] = (False, told(error, views.kept().lang))
    else:
        st.session_state[_SAID] = (True, done)


def say() -> None:
    """Draw once what became of the last change."""
    if _SAID in st.session_state:
        went_well, text = st.session_state.pop(_SAID)
        (st.success if went_well else st.error)(plain(text))


def seen_from(view: View, dataset_id: str) -> View:
    """Return the view that shows a dataset best: its finest level, latest year, and the one province it is about."""
    known = queries.known(dataset_id)
    known = known.assign(
        at=[-LEVELS.index(level) for level in known["level"]],
        first=[OF_IMPORT.index(name) if name in OF_IMPORT else len(OF_IMPORT) for name in known["indicator"]],
    ).sort_values(["at", "first"])
    if known.empty:
        return links.settle(replace(view, dataset=dataset_id), tables.offer())
    best = known.iloc[0]
    is_one = best["provinces"] == 1 and best["level"] != "province"
    shown = replace(
        view, dataset=dataset_id, indicator=str(best["indicator"]), level=best["level"], year=int(best["year"]),
        within=str(best["province"]) if is_one else "", area=str(best["province"]) if is_one else "",
        camera=View.camera, chosen=View.chosen, sort=View.sort, versus=View.versus, top=0, benchmark="",
    )  # fmt: skip
    return links.settle(shown, tables.offer())


def ways_on(view: View, dataset_id: str, key: str) -> None:
    """Draw the ways to a dataset that is shown: its map, its gap list, its area, each in that dataset."""
    _, shown = translator(view.lang), seen_from(view, dataset_id)
    query = links.to_query(shown)
    labels = {"map": _("Show on the map"), "gaps": _("Gap list"), "area": _("Area page")}
    with st.container(horizontal=True, key=f"mh_ways_{key}"):
        for page, label in labels.items():
            st.page_link(f"pages/{page}.py", label=label, query_params=query, width="content")


def draw(view: View) -> None:
    """Draw the imported datasets, what is in the wastebasket, and what could not be opened."""
    _, found = translator(view.lang), library.datasets()
    titles = {dataset.dataset_id: dataset.title(view.lang) for dataset in found}
    for torn in library.damaged():
        name = f"{titles[torn.dataset_id]} ({torn.dataset_id})" if torn.dataset_id in titles else torn.dataset_id
        st.error(plain(sentences.mended(name, torn.version, view.lang)))
    st.subheader(_("Own datasets"), anchor=False)
    if not found:
        st.caption(_("None yet. What you import stays on this server, apart from the published figures."))
    for dataset in found:
        with st.container(border=True, key=f"mh_card_own_{dataset.dataset_id}"):
            _card(view, dataset)
    _wastebasket(view)
    _leftovers(view)


def _card(view: View, dataset: Dataset) -> None:
    _, lang = translator(view.lang), view.lang
    versions = library.versions(dataset.dataset_id)
    if dataset.active is None:
        said = _("Laid aside, not shown")
        badge = f":gray-badge[{said}]"
    else:
        said = _("Shown: version {n} of {all}").format(n=dataset.active, all=len(versions))
        badge = f":blue-badge[{said}]"
    st.markdown(f"**{plain(dataset.title(lang))}** {badge}")
    note = dataset.note_zh if lang == "zh" else dataset.note
    if note:
        st.caption(plain(note))
    if dataset.active is not None and dataset.dataset_id in tables.offer().datasets():
        ways_on(view, dataset.dataset_id, dataset.dataset_id)
        seen = seen_from(view, dataset.dataset_id)
        rows = tables.limited(tables.values(seen), seen)
        drawer(figure.about(seen, rows, dataset.title(lang)), lang, links_method=False, seen=seen)
    for version in reversed(versions):
        _version(view, dataset, version)
    with st.container(horizontal=True):
        st.button(
            _("Import a corrected version"), key=f"own_corrected_{dataset.dataset_id}", on_click=import_case.aim,
            args=(dataset.dataset_id,),
        )  # fmt: skip
        _rename(view, dataset)
        if dataset.active is not None:
            label, done = _("Lay aside"), _("“{title}” is laid aside: kept, and shown nowhere.")
            st.button(
                label, key=f"own_aside_{dataset.dataset_id}", on_click=do,
                args=(partial(library.activate, dataset.dataset_id, None), done.format(title=dataset.title(lang))),
            )  # fmt: skip
        _delete(view, dataset)
    if len(versions) > 1:
        compared = st.expander(_("Compare two versions"), key=f"own_compare_{dataset.dataset_id}", on_change="rerun")
        if compared.open:
            with compared:
                _compare(view, dataset)


def in_words(version: Version, lang: Language) -> str:
    """Return what a version holds: its file, day and year, and of how many counties it knows something."""
    _, says = translator(lang), version.manifest
    years = ("、" if lang == "zh" else ", ").join(str(year) for year in says["years"])
    held = says["facilities"] or says["rows"]
    if says["shape"] == "register":
        count = ngettext(lang, "{n} facility", "{n} facilities", held)
    else:
        count = ngettext(lang, "{n} row", "{n} rows", held)
    said = _("Version {n}: {count}, {years}; from {file}, imported on {day}")
    return said.format(
        n=version.number, count=count.format(n=formats.number(held)), years=years, file=says["file"],
        day=says["created_on"],
    )  # fmt: skip


def _version(view: View, dataset: Dataset, version: Version) -> None:
    _, name = translator(view.lang), f"{dataset.dataset_id}_{version.number}"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        said = plain(in_words(version, view.lang))
        st.markdown(f"**{said}**" if version.is_active else f":gray[{said}]", width="content")
        with st.container(horizontal=True, width="content"):
            if not version.is_active:
                is_older = dataset.active is not None and version.number < dataset.active
                label = _("Go back to this version") if is_older else _("Show this version")
                done = _("Version {n} of “{title}” is shown from now on.")
                st.button(
                    label, key=f"own_activate_{name}", on_click=do,
                    args=(
                        partial(library.activate, dataset.dataset_id, version.number),
                        done.format(n=version.number, title=dataset.title(view.lang)),
                    ),
                )  # fmt: skip
            st.download_button(
                _("Export (ZIP)"),
                partial(library.export, dataset.dataset_id, version.number),
                file_name=f"{dataset.dataset_id}-v{version.number}.zip", mime=_ZIP, on_click="ignore",
                key=f"own_export_{name}",
                help=_("The figures as shown, the facilities and what was decided. The original file stays here."),
            )  # fmt: skip


def _rename(view: View, dataset: Dataset) -> None:
    _, lang = translator(view.lang), view.lang
    with (
        st.popover(_("Rename, note"), key=f"own_rename_{dataset.dataset_id}"),
        st.form(f"own_form_{dataset.dataset_id}", border=False),
    ):
        note_now = dataset.note_zh if lang == "zh" else dataset.note
        title = st.text_input(_("Name of the dataset"), dataset.title(lang), max_chars=120)
        note = st.text_area(_("Note: what a user has to know"), note_now, max_chars=1000)
        if st.form_submit_button(_("Save"), type="primary") and title.strip():
            words = {f"title_{lang}": title.strip(), "note_zh" if lang == "zh" else "note": note.strip()}
            do(partial(library.annotate, dataset.dataset_id, **words), _("Saved."))
            st.rerun()


def _delete(view: View, dataset: Dataset) -> None:
    _ = translator(view.lang)
    with st.popover(_("Delete"), key=f"own_delete_{dataset.dataset_id}"):
        st.markdown(_("The dataset with all its versions goes into the wastebasket, from where it can be restored."))
        done = _("“{title}” is in the wastebasket, at the foot of this page.")
        st.button(
            _("Put into the wastebasket"), type="primary", key=f"own_throw_{dataset.dataset_id}", on_click=do,
            args=(partial(library.delete, dataset.dataset_id), done.format(title=dataset.title(view.lang))),
        )  # fmt: skip


def _compare(view: View, dataset: Dataset) -> None:
    _, numbers = translator(view.lang), dataset.versions
    named = _("Version {n}")
    older, newer = st.columns(2)
    a = older.selectbox(
        _("Before"), numbers, index=len(numbers) - 2, format_func=lambda n: named.format(n=n),
        key=f"own_a_{dataset.dataset_id}_{len(numbers)}",
    )  # fmt: skip
    b = newer.selectbox(
        _("After"), numbers, index=len(numbers) - 1, format_func=lambda n: named.format(n=n),
        key=f"own_b_{dataset.dataset_id}_{len(numbers)}",
    )  # fmt: skip
    found = library.compare(dataset.dataset_id, a, b)
    st.markdown(difference_in_words(found, a, b, view.lang))
    if found.empty:
        return
    shown = differences(found, view.lang)
    st.dataframe(
        shown, hide_index=True, height="content" if len(shown) <= 12 else _ROWS_PX,  # noqa: PLR2004 - a screenful
        key=f"own_table_{dataset.dataset_id}", placeholder=formats.NOTHING,
    )  # fmt: skip
    st.download_button(
        _("Download the differences (CSV)"), csv_json.to_csv(shown), mime="text/csv", on_click="ignore",
        file_name=f"{dataset.dataset_id}-v{a}-v{b}.csv", key=f"own_differences_{dataset.dataset_id}",
    )  # fmt: skip


def difference_in_words(found: pd.DataFrame, a: int, b: int, lang: Language) -> str:
    """
    Return in a sentence what differs between two versions.

    Parameters
    ----------
    found
        As of `mhgis.importing.library.compare`.
    a, b
        The versions.
    lang
        Language of the sentence.
    """
    _ = translator(lang)
    if found.empty:
        return _("Versions {a} and {b} have the same figures.").format(a=a, b=b)
    finest = LEVELS[max(LEVELS.index(level) for level in found["level"])]
    rows = found[found["level"].eq(finest)]
    by_resource = {resource: rows[rows["resource"].eq(resource)] for resource in RESOURCES}
    parts = [
        _("{resource}: {changes}").format(resource=_(REGISTRY[resource].name), changes=_tally(of, lang))
        for resource, of in by_resource.items()
        if len(of)
    ]
    said = _("From version {a} to version {b}, {n} at {level} level changed. {parts}")
    n = rows["area_code"].nunique()
    areas = ngettext(lang, "{n} area", "{n} areas", n).format(n=formats.number(n))
    return said.format(a=a, b=b, n=areas, level=_(LEVEL_NAMES[finest]), parts=_("; ").join(parts))


def _tally(rows: pd.DataFrame, lang: Language) -> str:
    _ = translator(lang)
    counts = rows["change"].value_counts()
    return ("、" if lang == "zh" else ", ").join(
        _("{n} {change}").format(n=formats.number(int(counts[change])), change=_(CHANGES[change]))
        for change in CHANGES
        if change in counts
    )


def differences(found: pd.DataFrame, lang: Language) -> pd.DataFrame:
    """Return what differs between two versions as a reader sees it, the finest level first."""
    _ = translator(lang)
    order = found["level"].map(lambda level: -LEVELS.index(level))
    rows = found.assign(at=order).sort_values(["at", "area_code", "year", "resource"], kind="stable")
    return pd.DataFrame(
        {
            _("Area"): rows[f"name_{lang}"],
            _("Level"): [_(LEVEL_NAMES[level]) for level in rows["level"]],
            _("Year"): rows["year"],
            _("What"): [_(REGISTRY[resource].name) for resource in rows["resource"]],
            _("Before"): _values(rows, "a", lang),
            _("After"): _values(rows, "b", lang),
            _("Difference"): rows["difference"].astype("Int64"),
            _("What changed"): [_(CHANGES[change]) for change in rows["change"]],
            _("Code"): rows["area_code"],
        }
    )


def _values(rows: pd.DataFrame, side: str, lang: Language) -> list[str]:
    return [
        formats.status_word(status, lang) if formats.is_missing(value) else formats.number(value)
        for value, status in zip(rows[f"value_{side}"], rows[f"status_{side}"], strict=True)
    ]


def _wastebasket(view: View) -> None:
    _, thrown = translator(view.lang), library.wastebasket()
    if not thrown:
        return
    with st.expander(_("Wastebasket: {n}").format(n=len(thrown)), key="own_basket"):
        for one in thrown:
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                title = one.dataset.title(view.lang)
                st.markdown(plain(title), width="content")
                done = _("“{title}” is back.").format(title=title)
                st.button(
                    _("Restore"), key=f"own_restore_{one.token}", on_click=do,
                    args=(partial(library.restore, one.token), done),
                )  # fmt: skip
        with st.popover(_("Empty the wastebasket"), key="own_empty"):
            st.markdown(_("What is in the wastebasket is then gone for good."))
            st.button(
                _("Remove for good"), type="primary", key="own_empty_now", on_click=do,
                args=(library.empty_wastebasket, _("The wastebasket is empty.")),
            )  # fmt: skip


def _leftovers(view: View) -> None:
    _, found = translator(view.lang), library.leftovers()
    if removed := import_case.tidied():
        said = ngettext(
            view.lang,
            "When this server started, {n} broken-off import was found and removed. Every dataset is whole.",
            "When this server started, {n} broken-off imports were found and removed. Every dataset is whole.",
            len(removed),
        )
        st.caption(said.format(n=formats.number(len(removed))))
    if not found:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        said = _("A broken-off import left {size} MB behind. Nothing of it is shown, and no dataset is harmed.")
        st.caption(said.format(size=formats.number(sum(one.size for one in found) / 2**20, 1)))
        st.button(_("Tidy up"), key="own_clean", on_click=do, args=(library.clean, _("Tidied up.")))
