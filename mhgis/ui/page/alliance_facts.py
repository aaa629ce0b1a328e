"""
The page of alliances, what is known of them: those that exist, the models, forms abroad, policies, a survey.

Every word of it is in the tables of the data pack; a pack without them has no such part. Member counts overlap, so no
number of members is made of several alliances anywhere.
"""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from mhgis import formats, store
from mhgis.exports import csv_json, listing, workbook
from mhgis.exports.listing import Fact, Listing
from mhgis.figures import alliances as pictures
from mhgis.figures import charts
from mhgis.figures.alliances import DATE_KINDS
from mhgis.i18n import N_, Language, translator
from mhgis.planning.alliance_words import BASES, DIMENSIONS, MODEL_NAMES, MODELS, PARTS, VALUES
from mhgis.queries import alliances as told
from mhgis.queries import sources
from mhgis.queries.alliances import Told
from mhgis.ui.page.alliances import ground
from mhgis.ui.part import chart_files, share, shell
from mhgis.view.links import to_link
from mhgis.view.view import View
from mhgis.words.provenance import About

_PX: Final = 340
_WIDTH: Final = len("2000-01")

#: part of a model, its heading
_PARTS: Final[dict[str, str]] = {
    "initiator": N_("Who starts it"),
    "members": N_("Who joins"),
    "scope": N_("What they do together"),
    "pathway": N_("How it is brought about"),
    "difficulty": N_("Known difficulties"),
}
_COMBINATIONS: Final[dict[str, str]] = {
    "virtual": N_("virtual: assets stay apart"),
    "physical": N_("physical: assets are joined"),
    "not_printed": N_("not printed"),
}
_INTEGRATIONS: Final[dict[str, str]] = {
    "vertical": N_("vertical"),
    "horizontal_vertical": N_("horizontal and vertical"),
    "not_printed": N_("not printed"),
}


def is_there() -> bool:
    """Say whether the data pack tells of any alliance."""
    return not told.alliances().empty


def _text(row: Mapping[Any, Any], name: str, lang: Language) -> str:
    found = row[f"{name}_{lang}"]
    return "" if formats.is_missing(found) else str(found)


def _joined(row: Mapping[Any, Any], lang: Language) -> str:
    return formats.paragraph((_text(row, "text", lang), _text(row, "note", lang)), lang)


def _notes(topic: str, lang: Language) -> None:
    rows = told.notes(topic)
    st.caption("  \n".join(_text(row, "text", lang) for row in rows.to_dict("records")))


def _sources(table: Told, lang: Language) -> str:
    _, ids = translator(lang), told.origins_of(table)
    return _("Source: {origins}").format(origins=_("; ").join(one.cite(lang) for one in sources.origins(ids, lang)))


def header(view: View, title: str) -> None:
    """Draw the title of a part that is of the papers, whatever dataset is chosen: its figures are published ones."""
    _ = translator(view.lang)
    said, actions = st.columns([5, 2], vertical_alignment="top")
    with said:
        st.title(title, anchor=False)
        with st.container(key="mh_published"):
            st.markdown(f":blue-badge[{_(shell.PUBLISHED)}]")
    with actions:
        share.actions(view)


def rows(lang: Language) -> pd.DataFrame:
    """
    Return the alliances as a reader sees them, those of mental health first: as printed, and in every dimension.

    Each dimension has a column of its own and beside it one that says whether that is printed of the alliance or
    inferred. In English the words are the print's; in Chinese they are ours, with the print in a column of its own.
    """
    _ = translator(lang)
    found = told.alliances()
    dimensions = told.dimensions().set_index(["alliance_id", "dimension"])
    fields = {"mental": _("mental health"), "general": _("other or all fields")}
    zh = lang == "zh"
    made: dict[str, Any] = {
        _("No."): found["alliance_id"],
        _("Alliance"): found["name_zh" if zh else "name"],
        _("Field"): found["field"].map(fields),
        _("Since, as printed"): found["established_zh" if zh else "established_printed"],
        _("Date of"): found["date_kind"].map({kind: _(name) for kind, name in DATE_KINDS.items()}),
        _("Started by"): found["initiator_zh" if zh else "initiator"],
        _("Members, as printed"): found["members_zh" if zh else "members_printed"],
        _("Reach, as printed"): found["reach_zh" if zh else "provinces_printed"],
    }
    for dimension, name in DIMENSIONS.items():
        of = dimensions.xs(dimension, level="dimension").reindex(found["alliance_id"])
        said = [_(" and ").join(_(VALUES[one]) for one in str(value).split(";")) for value in of["value"]]
        made[_(name)] = said
        made[_("{dimension}: basis").format(dimension=_(name))] = [_(BASES[one]) for one in of["basis"]]
    made[_("Note")] = found["note_zh" if zh else "note"]
    if zh:
        made |= {_("Alliance, in print"): found["name"], _("Members, in print"): found["members_printed"]}
    made[_("Source")] = found["origin_id"].map(
        {one.origin_id: one.brief(lang) for one in sources.origins(found["origin_id"].unique().tolist(), lang)}
    )
    return pd.DataFrame(made)


