"""An imported dataset, made up, wherever figures go: it agrees with its own rows and never passes for published."""

import csv
import io
import json
import re
import zipfile

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from mhgis import indicators, paths, store
from mhgis.figures import classify
from mhgis.importing import library
from mhgis.measures import gaps, rates
from mhgis.ui.page import present
from mhgis.ui.part import figure, list_files
from mhgis.view import saved_views
from mhgis.view.view import View
from tests.data import made_import
from tests.data.made_import import PROVINCE, draft
from tests.markdown import read

pytestmark = pytest.mark.slow

#: words that must not be said of imported figures
FALSE_WORDS = {
    "en": re.compile(r"published|model", re.IGNORECASE),
    "zh": re.compile("公布|模型"),
}
#: what says that figures are imported
MARKS = {"en": "mported", "zh": "导入"}
#: sentences about other datasets that stand on every page
ELSEWHERE = {
    "en": ["Published figures of China", "Modelled allocation to counties, 2015"],
    "zh": ["全国已公布数据", "2015年县级模型估计"],
}


@pytest.fixture(scope="module")
def imported(tmp_path_factory, published):
    """The id of the dataset, in a data folder of its own with the published file in it."""
    with made_import.own_data(tmp_path_factory.mktemp("imported"), published):
        yield library.save(draft(threshold=3)).dataset_id


def rows_of(dataset_id, indicator="beds_per_100k", level="county"):
    return store.indicator_values(dataset_id, level, 2023, indicator, None if level != "county" else PROVINCE)


def page(name, dataset_id, lang="en", **query):
    app = AppTest.from_file(paths.ROOT / "app.py", default_timeout=120)
    asked = {
        "data": dataset_id,
        "level": "county",
        "in": PROVINCE,
        "ind": "beds_per_100k",
        "year": "2023",
        "lang": lang,
    }
    for key, value in (asked | query).items():
        app.query_params[key] = value
    app.run()
    if name != "overview":
        app.switch_page(f"pages/{name}.py").run()
    assert [error.message for error in app.exception] == []
    return app


def leaves(block):
    for child in block.children.values():
        if getattr(child, "children", None):
            yield from leaves(child)
        else:
            yield child


def said(app, lang):
    """All text of the main part of a page; what is said of other datasets by name is left out."""
    lines = [str(getattr(one, "value", "")) for one in leaves(app.main) if isinstance(getattr(one, "value", ""), str)]
    return without_others(read("\n".join(lines)), lang)


def test_the_made_up_dataset_has_every_status(imported):
    found = set(rows_of(imported, "facilities")["status"]) | set(rows_of(imported, "beds")["status"])
    assert found == {"reported", "zero", "suppressed", "not_reported"}


def test_the_map_puts_each_status_apart(imported):
    rows = rows_of(imported)
    classes = classify.classify(rows, "quantile", decimals=1)
    kinds = [classes.legend[at].kind for at in classes.index]
    for kind, status in zip(kinds, rows["status"], strict=True):
        expected = {"reported": "class"}.get(status, status)
        assert (kind == expected) or (status == "reported" and kind not in {"zero", "not_reported", "suppressed"})


def test_the_gap_list_agrees_with_the_figures_themselves(imported):
    direct = store.query(
        "SELECT r.area_code, r.value / p.people * 100000 AS rate FROM resource r "
        "JOIN population p ON p.area_code = r.area_code AND p.level = r.level AND p.year = 2020 "
        "JOIN area a ON a.area_code = r.area_code AND a.level = r.level "
        "WHERE r.dataset_id = ? AND r.level = 'county' AND r.resource = 'beds' AND a.province_code = ?",
        [imported, PROVINCE],
    ).set_index("area_code")["rate"]
    ranked = gaps.rank(rows_of(imported), indicators.get("beds_per_100k"), 30.0).set_index("area_code")
    assert set(gaps.short(ranked.reset_index())["area_code"]) == set(direct[direct < 30].index)
    known = ranked["value"].dropna().astype(float)
    assert (known - direct.reindex(known.index)).abs().max() < 1e-9
    assert not ranked.loc[ranked["status"].isin(["not_reported", "suppressed"]), "reason"].isin(rates.GAPS).any()


def test_upper_areas_are_known_only_where_every_county_is(imported):
    counties = rows_of(imported, "psychiatrists")
    above = rows_of(imported, "psychiatrists", "prefecture").set_index("area_code")
    for code, parts in counties.groupby("parent_code"):
        if parts["status"].eq("not_reported").any():
            assert above.loc[code, "status"] == "not_reported"
        elif parts["value"].notna().all():
            assert above.loc[code, "value"] == parts["value"].sum()
    assert (
        rows_of(imported, "psychiatrists", "province").set_index("area_code").loc[PROVINCE, "status"] == "not_reported"
    )


