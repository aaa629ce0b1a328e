"""
The steps of an import as a reader sees them: what was found, in a sentence, and how to put it right.

Each step shows a part of `mhgis.importing.desk.Shown` and changes the choices of the session, never the file. Holds no
checks and no matching.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd
import streamlit as st
from markupsafe import Markup

from mhgis import formats, indicators, store
from mhgis.formats import plain
from mhgis.i18n import N_, Language, ngettext, translator
from mhgis.importing import faults, library, precedents
from mhgis.importing.desk import COLUMNS_SHOWN, Asked, Shown, labels
from mhgis.importing.plan import WHY
from mhgis.importing.precedents import Precedent
from mhgis.importing.types import FIELDS, Field, Guess, column_letter
from mhgis.indicators import HELD, REGISTRY, RESOURCES
from mhgis.measures import gaps, small_numbers
from mhgis.queries import tables
from mhgis.ui.page import import_case
from mhgis.ui.part import figure
from mhgis.ui.part.drawer import drawer_of_file
from mhgis.view.view import View
from mhgis.words import sentences
from mhgis.words.sentences import Scene

State = Literal["done", "ask", "fault", "later"]

#: what a column can hold, as a reader calls it
FIELD_NAMES: Final[dict[Field, str]] = {
    "facility_id": N_("Facility identifier"),
    "name": N_("Facility name"),
    "kind": N_("Facility type"),
    "sponsor": N_("Sponsor"),
    "grade": N_("Hospital grade"),
    "code": N_("Area code"),
    "province": N_("Province"),
    "prefecture": N_("Prefecture"),
    "county": N_("County"),
    "address": N_("Address"),
    "lon": N_("Longitude"),
    "lat": N_("Latitude"),
    "year": N_("Year"),
    "facilities": N_("Number of facilities"),
    **{resource: REGISTRY[resource].name for resource in HELD},
}

#: why a column is what it is, or is left out
GUESSED: Final[dict[str, str]] = {
    "name": N_("by its name"),
    "values": N_("by its values"),
    "choice": N_("as you said"),
    "rate": N_("left out: a rate or share is no count"),
    "other": N_("left out: another column says the same"),
    "ambiguous": N_("two columns could be this: choose"),
    "running": N_("left out: it numbers the rows"),
    "unknown": N_("not recognised"),
    "blank": N_("empty"),
    "inside": N_("left out: shapes of areas that are named"),
}

#: how a table was put in shape
STEPS: Final[dict[str, str]] = {
    "parts": N_("parts of a column"),
    "panels": N_("panels side by side"),
    "sheets": N_("a sheet for each year or area"),
    "years": N_("years as columns"),
    "long": N_("indicators as rows"),
    "transposed": N_("areas as columns"),
    "points": N_("points in one column"),
}

#: how places were recognised
METHODS: Final[dict[str, str]] = {
    "code": N_("by code"),
    "former_code": N_("by former code"),
    "name": N_("by name"),
    "former_name": N_("by former name"),
    "point": N_("by coordinates"),
    "address": N_("by address"),
    "decision": N_("by your decision"),
}

#: what rows around a table are
AROUND: Final[dict[str, str]] = {
    "title": N_("title"),
    "blank": N_("empty row"),
    "header": N_("header again"),
    "note": N_("note"),
    "part": N_("part of another row"),
    "example": N_("example of the template"),
    "total": N_("total"),
    "filter": N_("not among the rows chosen"),
}

SEVERITIES: Final[dict[str, str]] = {
    "error": N_("Faults to mend"),
    "question": N_("Questions"),
    "warning": N_("Worth a look"),
}
#: headings of a table of findings
FINDING_NAMES: Final[dict[str, str]] = {
    "severity": N_("Kind"),
    "row": N_("Row"),
    "column": N_("Column"),
    "found": N_("Found"),
    "expected": N_("Expected"),
    "todo": N_("What to do"),
    "sheet": N_("Sheet"),
    "file": N_("File"),
}

#: answers of the selectbox of a place
_OPEN: Final = ""
_OUT: Final = "-"
_QUESTIONS_AT_ONCE: Final = 25
_TABLE_PX: Final = 380
_MAP_PX: Final = 460
_ROWS_IN_FULL: Final = 12
_NAMED: Final = 6
_LONGEST: Final = 60
_YEAR: Final = re.compile(r"(?<!\d)(?:19[5-9]\d|20\d\d)(?!\d)")


def heading(number: int, title: str, said: str, state: State) -> None:
    """Draw the head of a step: its number or a mark, its name, and what came out, in a sentence."""
    mark = {"done": "✓", "ask": "?", "fault": "!", "later": "…"}[state]
    form = Markup('<div class="mh-step mh-{}"><i aria-hidden="true">{}</i><h3>{} · {}</h3><p>{}</p></div>')
    st.html(form.format(state, mark, number, title, said))


def listed(names: Sequence[str], lang: Language, most: int = _NAMED) -> str:
    """Return names in a row, the first few of many and how many more there are."""
    _ = translator(lang)
    said = ("、" if lang == "zh" else ", ").join(names[:most])
    return said if len(names) <= most else _("{names} and {n} more").format(names=said, n=len(names) - most)


def counted(form: str, n: int) -> str:
    """Return a counted thing; `form` is the form of the message that fits the number."""
    return form.format(n=formats.number(n))


def rows_in_words(lang: Language, n: int) -> str:
    """Return a number of rows."""
    return counted(ngettext(lang, "{n} row", "{n} rows", n), n)


def _seen(frame: pd.DataFrame, key: str, **more: Any) -> None:  # noqa: ANN401 - of `st.dataframe`
    st.dataframe(
        frame, height="content" if len(frame) <= _ROWS_IN_FULL else _TABLE_PX, key=key, placeholder=formats.NOTHING,
        **more,
    )  # fmt: skip


def precedent(view: View, shown: Shown) -> None:
    """Offer what was decided for an earlier file with the same columns, as long as nothing is decided for this one."""
    _, kept = translator(view.lang), import_case.state()
    if kept["dataset"] or kept["choices"]["columns"] or kept["choices"]["places"]:
        return
    found = precedents.likely(shown.names)
    if found is None:
        return
    title = next(one.title(view.lang) for one in library.datasets() if one.dataset_id == found.dataset_id)
    n = len(found.choices.places)
    said = ngettext(
        view.lang,
        "“{title}” has the same columns. When its version {version} was imported, {n} place was decided.",
        "“{title}” has the same columns. When its version {version} was imported, {n} places were decided.",
        n,
    )
    with st.container(border=True, key="mh_card_precedent"):
        st.markdown(said.format(title=plain(title), version=found.number, n=formats.number(n)))
        with st.container(horizontal=True):
            st.button(
                _("Take over what was decided"), type="primary", key="import_take_over",
                on_click=partial(import_case.choose, **precedents.of_another_year(found).to_json()),
                help=_("Columns, places and the coordinate system. You see each below and can take it back."),
            )  # fmt: skip
            st.button(
                _("This is its next version"), key="import_next_version", on_click=_next_version, args=(found,),
                help=_("Takes over its name, year and notes too; every earlier version stays."),
            )  # fmt: skip


def _next_version(found: Precedent) -> None:
    import_case.choose(**found.choices.to_json())
    import_case.state()["dataset"] = found.dataset_id


def table(view: View, shown: Shown) -> None:
    """Draw where the table was found: the sheet, its header, what stands around it."""
    _, lang = translator(view.lang), view.lang
    first, last = min(shown.header_rows, default=1), max(shown.header_rows, default=1)
    header = _("header in row {row}") if first == last else _("header in rows {first} to {last}")
    around = shown.n_around
    data = shown.tally["rows"] - around
    form = _("Sheet “{sheet}”, {header}, {rows} of data; {around} around it are no part of it.") if around else _(
        "Sheet “{sheet}”, {header}, {rows} of data."
    )  # fmt: skip
    said = form.format(
        sheet=shown.sheet, header=header.format(row=first, first=first, last=last), rows=rows_in_words(lang, data),
        around=rows_in_words(lang, around),
    )  # fmt: skip
    with st.container(border=True, key="mh_card_step_1"):
        heading(1, _("The table in the file"), said, "done")
        _shape_of(view, shown)
        _filters(view, shown)
        with st.expander(_("Look at it, or choose another sheet or header row"), key="import_table"):
            _choose_table(view, shown)
            head = shown.head.rename(columns=column_letter)
            head.index.name = _("Row")
            _seen(head, "import_head")
            if len(shown.left_out):
                st.caption(_("Rows that are no part of the table; none of them is loaded:"))
                around_it = pd.DataFrame(
                    {
                        _("Row"): shown.left_out["row"],
                        _("What it is"): [_(AROUND.get(why, why)) for why in shown.left_out["why"]],
                        _("Text"): shown.left_out["text"],
                    }
                )
                _seen(around_it, "import_around", hide_index=True)


def _shape_of(view: View, shown: Shown) -> None:
    """Tell how the table was put in shape and which sheets are not in it; offer to take it as it stands."""
    _, lang = translator(view.lang), view.lang
    names = [name for name, _why in shown.unread]
    if names:
        st.caption(plain(_("Sheets that were not read: {names}.").format(names=listed(names, lang))))
    is_plain = import_case.state()["choices"].get("shape") == "plain"
    if not shown.steps and not is_plain:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if shown.steps:
            steps = listed([_(STEPS[step]) for step in shown.steps], lang, len(STEPS))
            st.caption(_("Put in shape: {steps}.").format(steps=steps), width="content")
        st.button(
            _("Put it in shape again") if is_plain else _("Read it as it stands"), key="import_shape",
            on_click=partial(import_case.choose, shape="" if is_plain else "plain", columns=[], confirmed=[]),
        )  # fmt: skip


def _filters(view: View, shown: Shown) -> None:
    """Offer the psychiatric rows of a general register, and tell what was chosen with the counts before and after."""
    _, lang = translator(view.lang), view.lang
    chosen = {column for column, *_rest in shown.filtered}
    form = _("{n} of {of} rows: {column} {values}")
    for column, kept, before, after in shown.filtered:
        told = form.format(n=formats.number(after), of=formats.number(before), column=column, values=listed(kept, lang))
        st.caption(plain(told))
    if chosen:
        st.button(_("All rows again"), key="import_all_rows", on_click=partial(_use_filters, []))
    offers = [one for one in shown.offers if one.column not in chosen]
    if offers:
        st.caption(_("Rows that do not belong can be left out; the counts before and after are kept with the dataset."))
    label = _("Only {values} ({n} of {of} rows)")
    for number, one in enumerate(offers):
        values = plain(listed(one.kept, lang))
        st.button(
            label.format(values=values, n=formats.number(one.rows), of=formats.number(one.of)),
            key=f"import_only_{number}",
            on_click=partial(
                _use_filters, [*import_case.state()["choices"].get("filters", []), [one.column, list(one.kept)]]
            ),
        )


def _use_filters(filters: list[list[Any]]) -> None:
    import_case.choose(filters=filters, confirmed=[])


def _choose_table(view: View, shown: Shown) -> None:
    _ = translator(view.lang)
    left, right = st.columns(2)
    names = [name for name, *_rest in shown.sheets]
    sizes = {name: _("{name} ({rows} × {columns})") for name in names}
    facts = {name: (rows, columns) for name, rows, columns, _hidden in shown.sheets}
    st.session_state["import_sheet"] = shown.sheet
    left.selectbox(
        _("Sheet"), names, key="import_sheet", on_change=_other_sheet, args=(shown.sheet,),
        format_func=lambda name: sizes[name].format(
            name=name, rows=formats.number(facts[name][0]), columns=facts[name][1]
        ),
    )  # fmt: skip
    st.session_state["import_header"] = min(shown.header_rows, default=1)
    right.number_input(
        _("First row of the header"), min_value=1, step=1, key="import_header", on_change=_other_header,
        args=(min(shown.header_rows, default=1),),
        help=_("As the rows are numbered in Excel."),
    )  # fmt: skip


def _other_sheet(now: str) -> None:
    # a list that was away and is back may say that it was changed
    chosen = st.session_state["import_sheet"]
    if chosen != now:
        import_case.choose(sheet=chosen, header_row=None, columns=[], places=[], confirmed=[])


def _other_header(now: int) -> None:
    chosen = int(st.session_state["import_header"])
    if chosen != now:
        import_case.choose(header_row=chosen, columns=[], confirmed=[])


def columns(view: View, shown: Shown) -> None:
    """Draw what each column holds, each with its guess, why, and a list to choose from."""
    _, lang = translator(view.lang), view.lang
    known = [_(FIELD_NAMES[guess.field]) for guess in shown.guesses if guess.field]
    open_ = [guess for guess in shown.guesses if guess.field is None and guess.why in {"unknown", "ambiguous"}]
    said = [
        _("Recognised: {names}.").format(names=listed(known, lang, len(FIELDS))) if known else _("None recognised.")
    ]
    if open_:
        unknown = listed([f"“{_name(guess)}”" for guess in open_], lang)
        said.append(_("Not recognised, and so left out: {names}.").format(names=unknown))
    shape = _("It is read as a register, one row a facility.") if shown.shape == "register" else _(
        "It is read as counts, one row an area."
    )  # fmt: skip
    is_new = bool(open_) and not import_case.state()["choices"]["columns"]
    with st.container(border=True, key="mh_card_step_2"):
        told = formats.paragraph((*said, shape), lang)
        heading(2, _("What the columns hold"), told, "ask" if is_new or not known else "done")
        with (
            st.expander(_("Look at the columns, or correct them"), expanded=is_new or not known, key="import_columns"),
            st.form("import_columns_form", border=False),
        ):
            options = ["", *FIELDS]
            for guess in shown.guesses[:COLUMNS_SHOWN]:
                _column(view, shown, guess, options)
            if len(shown.guesses) > COLUMNS_SHOWN:
                more = len(shown.guesses) - COLUMNS_SHOWN
                st.caption(_("{n} more columns are not listed here.").format(n=formats.number(more)))
            st.form_submit_button(_("Use these columns"), type="primary", on_click=partial(_use_columns, shown))


def _name(guess: Guess) -> str:
    return guess.name or column_letter(guess.position)


def _column(view: View, shown: Shown, guess: Guess, options: list[str]) -> None:
    _ = translator(view.lang)
    what, which = st.columns([3, 2], vertical_alignment="center")
    letter = column_letter(guess.position)
    examples = shown.examples.get(guess.position, "")
    factor = " · " + _("times {n}").format(n=formats.number(guess.factor)) if guess.factor > 1 else ""
    what.markdown(
        f"**{plain(_name(guess))}** :gray[{letter} · {_(GUESSED[guess.why])}{factor}]  \n:gray[{plain(examples)}]"
    )
    which.selectbox(
        _("What “{column}” holds").format(column=_name(guess)), options, index=options.index(guess.field or ""),
        format_func=lambda name: _(FIELD_NAMES[name]) if name else _("– leave out –"), label_visibility="collapsed",
        key=_column_key(shown, guess),
    )  # fmt: skip


def _column_key(shown: Shown, guess: Guess) -> str:
    # the guess is part of it, so that the list stands where the guess does
    return f"import_column_{shown.sheet}_{min(shown.header_rows, default=1)}_{guess.position}_{guess.field}"


def _use_columns(shown: Shown) -> None:
    chosen = {guess.position: st.session_state[_column_key(shown, guess)] for guess in shown.guesses[:COLUMNS_SHOWN]}
    before = dict(import_case.state()["choices"]["columns"])
    changed = {
        guess.position: chosen[guess.position] or None
        for guess in shown.guesses[:COLUMNS_SHOWN]
        if (chosen[guess.position] or None) != guess.field
    }
    taken = set(changed.values()) - {None}
    # a field goes to the column it was just given to
    freed = {guess.position: None for guess in shown.guesses if guess.field in taken and guess.position not in changed}
    merged = {**before, **freed, **changed}
    # saying that all is right is a choice, too
    merged |= {
        guess.position: None for guess in shown.guesses if guess.why == "ambiguous" and guess.position not in merged
    }
    if not merged and shown.guesses:
        merged = {shown.guesses[0].position: shown.guesses[0].field}
    import_case.choose(columns=[[at, field] for at, field in sorted(merged.items())])


def places(view: View, shown: Shown) -> None:
    """Draw how places were recognised, and ask about those that could not be, each text once."""
    _, lang = translator(view.lang), view.lang
    matched, asked = sum(shown.methods.values()), [one for one in shown.questions if one.kind == "place"]
    of = shown.tally["rows"] - shown.n_around
    how = [f"{formats.number(n)} {_(METHODS[method])}" for method, n in shown.methods.items() if method in METHODS]
    said = _("{n} of {of} have their place").format(n=formats.number(matched), of=rows_in_words(lang, of))
    said += _(" ({how})").format(how=listed(how, lang, len(METHODS))) if how else ""
    n = shown.n_questions
    asks = ngettext(lang, "{n} place is asked about.", "{n} places are asked about.", n)
    said += _("; ") + counted(asks, n) if n else _(".")
    with st.container(border=True, key="mh_card_step_3"):
        system = next((one for one in shown.questions if one.kind == "system"), None)
        heading(3, _("Where the rows are"), said, "ask" if shown.questions or shown.alike else "done")
        if system or import_case.state()["choices"]["system"]:
            _system(view, shown, system)
        if asked:
            _ask(view, shown, asked)
        if shown.alike:
            _alike(view, shown)
        _answers(view)


def _system(view: View, shown: Shown, asked: Asked | None) -> None:
    _ = translator(view.lang)
    chosen = import_case.state()["choices"]["system"]
    names = {
        "WGS-84": _("WGS-84: GPS, survey offices"),
        "GCJ-02": _("GCJ-02: web maps"),
        "BD-09": _("BD-09: Baidu Maps"),
    }
    options = [code for _level, code, _name_ in asked.candidates] if asked else list(names)
    likely = asked.text if asked and asked.text in options else ""
    if asked and likely:
        st.markdown(_("Compared with the places the rows name, the points are most likely in **{system}**.").format(
            system=likely
        ))  # fmt: skip
    elif asked:
        st.markdown(_("Which coordinate system are the points in? The wrong one moves them by up to 600 metres."))
    compared = _("{system}: {agree} of {n} points lie in the area that their row names")
    for system, agree, n in shown.evidence:
        said = compared.format(system=system, agree=formats.number(agree), n=formats.number(n))
        st.markdown(f"- {plain(said)}")
    st.radio(
        _("Coordinate system of the points"), options, index=options.index(chosen) if chosen in options else None,
        format_func=lambda name: names.get(name, name), key=f"import_system_{chosen}", on_change=_choose_system,
        args=(f"import_system_{chosen}",),
    )  # fmt: skip


def _choose_system(key: str) -> None:
    import_case.choose(system=st.session_state[key] or "")


def _ask(view: View, shown: Shown, asked: Sequence[Asked]) -> None:
    _ = translator(view.lang)
    now = asked[:_QUESTIONS_AT_ONCE]
    names = labels(store.areas(), view.lang)
    finest = "county" if shown.shape == "register" else ""
    everywhere = [f"{level}/{code}" for level, code in names if not finest or level == finest]
    with st.form("import_places_form", border=False):
        st.markdown(_("Choose the place for each text; one answer is for all rows that say the same."))
        for one in now:
            _question(view, one, names, everywhere)
        if len(asked) > len(now):
            st.caption(_("These are the first {n}; the others come next.").format(n=len(now)))
        st.form_submit_button(_("Use these places"), type="primary", on_click=partial(_use_places, now))


def _question(view: View, one: Asked, names: Mapping[tuple[str, str], str], everywhere: list[str]) -> None:
    _ = translator(view.lang)
    what, which = st.columns([2, 3], vertical_alignment="center")
    rows = rows_in_words(view.lang, one.n)
    where = _("{rows}, from row {row}").format(rows=rows, row=one.first_row)
    why = _(WHY.get(one.why, WHY["unknown"]))
    what.markdown(f"**{plain(one.text) or '–'}**  \n:gray[{plain(why)} · {where}]")
    candidates = [f"{level}/{code}" for level, code, _name_ in one.candidates]
    # where nothing is near, every place is offered, those of the prefecture that the row names first; typing finds it
    more = everywhere if one.why == "unknown" or not candidates else []
    options = [_OPEN, *dict.fromkeys([*candidates, *more]), _OUT]
    words = {_OPEN: _("Choose …"), _OUT: _("Leave these rows out")}

    def named(option: str) -> str:
        level, _slash, code = option.partition("/")
        return words[option] if option in words else f"{names.get((level, code), code)} ({code})"

    which.selectbox(
        _("Place for “{text}”").format(text=one.text), options, format_func=named, key=f"import_place_{one.key}",
        label_visibility="collapsed",
    )  # fmt: skip


def _use_places(asked: Sequence[Asked]) -> None:
    kept = {key: [key, level, code] for key, level, code in import_case.state()["choices"]["places"]}
    for one in asked:
        chosen = st.session_state[f"import_place_{one.key}"]
        if chosen != _OPEN:
            level, _slash, code = chosen.partition("/")
            kept[one.key] = [one.key, "", ""] if chosen == _OUT else [one.key, level, code]
    import_case.choose(places=list(kept.values()))


def _alike(view: View, shown: Shown) -> None:
    _, names = translator(view.lang), labels(store.areas(), view.lang)
    joint = "、" if view.lang == "zh" else ", "
    pairs = dict.fromkeys(
        tuple(joint.join(names.get(("county", one), one) for one in codes.split()) for codes in (code, others))
        for _key, _text, code, others in shown.alike
    )
    said = ngettext(
        view.lang,
        "{n} county differs in one character from another that the file does not name. Is it right as written?",
        "{n} counties differ in one character from others that the file does not name. Are they right as written?",
        len(pairs),
    )
    st.markdown(counted(said, len(pairs)))
    form = _("{name}, not {other}?")
    shown_pairs = [form.format(name=plain(name), other=plain(other)) for name, other in pairs]
    st.markdown("\n".join(f"- {one}" for one in shown_pairs[:_QUESTIONS_AT_ONCE]))
    if len(shown_pairs) > _QUESTIONS_AT_ONCE:
        st.caption(_("{names} and {n} more").format(names="…", n=len(shown_pairs) - _QUESTIONS_AT_ONCE))
    st.button(
        _("They are right as written"), type="primary", key="import_alike", on_click=_right_as_written, args=(shown,),
        help=_("Otherwise mend the names in the file and upload it again."),
    )  # fmt: skip


def _right_as_written(shown: Shown) -> None:
    kept = {key: [key, level, code] for key, level, code in import_case.state()["choices"]["places"]}
    kept |= {key: [key, "county", code] for key, _text, code, _other in shown.alike}
    import_case.choose(places=list(kept.values()))


def _answers(view: View) -> None:
    _, given = translator(view.lang), import_case.state()["choices"]["places"]
    if not given:
        return
    names = labels(store.areas(), view.lang)
    with st.expander(_("Places you decided: {n}").format(n=len(given)), key="import_decided"):
        for at, (key, level, code) in enumerate(given):
            with st.container(horizontal=True, vertical_alignment="center"):
                text = _("; ").join(part for part in key.split("|") if part) or key
                place = names.get((level, code), code) if code else _("left out")
                st.markdown(f"{plain(text)} → **{plain(place)}**", width="content")
                st.button(_("Take back"), key=f"import_undo_{at}", on_click=_take_back, args=(key,), type="tertiary")


def _take_back(key: str) -> None:
    kept = [one for one in import_case.state()["choices"]["places"] if one[0] != key]
    import_case.choose(places=kept)


def facts(view: View, shown: Shown) -> None:
    """Draw what the file cannot say of itself: year, name, whose figures, whether it is complete, what is withheld."""
    _, choices = translator(view.lang), import_case.state()["choices"]
    has_year = any(guess.field == "year" for guess in shown.guesses)
    title = choices[f"title_{view.lang}"] or choices["title_zh"] or choices["title_en"]
    years = [str(year) for year in shown.years]
    said = _("“{title}”, {years}").format(title=title, years=listed(years, view.lang)) if title and years else (
        _("Give the data a name, and say for which year they are.")
    )  # fmt: skip
    with st.container(border=True, key="mh_card_step_4"):
        heading(4, _("About the data"), said, "done" if title and years else "ask")
        with (
            st.expander(_("Fill in or change"), expanded=not (title and years), key="import_facts"),
            st.form("import_facts_form", border=False),
        ):
            _facts_form(view, shown, has_year=has_year)


def _facts_form(view: View, shown: Shown, *, has_year: bool) -> None:
    _, choices, lang = translator(view.lang), import_case.state()["choices"], view.lang
    left, right = st.columns([3, 2])
    left.text_input(
        _("Name of the dataset"),
        choices[f"title_{lang}"] or _suggested(shown),
        max_chars=120,
        key=f"import_title_{lang}",
    )
    right.text_input(
        _("Whose figures these are"), choices["publisher"], max_chars=120, key="import_publisher",
        placeholder=_("Office or survey"),
    )  # fmt: skip
    if not has_year:
        found = [int(one) for text in [*shown.left_out["text"], shown.file] for one in _YEAR.findall(str(text))]
        left.number_input(
            _("Year of the figures"), min_value=1949, max_value=int(import_case.today()[:4]),
            value=choices["year"] or (found[0] if found else None), step=1, key="import_year",
            help=_("The file has no column with years."),
        )  # fmt: skip
    right.number_input(
        _("Withhold counts from 1 to below"), min_value=0, max_value=100, value=choices["threshold"], step=1,
        key="import_threshold",
        help=_("Small counts can point at persons. They become “suppressed” on every page; 0 withholds nothing."),
    )  # fmt: skip
    names = labels(store.areas(), lang)
    stated = [f"{level}/{code}" for level, code in choices["complete"]]
    options = list(dict.fromkeys([*(f"{level}/{code}" for level, code in shown.provinces), *stated]))
    st.multiselect(
        _("The file is complete for: whatever it does not name there has none"), options, default=stated,
        format_func=lambda one: names.get(tuple(one.split("/")), one), key="import_complete",
        placeholder=_("Not stated: areas that are not in the file are “not reported”, not zero"),
    )  # fmt: skip
    note = choices["note_zh" if lang == "zh" else "note"]
    st.text_area(_("Note: what a user has to know"), note, max_chars=1000, key=f"import_note_{lang}", height=80)
    st.form_submit_button(_("Use this"), type="primary", on_click=partial(_use_facts, lang, has_year=has_year))


def _suggested(shown: Shown) -> str:
    title = shown.left_out.loc[shown.left_out["why"].eq("title"), "text"]
    return str(title.iloc[0])[:120] if len(title) else shown.file.rpartition(".")[0] or shown.file


def _use_facts(lang: Language, *, has_year: bool) -> None:
    said = st.session_state
    complete = [list(one.split("/")) for one in said["import_complete"]]
    year = None if has_year else said["import_year"]
    words = {f"title_{lang}": said[f"import_title_{lang}"].strip(), "publisher": said["import_publisher"].strip()}
    words["note_zh" if lang == "zh" else "note"] = said[f"import_note_{lang}"].strip()
    import_case.choose(
        **words, year=None if year is None else int(year), threshold=int(said["import_threshold"]), complete=complete
    )


def checks(view: View, shown: Shown) -> None:
    """Draw every finding as a row, what can be confirmed, and the files that carry the findings."""
    _, lang, found = translator(view.lang), view.lang, shown.severities
    parts = [
        counted(ngettext(lang, "{n} fault", "{n} faults", found["error"]), found["error"])
        if found.get("error")
        else "",
        counted(ngettext(lang, "{n} question", "{n} questions", found["question"]), found["question"])
        if found.get("question")
        else "",
        counted(ngettext(lang, "{n} note worth a look", "{n} notes worth a look", found["warning"]), found["warning"])
        if found.get("warning")
        else "",
    ]
    said = listed([part for part in parts if part], lang) + _(".") if any(parts) else _("Nothing is wrong.")
    state: State = "fault" if found.get("error") else "ask" if found.get("question") else "done"
    with st.container(border=True, key="mh_card_step_5"):
        heading(5, _("The figures, checked"), said, state)
        if not any(parts):
            return
        _confirm(view, shown)
        with st.expander(_("Every finding, by row and column"), expanded=state != "done", key="import_findings"):
            _findings(view, shown)
        _finding_files(view)


def _findings(view: View, shown: Shown) -> None:
    _ = translator(view.lang)
    have = [name for name in SEVERITIES if shown.severities.get(name)]
    chosen = st.segmented_control(
        _("Show"), have, format_func=lambda name: f"{_(SEVERITIES[name])} {formats.number(shown.severities[name])}",
        selection_mode="multi", key="import_severity", label_visibility="collapsed",
    )  # fmt: skip
    rows = shown.findings[shown.findings["severity"].isin(chosen or have)]
    words = rows.assign(severity=[_(faults.SEVERITIES[name]) for name in rows["severity"]])
    kept = [name for name in FINDING_NAMES if words[name].notna().any()]
    _seen(words[kept].rename(columns={name: _(FINDING_NAMES[name]) for name in kept}), "import_found", hide_index=True)
    total = sum(shown.severities.values())
    if total > len(shown.findings):
        said = _("The first {n} of {total}; the files below have all.")
        st.caption(said.format(n=formats.number(len(shown.findings)), total=formats.number(total)))


def _confirm(view: View, shown: Shown) -> None:
    _, choices = translator(view.lang), import_case.state()["choices"]
    for one in shown.confirmable:
        key = f"import_confirm_{one.code}"
        st.session_state[key] = one.is_confirmed
        form = ngettext(
            view.lang,
            "{n} finding is right as it stands: “{found}”.",
            "{n} findings are right as they stand, such as “{found}”.",
            one.n,
        )
        said = form.format(n=formats.number(one.n), found=plain(one.found[:_LONGEST]))
        st.checkbox(f"{said} :gray[{plain(one.todo)}]", key=key, on_change=_confirmed, args=(one.code,))
    if shown.severities.get("error") or shown.severities.get("question") or choices["without_faulty"]:
        st.session_state["import_without"] = choices["without_faulty"]
        st.checkbox(
            _("Load what is right and leave the rest: a cell that cannot be read is “not reported”"),
            key="import_without", on_change=_without,
        )  # fmt: skip


def _confirmed(code: str) -> None:
    kept = set(import_case.state()["choices"]["confirmed"]) - {code}
    import_case.choose(confirmed=sorted(kept | ({code} if st.session_state[f"import_confirm_{code}"] else set())))


def _without() -> None:
    import_case.choose(without_faulty=bool(st.session_state["import_without"]))


def _finding_files(view: View) -> None:
    _, case = translator(view.lang), import_case.case(view.lang)
    stem = case.name.rpartition(".")[0] or case.name
    checked, findings = _("checked"), _("findings")
    files: list[tuple[str, str, str, str]] = [
        (_("The file with its faults marked (XLSX)"), "marked", f"{stem}-{checked}.xlsx", _XLSX),
        (_("List of findings (CSV)"), "listed", f"{stem}-{findings}.csv", "text/csv"),
    ]
    with st.container(horizontal=True):
        for label, function, name, mime in files:
            st.download_button(
                label, partial(import_case.made, function, case), file_name=name, mime=mime, on_click="ignore",
                key=f"import_{function}",
            )  # fmt: skip
    st.caption(_("Mend the marked file in Excel and upload it again: the added column is passed over."))


_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def preview(view: View, shown: Shown) -> None:
    """Draw what will be loaded and what not, the map as it will look, and the sums beside the published ones."""
    _, lang, tally = translator(view.lang), view.lang, shown.tally
    said = _("{loaded} of {rows} will be loaded, for {areas}.").format(
        loaded=formats.number(tally["loaded"]), rows=rows_in_words(lang, tally["rows"]),
        areas=counted(ngettext(lang, "{n} area", "{n} areas", shown.n_areas), shown.n_areas),
    )  # fmt: skip
    with st.container(border=True, key="mh_card_step_6"):
        heading(6, _("What will be loaded"), said, "done" if shown.ready else "later")
        _sums(view, shown)
        if shown.n_missing:
            _missing(view, shown)
        if shown.mapped is not None:
            _map(view, shown)
        _totals(view, shown)


def _sums(view: View, shown: Shown) -> None:
    _, tally = translator(view.lang), shown.tally
    lines = [(_("Rows that are loaded"), formats.number(tally["loaded"]))]
    names = {
        "question": _("Rows that wait for an answer"),
        "faulty": _("Rows that wait for their year: see step 4") if _waits_for_year(shown) else _("Rows with a fault"),
        "left_out": _("Rows left out: titles, totals, notes, and those you left out"),
    }
    lines += [(name, formats.number(tally[fate])) for fate, name in names.items() if tally[fate]]
    lines += [
        (
            _("{resource}, sum of what is known").format(resource=_(REGISTRY[name].name)),
            formats.number(shown.sums[name]),
        )
        for name in RESOURCES
        if name in shown.sums
    ]
    cells = Markup().join(Markup("<tr><th>{}</th><td>{}</td></tr>").format(a, b) for a, b in lines)
    st.html(Markup('<table class="mh-facts">{}</table>').format(cells))


def _waits_for_year(shown: Shown) -> bool:
    found = shown.findings
    return bool((found["code"].eq("year_missing") & found["row"].isna()).any())


def _missing(view: View, shown: Shown) -> None:
    _ = translator(view.lang)
    names = labels(store.areas(), view.lang)
    stated = bool(import_case.state()["choices"]["complete"])
    said = counted(ngettext(view.lang, "{n} county of these provinces is not in the file",
        "{n} counties of these provinces are not in the file",
        shown.n_missing), shown.n_missing)  # fmt: skip
    meant = (
        _("not reported, or zero where you said that the file is complete") if stated else _("not reported, not zero")
    )
    with st.expander(_("{said}: {meant}").format(said=said, meant=meant), key="import_missing"):
        places = zip(shown.missing["level"], shown.missing["area_code"], strict=True)
        st.markdown(plain(("；" if view.lang == "zh" else "; ").join(names.get(place, place[1]) for place in places)))


def _map(view: View, shown: Shown) -> None:
    _, mapped = translator(view.lang), shown.mapped
    if mapped is None:
        return
    indicator = indicators.get(mapped.indicator)
    seen = View(
        dataset=view.dataset, level=mapped.level, indicator=mapped.indicator, year=mapped.year, within=mapped.within,  # type: ignore[arg-type]
        benchmark=tables.offer().benchmarks.get(mapped.indicator, ("",))[0], lang=view.lang,
    )  # fmt: skip
    benchmark = figure.benchmark_of(seen)
    ranked = gaps.rank(_named(mapped.rows, mapped.level), indicator, benchmark)
    rows = small_numbers.judge(ranked, indicator, benchmark, hidden=False)
    inside = tables.limited(rows, seen)
    scope = labels(store.areas(), view.lang).get(("province", mapped.within), "") if mapped.within else ""
    scene = Scene(view.lang, indicator, seen.level, seen.year, False, scope, benchmark, imported=True)  # noqa: FBT003
    sentence = sentences.headline(scene, inside, gaps.tally(inside), f"name_{view.lang}")
    meant = _("as the map will show it")
    st.markdown(f"**{plain(_(indicator.name))} · {mapped.year}** :gray[{meant}]")
    # a preview: a click on it moves no view
    figure.map_of(seen, rows, sentence, _MAP_PX, key="import_map")
    st.caption(plain(sentence))
    drawer_of_file(sentence, _file_facts(shown, view), view.lang)


def _file_facts(shown: Shown, view: View) -> list[tuple[str, str]]:
    _, kept = translator(view.lang), import_case.state()
    return [
        (_("File"), shown.file), (_("Checksum (SHA-256)"), Path(kept["path"]).name),
        (_("Size"), _("size {n} kB").format(n=formats.number(max(1, kept["size"] / 2**10)))),
        (_("Sheet"), shown.sheet or _("the first table of the file")),
        (_("Rows"), formats.number(shown.tally.get("rows", 0))),
    ]  # fmt: skip


def _named(rows: pd.DataFrame, level: str) -> pd.DataFrame:
    # as `mhgis.store.indicator_values` has them
    areas = store.areas()
    own = areas[areas["level"].eq(level)]
    columns = ["area_code", "name_zh", "name_en", "parent_code", "parent_level", "province_code", "region", "area_type"]
    above = areas[["level", "area_code", "name_zh", "name_en"]]
    named = own[columns].merge(
        above.rename(
            columns={
                "level": "parent_level",
                "area_code": "parent_code",
                "name_zh": "parent_zh",
                "name_en": "parent_en",
            }
        ),
        on=["parent_level", "parent_code"],
        how="left",
    )
    provinces = above[above["level"].eq("province")].drop(columns="level")
    named = named.merge(
        provinces.rename(columns={"area_code": "province_code", "name_zh": "province_zh", "name_en": "province_en"}),
        on="province_code",
        how="left",
    )
    kept = ["area_code", "value", "lower", "upper", "status", "people", "origin_id"]
    found = named.merge(rows[kept], on="area_code", how="inner", validate="one_to_one").astype({"people": "Int64"})
    return found.sort_values("area_code", ignore_index=True)


def _totals(view: View, shown: Shown) -> None:
    _, lang = translator(view.lang), view.lang
    if shown.totals.empty:
        return
    names = labels(store.areas(), lang)
    rows = shown.totals
    provinces = rows["level"].eq("province")
    if len(set(rows.loc[provinces, "area_code"])) == 1:
        # a part is no match for the whole
        rows = rows[provinces]
    held = pd.DataFrame(
        {
            _("Area"): [
                names.get((level, code), code) for level, code in zip(rows["level"], rows["area_code"], strict=True)
            ],
            _("Year"): rows["year"],
            _("What"): [_(REGISTRY[resource].name) for resource in rows["resource"]],
            _("In the file"): rows["value"].astype("Float64"),
            _("Published"): rows["published"].astype("Float64"),
            _("Published for"): rows["published_year"].astype("Int64"),
            _("File ÷ published"): rows["ratio"].astype("Float64").round(2),
            _("People"): rows["people"].astype("Int64"),
            _("Census year"): rows["people_year"].astype("Int64"),
        }
    )
    with st.expander(_("Beside published totals and the census"), key="import_totals"):
        st.caption(
            _("The file need not agree with them: years and definitions differ. A tenth or ten times is a sign.")
        )
        plain_numbers = {_(name): st.column_config.NumberColumn(format="%d") for name in _YEARS}
        counted = {_(name): st.column_config.NumberColumn(format="localized") for name in _COUNTED}
        kept = [name for name in held.columns if held[name].notna().any()]
        _seen(held[kept], "import_total_rows", hide_index=True, column_config={**plain_numbers, **counted})


_YEARS: Final = (N_("Year"), N_("Published for"), N_("Census year"))
_COUNTED: Final = (N_("In the file"), N_("Published"), N_("People"))


def confirm(view: View, shown: Shown, load: Callable[[], None]) -> None:
    """Draw the last step: the button that loads, or the sentence why it is not there yet."""
    _ = translator(view.lang)
    said = _("Everything is checked. Nothing has been changed so far.") if shown.ready else shown.why_not
    if _waits_for_year(shown):
        said = _("First say in step 4 for which year the figures are.")
    elif shown.why_not and shown.severities.keys() & {"error", "question"}:
        said = formats.paragraph((said, _("See the steps that are marked with ? or !.")), view.lang)
    with st.container(border=True, key="mh_card_step_7"):
        heading(7, _("Load"), said, "done" if shown.ready else "later")
        _target(view)
        if shown.ready:
            st.button(_("Load and show on the map"), type="primary", key="import_load", on_click=load)


def _target(view: View) -> None:
    _, found = translator(view.lang), {one.dataset_id: one for one in library.datasets()}
    if not found:
        return
    kept = import_case.state()
    st.session_state["import_target"] = kept["dataset"] if kept["dataset"] in found else ""
    new, version = _("A new dataset"), _("A new version of “{title}”")
    st.selectbox(
        _("Load as"), ["", *found], key="import_target", on_change=_aim,
        format_func=lambda one: version.format(title=found[one].title(view.lang)) if one else new,
    )  # fmt: skip

    titles = {one.title(view.lang) for one in found.values()}
    if not kept["dataset"] and {kept["choices"]["title_zh"], kept["choices"]["title_en"]} & (titles - {""}):
        st.caption(
            _("There is a dataset of this name already. If this is a newer file of it, load it as a new version.")
        )


def _aim() -> None:
    import_case.state()["dataset"] = st.session_state["import_target"]