def _marked(shown: pd.DataFrame, lang: Language) -> pd.DataFrame:
    # on the screen an inferred value carries its mark in the same cell
    _ = translator(lang)
    made = shown.copy()
    for name in DIMENSIONS.values():
        basis = _("{dimension}: basis").format(dimension=_(name))
        inferred = made[basis].eq(_(BASES["inferred"]))
        made[_(name)] = made[_(name)].where(~inferred, made[_(name)] + f" ({_(BASES['inferred'])})")
        made = made.drop(columns=basis)
    return made


def _about(lang: Language, title: str, table: Told) -> About:
    published = store.current()
    return About(
        indicator="alliance", title=title, unit="", dataset="", year=None, level="",
        origins=sources.origins(told.origins_of(table), lang), processing="published", build=published.build,
        built_on=published.built_at[:10],
    )  # fmt: skip


def exist(view: View) -> None:
    """Draw the alliances that are described: map, timeline, table and files."""
    _, lang = translator(view.lang), view.lang
    found = told.alliances()
    names = found.set_index("alliance_id")["name_zh" if lang == "zh" else "name"]
    _notes("alliances", lang)
    left, right = st.columns(2)
    with left:
        _map(view, found, names)
    with right:
        _timeline(view, found)
    shown = rows(lang)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom",
                      key="mh_head_exist"):  # fmt: skip
        st.subheader(_("{n} alliances as printed").format(n=len(shown)), anchor=False, width="content")
        _files(view)
    forms = {_("Alliance"): st.column_config.TextColumn(pinned=True, width="medium")}
    st.dataframe(_marked(shown, lang), hide_index=True, key="alliances_exist", height=460, column_config=forms,
                 placeholder=formats.NOTHING)  # fmt: skip
    st.caption(_sources("alliance", lang))
    survey(view)


def _map(view: View, found: pd.DataFrame, names: pd.Series) -> None:
    _, lang = translator(view.lang), view.lang
    places = told.places().merge(found[["alliance_id", "field"]], on="alliance_id")
    drawn_on = ground(store.fingerprint(), "province", ())
    x, y = pictures.project(places["lon"], places["lat"], drawn_on.conic)
    said = [
        _("{alliance}: {place}").format(alliance=names[one], place=place)
        for one, place in zip(places["alliance_id"], places[f"name_{lang}"], strict=True)
    ]
    marked = places.assign(x=x, y=y, said=said, is_mental=places["field"].eq("mental"))
    title = _("Where alliances are led from")
    notes = [_("Those of one city stand beside each other. Point at a mark for its name.")]
    drawn = pictures.places(drawn_on, marked, _about(lang, title, "alliance"), lang, notes=notes, width_px=_PX)
    st.plotly_chart(drawn, config=charts.CONFIG, theme=None, key="alliances_places", alt=title)
    chart_files.chart_menu("alliances_places", view.lang)


def _timeline(view: View, found: pd.DataFrame) -> None:
    _, lang = translator(view.lang), view.lang
    ends = found["established"].str.split("/")
    name = "name_zh" if lang == "zh" else "name"
    printed = "established_zh" if lang == "zh" else "established_printed"
    said = [
        _("{alliance}: {date} ({kind})").format(alliance=one, date=date, kind=_(DATE_KINDS[kind]))
        for one, date, kind in zip(found[name], found[printed], found["date_kind"], strict=True)
    ]
    drawn = found.assign(name=found[name], start=ends.str[0].map(_day), end=ends.str[-1].map(_day), said=said,
                         is_mental=found["field"].eq("mental"))  # fmt: skip
    title = _("Since when")
    notes = [
        _("Blue: mental health; orange: other or all fields. Circle: established; ring: only proposed; diamond: work "
          "began; square: over a time; cross: the same alliance as another paper dates it. A year alone stands at its "
          "beginning.")
    ]  # fmt: skip
    made = pictures.timeline(drawn, _about(lang, title, "alliance"), lang, notes=notes, width_px=_PX)
    st.plotly_chart(made, config=charts.CONFIG, theme=None, key="alliances_timeline", alt=title)
    chart_files.chart_menu("alliances_timeline", view.lang)


def _day(text: str) -> str:
    # a date as far as printed, as a day to draw it at
    return f"{text}-01-01"[:10] if len(text) < _WIDTH else f"{text}-01"[:10]


def listing_of(view: View, address: str) -> Listing:
    """Return the alliances and all that is said of them as a list to hand on."""
    _, lang, shown = translator(view.lang), view.lang, rows(view.lang)
    published = store.current()
    labels = {key: _(label) for key, label in listing.FACTS.items()}
    years = told.alliances()["established"].str[:4]
    notes = told.notes("alliances").to_dict("records")
    said = {
        "title": _("Medical alliances as printed"), "dataset": _("Medical alliances as printed"),
        "year": f"{years.min()}-{years.max()}", "benchmark": _("None"), "filter": _("none: all alliances"),
        "rows": str(len(shown)), "build": published.build, "date": published.built_at[:10],
        "link": to_link(address, view),
    }  # fmt: skip
    facts = [Fact(key, labels[key], text) for key, text in said.items()]
    facts += [Fact("note", labels["note"], _text(note, "text", lang)) for note in notes]
    licences = sources.works().set_index("origin_id")["licence"]
    ids = told.alliances()["origin_id"].unique().tolist()
    cited = [(one.cite(lang), str(licences[one.origin_id])) for one in sources.origins(ids, lang)]
    return Listing(shown, ("",) * len(shown), tuple(facts), tuple(cited), lang)