def test_a_total_known_in_part_is_at_least_so_much_wherever_it_stands(imported):
    known = store.coverage(imported).set_index(["level", "area_code", "resource"]).loc["province", PROVINCE, "beds"]
    every = len(made_import.counties())
    least = f"at least {known['known']:,.0f}, from {known['parts_known']:.0f} of {every} counties"
    assert 0 < known["parts_known"] < known["parts"] == every
    assert f"not known; Psychiatric beds: {least}" in said(page("area", imported, area=PROVINCE), "en")
    country = store.coverage(imported).query("level == 'country' and resource == 'beds'").iloc[0]
    whole = f"at least {country['known']:,.0f}, from {country['parts_known']:.0f} of {country['parts']:,.0f} counties"
    assert whole in said(page("overview", imported, level="province", **{"in": ""}), "en")
    view = View(dataset=imported, level="province", indicator="beds_per_100k", year=2023, benchmark="none", lang="en")
    (row,) = [row for row in figure.values(view).to_dict("records") if row["area_code"] == PROVINCE]
    assert (row["at_least"], row["parts_known"], row["parts"]) == (known["known"], known["parts_known"], every)
    shown = figure.table_of(view, figure.ranked(view)).set_index("Code").loc[PROVINCE]
    assert (shown["Counted so far, at least"], shown["Counties in all"]) == (known["known"], every)
    with zipfile.ZipFile(io.BytesIO(library.export(imported, 1))) as archive:
        rows = pd.read_csv(archive.open("resources.csv"), dtype={"area_code": "str"})
    (kept,) = rows[rows["area_code"].eq(PROVINCE) & rows["resource"].eq("beds")].to_dict("records")
    assert (kept["status"], kept["at_least"], kept["counties"]) == ("not_reported", known["known"], every)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["map", "gaps", "area", "present"])
@pytest.mark.parametrize("indicator", ["beds_per_100k", "facilities"])
def test_pages_call_it_imported_and_neither_published_nor_modelled(imported, lang, name, indicator):
    where = {"area": made_import.counties()[1]} if name == "area" else {}
    app = page(name, imported, lang, ind=indicator, **where)
    text = said(app, lang)
    assert MARKS[lang] in text
    wrong = [line for line in text.splitlines() if FALSE_WORDS[lang].search(line)]
    assert wrong == []


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("at", [0, 1, 10, 30, -1])
def test_the_page_of_each_kind_of_area_tells_what_is_known(imported, lang, at):
    code = made_import.counties()[at]
    text = said(page("area", imported, lang, area=code), lang)
    assert [line for line in text.splitlines() if FALSE_WORDS[lang].search(line)] == []


def test_rates_warn_of_the_year_of_their_people(imported):
    assert "divide by the people of 2020" in said(page("map", imported), "en")
    assert "divide by the people of 2020" not in said(page("map", imported, ind="beds"), "en")


def test_the_dataset_is_offered_and_called_imported(imported):
    app = page("map", imported)
    chosen = app.selectbox(key="control_dataset")
    assert f"{made_import.TITLE} (imported)" in chosen.options
    assert chosen.value == imported


def test_facilities_are_listed_with_the_area_but_not_where_their_number_is_hidden(imported):
    codes = made_import.counties()
    shown = page("area", imported, area=codes[1])
    tables = [table.value for table in shown.dataframe]
    assert any("Facility" in table.columns and len(table) == 4 for table in tables)
    hidden = page("area", imported, area=codes[10])
    assert not any("Facility" in table.columns for table in (one.value for one in hidden.dataframe))


def test_a_dataset_of_which_nothing_is_known_still_has_its_source(imported):
    rows = made_import.facilities().head(1)
    silent = library.save(draft(facilities=rows.assign(psychiatrists=None, beds=None), threshold=5)).dataset_id
    assert "Made-up register" in said(page("map", silent), "en")
    library.activate(silent, None)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_files_say_on_every_row_that_figures_are_imported_and_agree_with_the_list(imported, lang):
    view = View(
        dataset=imported, level="county", within=PROVINCE, indicator="beds", year=2023, benchmark="none", lang=lang
    )  # fmt: skip
    forms = {form.suffix: form for form in list_files.FORMATS}
    direct = rows_of(imported, "beds").set_index("area_code")["value"].dropna()
    text = list_files.make(forms["csv"], view, list_files.of_level, "http://here/map").decode("utf-8-sig")
    assert {"zh": "自有数据", "en": "own data"}[lang] in text
    assert not FALSE_WORDS[lang].search(without_others(text, lang))
    told = json.loads(list_files.make(forms["json"], view, list_files.of_level, "http://here/map"))
    assert MARKS[lang] in json.dumps(told, ensure_ascii=False)
    rows = [row for row in csv.reader(io.StringIO(text)) if len(row) > 3 and row[-1].startswith(("Imported", "导入"))]
    assert len(rows) == len(made_import.counties())
    assert sum(float(cell) for cell in direct) == pytest.approx(sum(numbers(rows, direct)))


def numbers(rows, direct):
    """The cells of a list that hold one of the values, one a row."""
    values = {float(value) for value in direct}
    return [
        next(float(cell) for cell in row if is_one(cell, values)) for row in rows if any(is_one(c, values) for c in row)
    ]


def is_one(cell, values):
    """Whether a cell is one of the values."""
    return re.fullmatch(r"[0-9.]+", cell) is not None and float(cell) in values


def without_others(text, lang):
    """A text without the names of other datasets."""
    for name in ELSEWHERE[lang]:
        text = text.replace(name, "")
    return text


def test_slides_of_an_imported_map_name_the_office_and_the_kind(imported):
    query = {"data": imported, "level": "county", "in": PROVINCE, "ind": "beds", "year": "2023", "bench": "none"}
    slide = present.slide_of(saved_views.new("Ours", "map", query), ("en", "zh"), "http://here")
    words = " ".join(slide.notes)
    assert "imported figures" in words
    assert "导入数据" in words
    assert "published figures" not in words