def _files(view: View) -> None:
    _, address = translator(view.lang), st.context.url or ""
    made_by = (
        (_("CSV, for any spreadsheet"), "csv", "text/csv",
         lambda: csv_json.to_csv(listing_of(view, address).rows, listing_of(view, address).head())),
        (_("XLSX, for Excel"), "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         lambda: workbook.to_xlsx(listing_of(view, address))),
        (_("JSON, for programs"), "json", "application/json", lambda: csv_json.to_json(listing_of(view, address))),
    )  # fmt: skip
    built = pd.Timestamp(store.current().built_at[:10]).date()
    with st.popover(_("Export"), key="export_alliances_exist"):
        for label, suffix, mime, write in made_by:
            st.download_button(
                label, write, file_name=csv_json.file_name(["alliances-as-printed", view.lang], built, suffix),
                mime=mime, on_click="ignore", key=f"export_exist_{suffix}", width="stretch",
            )  # fmt: skip


def survey(view: View) -> None:
    """Draw what residents answered when they were asked about alliances, with sample, place, year and limits."""
    _, lang = translator(view.lang), view.lang
    found = told.survey()
    if found.empty:
        return
    st.subheader(_("What residents said"), anchor=False)
    questions = list(dict.fromkeys(found["question_id"]))
    columns = st.columns(2)
    for nth, question in enumerate(questions):
        answers = found[found["question_id"].eq(question)]
        table = pd.DataFrame({
            _text(answers.iloc[0].to_dict(), "question", lang): answers[f"answer_{lang}"].to_numpy(),
            _("People"): [formats.number(one) for one in answers["cases"]],
            _("Share as printed"): [f"{one:g} %" for one in answers["percent"]],
        })  # fmt: skip
        columns[nth % 2].table(table.set_index(table.columns[0]))
    _notes("survey", lang)
    st.caption(_sources("alliance_survey", lang))


def models(view: View) -> None:
    """Draw the recommended models, the forms abroad and the policies."""
    _, lang = translator(view.lang), view.lang
    found = told.models()
    _notes("models", lang)
    columns = st.columns(2)
    for nth, model in enumerate(one for one in MODELS if one in set(found["model_id"])):
        with columns[nth % 2].container(border=True):
            of_model = found[found["model_id"].eq(model)]
            st.subheader(_(MODEL_NAMES[model]), anchor=False)
            for part, heading in _PARTS.items():
                items = [_text(row, "text", lang) for row in of_model[of_model["part"].eq(part)].to_dict("records")]
                body = items[0] if len(items) == 1 else "\n".join(f"- {item}" for item in items)
                st.markdown(f"**{_(heading)}**\n\n{body}")
    st.caption(_sources("alliance_model", lang))
    _foreign(view)
    _policies(view)


def _foreign(view: View) -> None:
    _, lang = translator(view.lang), view.lang
    found = told.forms_abroad()
    st.subheader(_("Forms abroad"), anchor=False)
    _notes("foreign", lang)
    table = pd.DataFrame([
        {
            _("Form of alliance"): _text(row, "name", lang), _("By"): _(_COMBINATIONS[combination]),
            _("Direction"): _(_INTEGRATIONS[integration]), _("Named in"): _text(row, "countries", lang),
            _("In short"): _joined(row, lang),
        }
        for row in found.to_dict("records")
        for combination, integration in [(row["combination"], row["integration"])]
    ])  # fmt: skip
    st.table(table.set_index(_("Form of alliance")))
    st.caption(_sources("alliance_foreign", lang))


def _policies(view: View) -> None:
    _, lang = translator(view.lang), view.lang
    found = told.policies()
    st.subheader(_("Policies"), anchor=False)
    table = pd.DataFrame([
        {
            _("Issued"): row["issued"], _("Document"): f"{_text(row, 'title', lang)} ({_text(row, 'number', lang)})",
            _("What it says"): _joined(row, lang),
        }
        for row in found.to_dict("records")
    ])  # fmt: skip
    st.table(table.set_index(_("Issued")))
    _notes("policies", lang)
    st.caption(_sources("alliance_policy", lang))


def texts_of(model: str, lang: Language) -> dict[str, tuple[str, ...]]:
    """Return what the data pack says of a model, by part; empty where it says nothing."""
    found = told.models(model)
    return {
        part: tuple(_text(row, "text", lang) for row in found[found["part"].eq(part)].to_dict("records"))
        for part in PARTS
    }


def source_of_models(lang: Language) -> str:
    """Return where the words on the models come from; empty where there are none."""
    return "" if told.models().empty else _sources("alliance_model", lang)
